// Which texts of a column are the same, found by their bytes: a million of them are not read one by one.

import type { Texts } from "../source/column";

const DECODER = new TextDecoder();
/** Many different texts take their time; so many rows, and the page may breathe. */
const CHUNK = 250_000;

/** A code a point by first appearance, -1 where it is missing, and the text of each code. */
export async function textCodes(texts: Texts): Promise<{ of: Int32Array; labels: string[] }> {
  const { offsets, missing } = texts;
  const n = offsets.length - 1;
  const of = new Int32Array(n);
  const found = new Found(texts);
  for (let row = 0; row < n; row++) {
    if (row % CHUNK === CHUNK - 1) await new Promise((resolve) => setTimeout(resolve));
    of[row] = missing?.[row] ? -1 : found.code(row);
  }
  return { of, labels: found.rows.map((row) => textAt(texts, row)) };
}

function textAt({ offsets, bytes }: Texts, row: number): string {
  return DECODER.decode(bytes.subarray(offsets[row], offsets[row + 1]));
}

/** The texts that were met, in a table of open addressing that doubles when it is half full. */
class Found {
  /** The first row of each code. */
  readonly rows: number[] = [];
  private readonly hashes: number[] = [];
  private table = new Int32Array(1 << 12).fill(-1);

  constructor(private readonly texts: Texts) {}

  code(row: number): number {
    const hash = this.hash(row);
    let at = hash & (this.table.length - 1);
    for (; this.table[at]! >= 0; at = (at + 1) & (this.table.length - 1)) {
      const code = this.table[at]!;
      if (this.hashes[code] === hash && this.same(this.rows[code]!, row)) return code;
    }
    const code = this.rows.length;
    this.rows.push(row);
    this.hashes.push(hash);
    this.table[at] = code;
    if (2 * this.rows.length > this.table.length) this.grow();
    return code;
  }

  private grow(): void {
    const table = new Int32Array(2 * this.table.length).fill(-1);
    this.hashes.forEach((hash, code) => {
      let at = hash & (table.length - 1);
      while (table[at]! >= 0) at = (at + 1) & (table.length - 1);
      table[at] = code;
    });
    this.table = table;
  }

  /** FNV-1a with a last stir, since the table looks at the lowest bits. */
  private hash(row: number): number {
    const { offsets, bytes } = this.texts;
    let hash = 0x811c9dc5;
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    return hash ^ (hash >>> 15);
  }

  private same(a: number, b: number): boolean {
    const { offsets, bytes } = this.texts;
    const length = offsets[a + 1]! - offsets[a]!;
    if (offsets[b + 1]! - offsets[b]! !== length) return false;
    for (let i = 0; i < length; i++) if (bytes[offsets[a]! + i] !== bytes[offsets[b]! + i]) return false;
    return true;
  }
}
