/**
 * How crowded a layout is around each point, and what follows for the size and the opacity of its disc.
 *
 * A blurred histogram with about eight points a cell gives the density around every point. On the screen it
 * falls with the square of the scale, so sizes and opacities follow the zoom without looking at the points
 * again. Because each disc's opacity falls with the crowd around it, a lone point stays visible and a dense
 * core still shows its structure.
 */
import type { Bounds } from "./camera";

const POINTS_A_CELL = 8;
const SIZE = { least: 1.5, most: 7, largest: 18 };
const SIZE_OF_GAP = 1.35;
const GROWTH = 0.4;

/** Steps of `crowd` in one doubling of the density. */
export const STEPS = 12;

export interface Density {
  /** Points a square layout unit around the median point. */
  median: number;
  /** How many times denser it is around the point at 95 of 100. */
  high: number;
  /** Around each point: the logarithm of its density over the median's, 128 where they are equal. Shape `(n,)`. */
  crowd: Uint8Array;
}

/** The box between two corners, one number an axis. */
export function boxBetween(low: number[], high: number[]): Bounds {
  const middle = (axis: number) => (low[axis] + high[axis]) / 2;
  const half = (axis: number) => (high[axis] - low[axis]) / 2;
  return { center: [middle(0), middle(1), middle(2)], half: [half(0), half(1), half(2)] };
}

/** The box around all points that have a place; NaN ones are left out. */
export function boundsOf(positions: Float32Array): Bounds {
  let [x0, y0, z0, x1, y1, z1] = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];
  for (let at = 0; at + 2 < positions.length; at += 3) {
    const x = positions[at];
    const y = positions[at + 1];
    const z = positions[at + 2];
    if (!(x - x === 0 && y - y === 0 && z - z === 0)) continue;
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    if (y > y1) y1 = y;
    if (z < z0) z0 = z;
    if (z > z1) z1 = z;
  }
  if (x0 > x1) return { center: [0, 0, 0], half: [1, 1, 1] };
  return { center: [(x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2], half: [(x1 - x0) / 2, (y1 - y0) / 2, (z1 - z0) / 2] };
}

export function densityOf(positions: Float32Array, { center, half }: Bounds): Density {
  const n = positions.length / 3;
  const side = (Math.max(half[0], half[1]) || 1) * 2.02;
  const cells = Math.min(Math.max(Math.round(Math.sqrt(n / POINTS_A_CELL)), 2), 320);
  const lattice: Lattice = { left: center[0] - side / 2, low: center[1] - side / 2, k: cells / side, cells };
  const counts = blur(countCells(positions, lattice), cells);
  const around = densities(positions, lattice, counts);
  const sample = sampled(around, 5000);
  const middle = sample[sample.length >> 1] || 1;
  const crowd = new Uint8Array(n);
  for (let row = 0; row < n; row++) {
    crowd[row] = Math.min(Math.max(128.5 + STEPS * Math.log2(around[row] / middle), 0), 255);
  }
  const high = (sample[Math.floor(sample.length * 0.95)] || 1) / middle;
  return { median: middle * lattice.k ** 2, high, crowd };
}

/** Diameter in CSS pixels: from the crowd at home, then growing gently with the zoom. */
export function diameterAt(density: Density, scale: number, homeScale: number): number {
  const atHome = SIZE_OF_GAP * (homeScale / Math.sqrt(density.median));
  const rest = Math.min(Math.max(atHome, SIZE.least), SIZE.most);
  return Math.min(Math.max(rest * (scale / homeScale) ** GROWTH, SIZE.least * 0.8), SIZE.largest);
}

/** How many discs lie over each other around the median point. */
export function overdrawAt(density: Density, scale: number, diameter: number): number {
  return (density.median / scale ** 2) * diameter ** 2 * (Math.PI / 4);
}

/** The opacity of a disc that lies alone: less the more crowded the crowded places are. */
export function opacityAt(density: Density, overdraw: number, weight = 1): number {
  return Math.min(weight * Math.max(2.3 / Math.sqrt(overdraw * density.high), 0.3), 0.92);
}

/**
 * The box to show of a layout in three dimensions: what holds 99 of 100 points along each axis.
 *
 * A few far points would otherwise leave most of the picture empty, whichever way it is turned.
 */
export function coreOf(positions: Float32Array, { center, half }: Bounds): Bounds {
  const away = (axis: number) => {
    const one = new Float32Array(positions.length / 3);
    for (let row = 0; row < one.length; row++) one[row] = Math.abs(positions[row * 3 + axis] - center[axis]);
    const sample = sampled(
      one.filter((value) => value - value === 0),
      5000,
    );
    return sample[Math.floor(sample.length * 0.99)] ?? half[axis];
  };
  return { center, half: [away(0), away(1), away(2)] };
}

/** About `size` of the values, sorted. */
function sampled(values: Float32Array, size: number): Float32Array {
  const step = Math.max(1, Math.floor(values.length / size));
  return Float32Array.from({ length: Math.floor(values.length / step) }, (_, i) => values[i * step]).sort();
}

interface Lattice {
  left: number;
  low: number;
  /** Cells a layout unit. */
  k: number;
  cells: number;
}

function countCells(positions: Float32Array, { left, low, k, cells }: Lattice): Float32Array {
  const counts = new Float32Array(cells * cells);
  for (let at = 0; at + 2 < positions.length; at += 3) {
    const column = Math.floor((positions[at] - left) * k);
    const line = Math.floor((positions[at + 1] - low) * k);
    if (column >= 0 && line >= 0 && column < cells && line < cells) counts[line * cells + column]++;
  }
  return counts;
}

/** Spread each count over its neighbours, a quarter, a half and a quarter along each axis. */
function blur(counts: Float32Array, cells: number): Float32Array {
  for (const step of [1, cells]) {
    const before = counts.slice();
    for (let cell = step; cell < counts.length - step; cell++) {
      counts[cell] = before[cell] / 2 + (before[cell - step] + before[cell + step]) / 4;
    }
  }
  return counts;
}

/** Points a cell around each point, mixed from the four cells next to it. */
function densities(positions: Float32Array, { left, low, k, cells }: Lattice, counts: Float32Array): Float32Array {
  const around = new Float32Array(positions.length / 3);
  for (let row = 0, at = 0; row < around.length; row++, at += 3) {
    const x = Math.min(Math.max((positions[at] - left) * k - 0.5, 0), cells - 1.001);
    const y = Math.min(Math.max((positions[at + 1] - low) * k - 0.5, 0), cells - 1.001);
    const cell = (y | 0) * cells + (x | 0);
    const [u, v] = [x - (x | 0), y - (y | 0)];
    const upper = counts[cell] + (counts[cell + 1] - counts[cell]) * u;
    const lower = counts[cell + cells] + (counts[cell + cells + 1] - counts[cell + cells]) * u;
    around[row] = upper + (lower - upper) * v;
  }
  return around;
}
