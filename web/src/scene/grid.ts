/**
 * Which point lies under the pointer: all points projected once a camera, sorted into small cells.
 *
 * No pixel is read back from the graphics. The grid holds until the camera or the layout changes.
 */
import { type Camera, projectAll, type ScreenPlaces } from "./camera";
import { State } from "./types";

const CELL = 16;
const FADED_PENALTY = 3;

export class ScreenGrid {
  places: ScreenPlaces = { x: new Float32Array(0), y: new Float32Array(0), depth: new Float32Array(0) };
  private columns = 0;
  private lines = 0;
  private starts = new Uint32Array(1);
  private rows = new Uint32Array(0);
  /** What is faded may change without sorting again; what is hidden may not. */
  states: Uint8Array = new Uint8Array(0);
  private cells = new Int32Array(0);
  private deep = false;

  /** Project every point and sort the visible ones into cells; about 40 ms for a million. */
  build(camera: Camera, positions: Float32Array, states: Uint8Array): void {
    const n = positions.length / 3;
    if (this.rows.length !== n) {
      this.places = { x: new Float32Array(n), y: new Float32Array(n), depth: new Float32Array(n) };
      this.rows = new Uint32Array(n);
      this.cells = new Int32Array(n);
    }
    this.states = states;
    this.deep = camera.dimensions === 3;
    this.columns = Math.ceil(camera.width / CELL);
    this.lines = Math.ceil(camera.height / CELL);
    projectAll(camera, positions, this.places);
    this.fill(n);
  }

  /**
   * The visible point at a pixel, or -1.
   *
   * In two dimensions it is the nearest one within `reach` pixels. In three the frontmost one whose disc of
   * `radius` pixels lies there, and only if there is none the nearest one.
   */
  pick(x: number, y: number, reach: number, radius: number): number {
    let [best, bestScore, front, frontDepth] = [-1, reach, -1, -Infinity];
    const { places, states } = this;
    this.eachNear(x, y, reach, (row) => {
      const away = Math.hypot(places.x[row] - x, places.y[row] - y);
      const score = away + (states[row] & State.faded ? FADED_PENALTY : 0);
      if (score <= bestScore) [best, bestScore] = [row, score];
      const before = away <= radius && score <= reach && places.depth[row] > frontDepth;
      if (before) [front, frontDepth] = [row, places.depth[row]];
    });
    return this.deep && front >= 0 ? front : best;
  }

  /** The visible points inside a rectangle, at most `limit`; null if there are more. */
  within(left: number, top: number, right: number, bottom: number, limit: number): Uint32Array | null {
    const found: number[] = [];
    const { x, y } = this.places;
    for (let line = this.line(top); line <= this.line(bottom); line++) {
      const from = this.starts[line * this.columns + this.column(left)];
      const to = this.starts[line * this.columns + this.column(right) + 1];
      if (found.length + to - from > 4 * limit) return null;
      for (const row of this.rows.subarray(from, to)) {
        if (x[row] >= left && x[row] <= right && y[row] >= top && y[row] <= bottom) found.push(row);
      }
      if (found.length > limit) return null;
    }
    return Uint32Array.from(found);
  }

  private eachNear(x: number, y: number, reach: number, visit: (row: number) => void): void {
    if (!this.columns || !this.lines) return;
    for (let line = this.line(y - reach); line <= this.line(y + reach); line++) {
      const from = this.starts[line * this.columns + this.column(x - reach)];
      const to = this.starts[line * this.columns + this.column(x + reach) + 1];
      for (let at = from; at < to; at++) visit(this.rows[at]);
    }
  }

  private line(y: number): number {
    return Math.min(Math.max(Math.floor(y / CELL), 0), this.lines - 1);
  }

  private column(x: number): number {
    return Math.min(Math.max(Math.floor(x / CELL), 0), this.columns - 1);
  }

  /** A counting sort into cells; points outside the screen and hidden ones fall out. */
  private fill(n: number): void {
    const { columns, lines, states, cells, rows } = this;
    const { x, y } = this.places;
    const [width, height] = [columns * CELL, lines * CELL];
    const starts = new Uint32Array(columns * lines + 2);
    for (let row = 0; row < n; row++) {
      const px = x[row];
      const py = y[row];
      const seen = px >= 0 && py >= 0 && px < width && py < height && !(states[row] & State.hidden);
      const cell = seen ? ((py / CELL) | 0) * columns + ((px / CELL) | 0) : -1;
      cells[row] = cell;
      starts[cell + 2]++;
    }
    starts[1] = 0;
    for (let cell = 2; cell < starts.length; cell++) starts[cell] += starts[cell - 1];
    for (let row = 0; row < n; row++) if (cells[row] >= 0) rows[starts[cells[row] + 1]++] = row;
    this.starts = starts;
  }
}
