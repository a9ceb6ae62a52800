// The points in their order along an axis of the picture.

/** The largest number of points whose place fits beside a float32 in the 53 bits of a double. */
const MOST_EXACT = 2 ** 21;

/**
 * The rows that have a place, from the low end of an axis to the high one.
 *
 * A typed array of plain numbers sorts many times faster than rows by a comparison: so each number holds a
 * coordinate's bits, in an order of their own, before its row.
 */
export function orderAlong(positions: Float32Array, axis: number, shown: Uint8Array | null = null): Uint32Array {
  const n = positions.length / 3;
  const span = Math.max(MOST_EXACT, 2 ** Math.ceil(Math.log2(Math.max(n, 1))));
  // Beyond two million points the last bits of the coordinates make room.
  const coarse = span / MOST_EXACT;
  const value = new Float32Array(1);
  const bits = new Uint32Array(value.buffer);
  const keys = new Float64Array(n);
  let count = 0;
  for (let row = 0; row < n; row++) {
    value[0] = positions[row * 3 + axis]!;
    if (Number.isNaN(value[0]) || (shown && !shown[row])) continue;
    const raw = bits[0]!;
    const ordered = raw & 0x80000000 ? ~raw >>> 0 : (raw | 0x80000000) >>> 0;
    keys[count++] = Math.floor(ordered / coarse) * span + row;
  }
  const sorted = keys.subarray(0, count).sort();
  return Uint32Array.from(sorted, (key) => key % span);
}

/** How far along from the low end to the high one, 0 to 1. */
export function shareAlong(value: number, low: number, high: number): number {
  return high > low ? (value - low) / (high - low) : 0.5;
}
