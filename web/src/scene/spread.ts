/**
 * An order of points that spreads over the picture: the first few stand for the large regions, later ones
 * for ever smaller parts of them.
 *
 * Grids of 3, 6, 12 … cells a side are laid over the layout. In each cell that holds no chosen point yet,
 * the point next to the middle of the cell's points is chosen; fuller cells come first.
 */
import type { Bounds } from "./camera";

const COARSEST = 3;
const LEVELS = 6;
/** Of more points than this a part, evenly taken, stands for all: there is room for some fifty labels. */
const LOOKED_AT = 8_000;
/** Cells with fewer points than this share of the mean wait for a finer grid, so a stray point never comes first. */
const LEAST_SHARE = 0.3;

export function spreadOrder(positions: Float32Array, { center, half }: Bounds): Uint32Array {
  const step = Math.ceil(positions.length / 3 / LOOKED_AT) || 1;
  const side = Math.max(half[0], half[1]) * 2.0001 || 1;
  const origin: [number, number] = [center[0] - side / 2, center[1] - side / 2];
  const chosen: number[] = [];
  for (let level = 0, cells = COARSEST; level < LEVELS; level++, cells *= 2) {
    if (cells * cells > (4 * positions.length) / step && level > 0) break;
    chooseLevel(positions, chosen, new Cells(positions, origin, side, cells, step));
  }
  return Uint32Array.from(chosen);
}

function chooseLevel(positions: Float32Array, chosen: number[], cells: Cells): void {
  for (const row of chosen) cells.nearest[cells.of(positions, row)] = -2;
  cells.findNearest(positions);
  const least = cells.meanCount * LEAST_SHARE;
  const fresh = [...cells.nearest.keys()].filter((cell) => cells.nearest[cell] >= 0 && cells.counts[cell] >= least);
  fresh.sort((a, b) => cells.counts[b] - cells.counts[a]);
  for (const cell of fresh) chosen.push(cells.nearest[cell]);
}

class Cells {
  readonly counts: Uint32Array;
  /** The point next to the middle; -1: not known; -2: the cell has a chosen point. */
  readonly nearest: Int32Array;
  private readonly sumX: Float64Array;
  private readonly sumY: Float64Array;

  constructor(
    positions: Float32Array,
    private readonly origin: [number, number],
    side: number,
    private readonly cells: number,
    private readonly step: number,
    private readonly k = cells / side,
  ) {
    const size = cells * cells;
    [this.counts, this.nearest] = [new Uint32Array(size), new Int32Array(size).fill(-1)];
    [this.sumX, this.sumY] = [new Float64Array(size), new Float64Array(size)];
    for (let row = 0; row * 3 < positions.length; row += this.step) {
      const cell = this.of(positions, row);
      if (cell < 0) continue;
      this.counts[cell]++;
      this.sumX[cell] += positions[row * 3];
      this.sumY[cell] += positions[row * 3 + 1];
    }
  }

  /** The cell of a point, -1 for one without a place. */
  of(positions: Float32Array, row: number): number {
    const column = Math.floor((positions[row * 3] - this.origin[0]) * this.k);
    const line = Math.floor((positions[row * 3 + 1] - this.origin[1]) * this.k);
    const { cells } = this;
    return column >= 0 && line >= 0 && column < cells && line < cells ? line * cells + column : -1;
  }

  /** Points in the mean filled cell. */
  get meanCount(): number {
    const filled = this.counts.filter((count) => count > 0);
    return filled.reduce((sum, count) => sum + count, 0) / (filled.length || 1);
  }

  findNearest(positions: Float32Array): void {
    const best = new Float64Array(this.counts.length).fill(Infinity);
    for (let row = 0; row * 3 < positions.length; row += this.step) {
      const cell = this.of(positions, row);
      if (cell < 0 || this.nearest[cell] === -2) continue;
      const dx = positions[row * 3] - this.sumX[cell] / this.counts[cell];
      const dy = positions[row * 3 + 1] - this.sumY[cell] / this.counts[cell];
      const away = dx * dx + dy * dy;
      if (away < best[cell]) [best[cell], this.nearest[cell]] = [away, row];
    }
  }
}
