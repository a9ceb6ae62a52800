// The tokens of a table as a person's text meets them: which row holds a token, and how the tokens were cut from texts.

import type { ColumnData } from "../source/column";

/** How texts were cut into the tokens of a vocabulary. */
export type Cut = "words" | "characters" | "wordpieces" | "sentencepieces" | "bytes";

export interface Style {
  cut: Cut;
  /** No token has a capital letter: texts were in small letters. */
  lower: boolean;
  /** The longest token in UTF-16 units, at most `LONGEST`. */
  longest: number;
}

const LONGEST = 48;
const SAMPLE = 4_000;
/** So many milliseconds at a time are taken from whoever types or turns the picture. */
const SLICE_MS = 6;
const SPECIAL = /^(<.*>|\[.*\])$/u;
const FILE = /\.(png|jpe?g|gif|webp|bmp|wav|mp3|mp4|txt|csv|json|html?)$/i;

/** Which rows hold which token, without a string for each: only row numbers in a table of hashes. */
export class Vocabulary {
  private constructor(
    private readonly column: ColumnData,
    private readonly slots: Int32Array,
    readonly style: Style,
  ) {}

  /** Read a column, a little at a time. Of equal tokens the first row counts. */
  static async read(column: ColumnData, told: (share: number) => void = () => {}): Promise<Vocabulary> {
    const slots = new Int32Array(1 << Math.ceil(Math.log2(Math.max(8, column.n * 2)))).fill(-1);
    const made = new Vocabulary(column, slots, styleOf(column));
    let due = performance.now() + SLICE_MS;
    for (let row = 0; row < column.n; row++) {
      const token = column.text(row);
      if (token !== null) made.add(token, row);
      if ((row & 255) !== 0 || performance.now() < due) continue;
      told(row / column.n);
      await new Promise((resolve) => setTimeout(resolve));
      due = performance.now() + SLICE_MS;
    }
    return made;
  }

  /** The row of a token, -1 where there is none. */
  find(token: string): number {
    return this.slots[this.slot(token)]!;
  }

  private add(token: string, row: number): void {
    const slot = this.slot(token);
    if (this.slots[slot]! < 0) this.slots[slot] = row;
  }

  /** Where the token stands, or would stand. */
  private slot(token: string): number {
    const mask = this.slots.length - 1;
    for (let slot = hash(token) & mask; ; slot = (slot + 1) & mask) {
      const row = this.slots[slot]!;
      if (row < 0 || this.column.text(row) === token) return slot;
    }
  }
}

/** FNV-1a, its bits mixed once more. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}

/** Tokens of a column, evenly chosen. */
function sampled(column: ColumnData, most: number): string[] {
  const step = Math.max(1, column.n / most);
  const out: string[] = [];
  for (let at = 0; at < column.n; at += step) {
    const token = column.text(Math.floor(at));
    if (token) out.push(token);
  }
  return out;
}

/** Whether a column's values are words or pieces of words, so that a text can be looked up in them. */
export function areTokens(column: ColumnData): boolean {
  if (column.kind !== "text" && column.kind !== "category") return false;
  const tokens = sampled(column, 500);
  const share = (fits: (token: string) => boolean) => tokens.filter(fits).length / tokens.length;
  return (
    tokens.length > 1 &&
    new Set(tokens).size >= 0.9 * tokens.length &&
    share((token) => /\s/u.test(token.trim())) <= 0.1 &&
    share((token) => token.length > LONGEST || FILE.test(token)) <= 0.1 &&
    share((token) => /\p{L}/u.test(token)) >= 0.5 &&
    share((token) => /\p{L}/u.test(token) && /\p{N}/u.test(token)) <= 0.5
  );
}

function styleOf(column: ColumnData): Style {
  const tokens = sampled(column, SAMPLE).filter((token) => !SPECIAL.test(token));
  const share = (start: string) => tokens.filter((token) => token.startsWith(start)).length / (tokens.length || 1);
  const single = tokens.filter((token) => [...token].length === 1).length / (tokens.length || 1);
  let cut: Cut = "words";
  if (share("##") > 0.005) cut = "wordpieces";
  else if (share("▁") > 0.02) cut = "sentencepieces";
  else if (share("Ġ") > 0.02) cut = "bytes";
  else if (single > 0.6) cut = "characters";
  const longest = tokens.reduce((most, { length }) => Math.max(most, length), 1);
  const lower = !tokens.some((token) => token !== token.toLowerCase());
  // Ġ counts as a capital letter.
  return { cut, lower: cut === "bytes" ? false : lower, longest: Math.min(longest, LONGEST) };
}
