// Points as one bit each, bit `i & 7` of byte `i >> 3`: what is sent and what is remembered.

export function bitsOf(mask: Uint8Array): Uint8Array {
  const bits = new Uint8Array((mask.length + 7) >> 3);
  const whole = mask.length & ~7;
  let at = 0;
  for (let row = 0; row < whole; at++) {
    let byte = 0;
    for (let bit = 1; bit < 256; bit <<= 1) if (mask[row++]) byte |= bit;
    bits[at] = byte;
  }
  for (let row = whole; row < mask.length; row++) if (mask[row]) bits[at]! |= 1 << (row & 7);
  return bits;
}

export function maskOfBits(bits: Uint8Array, n: number): Uint8Array {
  const mask = new Uint8Array(n);
  for (let row = 0; row < n; row++) mask[row] = (bits[row >> 3]! >> (row & 7)) & 1;
  return mask;
}

/** A mask in whichever form is smaller: the rows, or bits. */
export interface Packed {
  rows: Uint32Array | null;
  bits: Uint8Array | null;
  n: number;
}

export function pack(mask: Uint8Array, count: number): Packed {
  const n = mask.length;
  if (count * 32 > n) return { rows: null, bits: bitsOf(mask), n };
  const rows = new Uint32Array(count);
  let next = 0;
  for (let row = 0; row < n && next < count; row++) if (mask[row]) rows[next++] = row;
  return { rows, bits: null, n };
}

export function unpack({ rows, bits, n }: Packed): Uint8Array {
  if (bits) return maskOfBits(bits, n);
  const mask = new Uint8Array(n);
  for (const row of rows!) mask[row] = 1;
  return mask;
}

export function sizeOf(packed: Packed | null): number {
  return (packed?.rows?.byteLength ?? 0) + (packed?.bits?.byteLength ?? 0);
}
