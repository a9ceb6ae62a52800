/** Lines around where the points are dense: each holds a given share of them. */
import type { Bounds } from "./camera";

/** Lines of one height, in layout units: x, y of both ends of each piece. */
export interface Contour {
  /** The share of the points that lie inside. */
  share: number;
  pieces: Float32Array;
}

const SIDE = 160;
/** Standard deviation of the smoothing, as a share of the longer side. */
const BLUR = 0.02;
const SHARES = [0.9, 0.7, 0.5, 0.3, 0.1];
/** Room around the points, so that lines close. */
const MARGIN = 0.08;

/** Counts of points on a grid in the plane. */
export interface Grid {
  width: number;
  height: number;
  /** Layout units a cell. */
  cell: number;
  left: number;
  bottom: number;
  /** Row by row. Shape `(height, width)`. */
  values: Float32Array;
}

/** How dense the points that are seen lie. `positions` has shape `(n, 3)`; `blur` is a share of the longer side. */
export function densityGrid(
  positions: Float32Array,
  seen: (row: number) => boolean,
  { center, half }: Bounds,
  blur = BLUR,
  side = SIDE,
): Grid {
  const longest = 2 * Math.max(half[0], half[1]) || 1;
  const room = longest * (MARGIN + 2 * blur);
  const cell = (longest + 2 * room) / side;
  const width = Math.ceil((2 * half[0] + 2 * room) / cell);
  const height = Math.ceil((2 * half[1] + 2 * room) / cell);
  const [left, bottom] = [center[0] - (width * cell) / 2, center[1] - (height * cell) / 2];
  const values = new Float32Array(width * height);
  for (let row = 0; row < positions.length / 3; row++) {
    if (!seen(row)) continue;
    const at = cellAt({ width, height, cell, left, bottom, values }, positions[row * 3], positions[row * 3 + 1]);
    if (at >= 0) values[at]++;
  }
  smooth(values, width, height, (blur * longest) / cell);
  return { width, height, cell, left, bottom, values };
}

/** The cell under a place, -1: none. */
export function cellAt({ width, height, cell, left, bottom }: Grid, x: number, y: number): number {
  const [i, j] = [Math.floor((x - left) / cell), Math.floor((y - bottom) / cell)];
  return i >= 0 && i < width && j >= 0 && j < height ? j * width + i : -1;
}

/** Lines around 10% to 90% of the points. */
export function contoursOf(positions: Float32Array, seen: (row: number) => boolean, bounds: Bounds): Contour[] {
  const grid = densityGrid(positions, seen, bounds);
  const around = Float32Array.from(
    (function* () {
      for (let row = 0; row < positions.length / 3; row++) {
        const at = seen(row) ? cellAt(grid, positions[row * 3], positions[row * 3 + 1]) : -1;
        if (at >= 0) yield grid.values[at];
      }
    })(),
  ).sort();
  if (!around.length) return [];
  return SHARES.map((share) => {
    const level = around[Math.floor((around.length - 1) * (1 - share))];
    return { share, pieces: marchingSquares(grid, level) };
  });
}

/** The pieces of the line of one height: four numbers each. (Lorensen and Cline, 1987, in the plane.) */
export function marchingSquares({ width, height, cell, left, bottom, values }: Grid, level: number): Float32Array {
  const out: number[] = [];
  const x = (i: number) => left + (i + 0.5) * cell;
  const y = (j: number) => bottom + (j + 0.5) * cell;
  for (let j = 0; j < height - 1; j++) {
    for (let i = 0; i < width - 1; i++) {
      const at = j * width + i;
      const [a, b, c, d] = [values[at], values[at + 1], values[at + width + 1], values[at + width]];
      const cuts: number[] = [];
      if (a >= level !== b >= level) cuts.push(x(i + (level - a) / (b - a)), y(j));
      if (b >= level !== c >= level) cuts.push(x(i + 1), y(j + (level - b) / (c - b)));
      if (d >= level !== c >= level) cuts.push(x(i + (level - d) / (c - d)), y(j + 1));
      if (a >= level !== d >= level) cuts.push(x(i), y(j + (level - a) / (d - a)));
      // A saddle has four cuts: of the two ways to join them, the one that keeps the denser corners together.
      if (cuts.length === 8 && (a + b + c + d) / 4 >= level === a >= level) cuts.push(...cuts.splice(0, 2));
      for (let k = 0; k + 3 < cuts.length; k += 4) out.push(...cuts.slice(k, k + 4));
    }
  }
  return Float32Array.from(out);
}

/** Three passes of a box are nearly a Gaussian. */
function smooth(values: Float32Array, width: number, height: number, sigma: number): void {
  const reach = Math.max(1, Math.round(Math.sqrt((sigma * sigma * 12) / 3 + 1) / 2 - 0.5));
  const line = new Float32Array(Math.max(width, height));
  for (let pass = 0; pass < 3; pass++) {
    for (let j = 0; j < height; j++) box(values, j * width, 1, width, reach, line);
    for (let i = 0; i < width; i++) box(values, i, width, height, reach, line);
  }
}

function box(values: Float32Array, start: number, stride: number, n: number, reach: number, line: Float32Array): void {
  let sum = 0;
  for (let i = 0; i < n; i++) line[i] = values[start + i * stride];
  for (let i = 0; i < Math.min(reach, n); i++) sum += line[i];
  for (let i = 0; i < n; i++) {
    if (i + reach < n) sum += line[i + reach];
    if (i - reach - 1 >= 0) sum -= line[i - reach - 1];
    values[start + i * stride] = Math.max(sum, 0) / (2 * reach + 1);
  }
}
