/**
 * How crowded a layout is, and what follows for the size and the opacity of its points.
 *
 * A histogram with about eight points a cell gives the density around the typical point and around the
 * crowded one. On the screen both fall with the square of the scale, so size and opacity follow the zoom
 * without looking at the points again.
 */
import type { Bounds } from './camera';

const POINTS_A_CELL = 8;
const SIZE = { least: 1.5, most: 6, largest: 18 };
const GROWTH = 0.4;

export interface Density {
  /** Points a square layout unit, around the median point and around the point at nine tenths. */
  median: number;
  high: number;
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
  const side = Math.max(half[0], half[1]) * 2 || 1;
  const cells = Math.min(Math.max(Math.round(Math.sqrt(n / POINTS_A_CELL)), 2), 256);
  const counts = countCells(positions, [center[0] - side / 2, center[1] - side / 2], side, cells);
  const area = (side / cells) ** 2;
  const filled = counts.filter((count) => count > 0).sort();
  return { median: quantile(filled, 0.5) / area, high: quantile(filled, 0.9) / area };
}

/** Diameter in CSS pixels: from the crowd at home, then growing gently with the zoom. */
export function diameterAt(density: Density, scale: number, homeScale: number): number {
  const atHome = 0.8 * Math.sqrt(homeScale ** 2 / density.median);
  const rest = Math.min(Math.max(atHome, SIZE.least), SIZE.most);
  return Math.min(Math.max(rest * (scale / homeScale) ** GROWTH, SIZE.least * 0.8), SIZE.largest);
}

/** Opacity that keeps structure where many discs lie over each other. */
export function opacityAt(density: Density, scale: number, diameter: number): number {
  const overdraw = (density.high / scale ** 2) * diameter ** 2 * 0.785;
  return Math.min(Math.max(0.92 * Math.max(overdraw, 1) ** -0.62, 0.07), 0.92);
}

function countCells(positions: Float32Array, [left, low]: [number, number], side: number, cells: number): Uint32Array {
  const counts = new Uint32Array(cells * cells);
  const k = cells / side;
  for (let at = 0; at + 2 < positions.length; at += 3) {
    const column = Math.min(Math.floor((positions[at] - left) * k), cells - 1);
    const row = Math.min(Math.floor((positions[at + 1] - low) * k), cells - 1);
    if (column >= 0 && row >= 0) counts[row * cells + column]++;
  }
  return counts;
}

/** The count around the point at a share of all points, from the sorted counts of the filled cells. */
function quantile(sorted: Uint32Array, share: number): number {
  const total = sorted.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const count of sorted) {
    seen += count;
    if (seen >= total * share) return count;
  }
  return 1;
}
