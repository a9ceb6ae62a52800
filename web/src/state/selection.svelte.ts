// The points a person has selected: one byte a point, replaced as a whole so that it is reactive.

import type { SearchMode } from "../schema/messages";

/** What becomes of the points selected before; intersect: those stay that are among the new ones. */
export type SelectMode = "replace" | "add" | "remove" | "intersect";

/** The search that a selection came from. */
export interface SelectionOrigin {
  query: string;
  column: string;
  mode: SearchMode;
}

export class Selection {
  /** Where the selection came from, as long as it is just that. */
  origin = $state.raw<SelectionOrigin | null>(null);
  mask = $state.raw<Uint8Array | null>(null);
  count = $state(0);

  constructor(private readonly n: number) {}

  select(rows: ArrayLike<number>, mode: SelectMode = "replace", origin: SelectionOrigin | null = null): void {
    const fresh = mode === "replace" || mode === "intersect" || !this.mask;
    const mask = fresh ? new Uint8Array(this.n) : this.mask!.slice();
    const value = mode === "remove" ? 0 : 1;
    const among = mode === "intersect" ? (this.mask ?? mask) : null;
    for (let i = 0; i < rows.length; i++) mask[rows[i]!] = among ? among[rows[i]!]! : value;
    this.set(mask);
    this.origin = mode === "replace" ? origin : null;
  }

  invert(within: Uint8Array | null): void {
    const mask = new Uint8Array(this.n);
    for (let row = 0; row < this.n; row++) mask[row] = (within?.[row] ?? 1) && !this.mask?.[row] ? 1 : 0;
    this.set(mask);
  }

  /** Select just these: one byte a point; null: none. */
  put(mask: Uint8Array | null): void {
    this.set(mask ?? new Uint8Array(this.n));
  }

  clear(): void {
    this.mask = null;
    this.count = 0;
    this.origin = null;
  }

  rows(): Uint32Array {
    const out = new Uint32Array(this.count);
    let next = 0;
    for (let row = 0; row < this.n && this.mask; row++) if (this.mask[row]) out[next++] = row;
    return out;
  }

  private set(mask: Uint8Array): void {
    let count = 0;
    for (const value of mask) count += value;
    this.origin = null;
    this.mask = count ? mask : null;
    this.count = count;
  }
}

/** The rows whose bit is set: bit `i & 7` of byte `i >> 3`. */
export function rowsOfBits(bits: Uint8Array, n: number): Uint32Array {
  const out: number[] = [];
  for (let row = 0; row < n; row++) if (bits[row >> 3]! & (1 << (row & 7))) out.push(row);
  return Uint32Array.from(out);
}

/** The rows whose byte is set. */
export function rowsWhere(mask: Uint8Array): Uint32Array {
  const out = new Uint32Array(mask.length);
  let next = 0;
  for (let row = 0; row < mask.length; row++) if (mask[row]) out[next++] = row;
  return out.slice(0, next);
}
