/** In which order points are drawn: far before near, or only some of them while the camera moves. */
import type { Bounds, Camera } from "./camera";

const BINS = 1 << 16;
/** Steps of this part of a circle fall into its widest gaps. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Sorts rows by depth in two passes over the points; its memory is kept from one frame to the next. */
export class DepthOrder {
  private keys = new Uint16Array(0);
  private starts = new Uint32Array(BINS + 1);
  rows: Uint32Array<ArrayBuffer> = new Uint32Array(0);

  /** All rows, the farthest first. Points without a place come first. */
  sort(camera: Camera, positions: Float32Array, bounds: Bounds): Uint32Array<ArrayBuffer> {
    const n = positions.length / 3;
    if (this.rows.length !== n) [this.rows, this.keys] = [new Uint32Array(n), new Uint16Array(n)];
    this.key(camera, positions, bounds);
    countingSort(this.keys, this.starts, this.rows);
    return this.rows;
  }

  private key(camera: Camera, positions: Float32Array, { center, half }: Bounds): void {
    const [x, y, z] = camera.rotation.subarray(6);
    const radius = Math.hypot(...half) || 1;
    const k = (BINS - 4) / (2 * radius);
    const shift = BINS / 2 - k * (x * center[0] + y * center[1] + z * center[2]);
    for (let row = 0, at = 0; row < this.keys.length; row++, at += 3) {
      this.keys[row] = k * (x * positions[at] + y * positions[at + 1] + z * positions[at + 2]) + shift;
    }
  }
}

/** Writes the positions of the keys into `rows` so that the keys ascend; equal keys keep their order. */
export function countingSort(keys: Uint16Array, starts: Uint32Array, rows: Uint32Array): void {
  starts.fill(0);
  for (let i = 0; i < keys.length; i++) starts[keys[i] + 1]++;
  for (let bin = 1; bin < starts.length; bin++) starts[bin] += starts[bin - 1];
  for (let i = 0; i < keys.length; i++) rows[starts[keys[i]]++] = i;
}

/** About `size` of `n` rows, evenly at random, ascending; the same ones every time. */
export function subset(n: number, size: number): Uint32Array<ArrayBuffer> {
  const threshold = Math.min(size / n, 1) * 4294967296;
  const rows = new Uint32Array(n);
  let count = 0;
  for (let row = 0; row < n; row++) if (scatter(row) < threshold) rows[count++] = row;
  return rows.slice(0, count);
}

/** The same rows in another order, of which every beginning is spread evenly over the whole. */
export function dispersed(rows: Uint32Array): Uint32Array<ArrayBuffer> {
  const { length } = rows;
  const mixed = new Uint32Array(length);
  const stride = coprime(Math.max(1, Math.round(length * GOLDEN)), length);
  for (let i = 0, at = 0; i < length; i++, at = (at + stride) % length) mixed[i] = rows[at];
  return mixed;
}

/** The least number from `start` on that shares no divisor with `length`, so that its steps reach every row. */
function coprime(start: number, length: number): number {
  let stride = start;
  while (divisor(stride, length) > 1) stride++;
  return stride;
}

function divisor(a: number, b: number): number {
  return b ? divisor(b, a % b) : a;
}

/** A number from 0 to 2³² - 1 that looks random (the finalizer of MurmurHash3). */
function scatter(value: number): number {
  let hash = Math.imul(value ^ 0x9e3779b9, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
