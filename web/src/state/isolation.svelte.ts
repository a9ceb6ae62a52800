// The points that are shown alone, while all others are hidden; and the way there, to step back on.

/** A part of the level before. */
export interface Level {
  rows: Uint32Array;
  /** The run that is of these points alone; empty: a person isolated them. */
  of: string;
}

export class Isolation {
  /** What was isolated, and what was isolated within that; the last is shown. */
  levels = $state.raw<readonly Level[]>([]);
  /** One byte a point; null: all are shown. */
  mask = $state.raw<Uint8Array | null>(null);

  constructor(private readonly n: number) {}

  get rows(): Uint32Array | null {
    return this.levels.at(-1)?.rows ?? null;
  }

  get of(): string {
    return this.levels.at(-1)?.of ?? "";
  }

  /** Show these alone: a part of what is shown is a level more, anything else starts anew. */
  set(rows: Uint32Array | null, of = ""): void {
    if (!rows) return this.put([]);
    const held = this.holds(rows);
    const same = held && rows.length === this.rows!.length;
    if (same) return this.put([...this.levels.slice(0, -1), { rows: this.rows!, of }]);
    this.put([...(held ? this.levels : []), { rows, of }]);
  }

  /** Stand at another place of a way. */
  put(levels: readonly Level[]): void {
    const rows = levels.at(-1)?.rows;
    if (rows !== this.rows) this.mask = rows ? maskOf(rows, this.n) : null;
    this.levels = levels;
  }

  clear(): void {
    this.put([]);
  }

  /** Whether all of these are shown while others are not. */
  private holds(rows: Uint32Array): boolean {
    const { mask } = this;
    return mask !== null && rows.every((row) => mask[row]);
  }
}

function maskOf(rows: Uint32Array, n: number): Uint8Array {
  const mask = new Uint8Array(n);
  for (const row of rows) mask[row] = 1;
  return mask;
}
