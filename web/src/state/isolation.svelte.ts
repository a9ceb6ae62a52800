// The points that are shown alone, while all others are hidden.

export class Isolation {
  rows = $state.raw<Uint32Array | null>(null);
  /** One byte a point; null: all are shown. */
  mask = $state.raw<Uint8Array | null>(null);
  /** The run that is of these points alone; empty: a person isolated them. */
  of = $state("");

  constructor(private readonly n: number) {}

  set(rows: Uint32Array | null, of = ""): void {
    if (rows === this.rows) return void (this.of = of);
    const mask = rows && new Uint8Array(this.n);
    for (const row of rows ?? []) mask![row] = 1;
    [this.rows, this.mask, this.of] = [rows, mask, of];
  }

  clear(): void {
    this.set(null);
  }
}
