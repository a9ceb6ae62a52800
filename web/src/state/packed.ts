// Arrays as short texts: deflated, then base64.

import { bitsOf, maskOfBits } from "./bits";

const CHUNK = 0x8000;

export async function packed(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const deflated = await through(bytes, new CompressionStream("deflate-raw"));
  let text = "";
  for (let at = 0; at < deflated.length; at += CHUNK) {
    text += String.fromCharCode(...deflated.subarray(at, at + CHUNK));
  }
  return btoa(text);
}

/** The bytes of a text made by `packed`, at most `most`. Throws an Error where it is no such text. */
export async function unpacked(text: string, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return through(bytes, new DecompressionStream("deflate-raw"), most);
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  way: CompressionStream | DecompressionStream,
  most = Infinity,
): Promise<Uint8Array<ArrayBuffer>> {
  const writer = way.writable.getWriter();
  // What goes wrong is told to whoever reads.
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  const reader = way.readable.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) throw new Error(`The text holds more than ${most} bytes.`);
    parts.push(value);
  }
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Which points are marked, one byte a point, as a text. */
export function packMask(mask: Uint8Array): Promise<string> {
  return packed(Uint8Array.from(bitsOf(mask)));
}

/** One byte a point of `n`. */
export async function unpackMask(text: string, n: number): Promise<Uint8Array> {
  const bits = new Uint8Array(Math.ceil(n / 8));
  bits.set(await unpacked(text, bits.length));
  return maskOfBits(bits, n);
}

/** Places in a box, each number in 65,535 parts of its side; the last part stands for no place. */
export interface PackedPlaces {
  dimensions: 2 | 3;
  low: number[];
  high: number[];
  data: string;
}

const PARTS = 65_534;
const NOWHERE = 65_535;

/** Positions `(n, 3)` as a text; the numbers of one axis stand together, since they are alike. */
export async function packPlaces(positions: Float32Array, dimensions: 2 | 3): Promise<PackedPlaces> {
  const n = positions.length / 3;
  const axes = Array.from({ length: dimensions }, (_, k) => k);
  const low = axes.map((k) => extreme(positions, k, Math.min, Infinity));
  const high = axes.map((k) => extreme(positions, k, Math.max, -Infinity));
  const bytes = new Uint8Array(n * dimensions * 2);
  const view = new DataView(bytes.buffer);
  for (const k of axes) {
    const side = high[k]! - low[k]! || 1;
    for (let row = 0; row < n; row++) {
      const value = positions[row * 3 + k]!;
      const part = Number.isNaN(value) ? NOWHERE : Math.round(((value - low[k]!) / side) * PARTS);
      view.setUint16((k * n + row) * 2, part, true);
    }
  }
  return { dimensions, low, high, data: await packed(bytes) };
}

/** Positions `(n, 3)`; NaN where a point has no place. Throws an Error where they are of another number of points. */
export async function unpackPlaces({ dimensions, low, high, data }: PackedPlaces, n: number): Promise<Float32Array> {
  const bytes = await unpacked(data, n * dimensions * 2);
  if (bytes.length !== n * dimensions * 2) {
    throw new Error(`The places are those of ${bytes.length / dimensions / 2} points, not of ${n}.`);
  }
  const view = new DataView(bytes.buffer);
  const out = new Float32Array(n * 3);
  for (let k = 0; k < dimensions; k++) {
    const side = high[k]! - low[k]! || 1;
    for (let row = 0; row < n; row++) {
      const part = view.getUint16((k * n + row) * 2, true);
      out[row * 3 + k] = part === NOWHERE ? NaN : low[k]! + (part / PARTS) * side;
    }
  }
  return out;
}

function extreme(positions: Float32Array, k: number, of: (a: number, b: number) => number, start: number): number {
  let found = start;
  for (let at = k; at < positions.length; at += 3) if (!Number.isNaN(positions[at]!)) found = of(found, positions[at]!);
  return Number.isFinite(found) ? found : 0;
}
