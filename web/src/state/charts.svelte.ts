// Charts of columns beside the picture: what one refuses is not counted by the others, and fades in the picture.

import { binned, countAll, countBins, refuse, type Binned } from "./chart";
import type { ColumnStore } from "./columns.svelte";

/** One bit each of 32, one of which is a sign. */
const MOST = 24;

export class Chart {
  binned = $state.raw<Binned | null>(null);
  error = $state("");
  /** The bins that are let through; empty: all. */
  chosen = $state.raw<ReadonlySet<number>>(new Set());
  /** Points of each bin among all. */
  all = $state.raw<Uint32Array>(new Uint32Array());
  /** Points of each bin among those that the rest of the page lets through. */
  shown = $state.raw<Uint32Array>(new Uint32Array());

  constructor(
    readonly name: string,
    /** Its bit. */
    readonly slot: number,
  ) {}
}

/** Charts as the address keeps them: the column, and its chosen bins. */
export type ChartOutline = readonly [string, number[]];

export class Charts {
  list = $state.raw<Chart[]>([]);
  /** One byte a point: 1 where all charts let it through; null: none refuses any. */
  passed = $state.raw<Uint8Array | null>(null);
  private given: Uint32Array<ArrayBuffer> | null = null;
  /** How many points all charts let through. */
  passing = $state(0);
  private within: Uint8Array | null = null;
  private turn = 0;

  constructor(
    private readonly columns: ColumnStore,
    private readonly n: number,
  ) {
    this.passing = n;
  }

  /** One bit a chart for each point: it refuses the point. */
  private get fails(): Uint32Array<ArrayBuffer> {
    return (this.given ??= new Uint32Array(this.n));
  }

  get full(): boolean {
    return this.list.length >= MOST;
  }

  get filtering(): boolean {
    return this.passed !== null;
  }

  has(name: string): boolean {
    return this.list.some((chart) => chart.name === name);
  }

  async add(name: string, chosen: number[] = []): Promise<void> {
    if (this.has(name) || this.full) return;
    let slot = 0;
    while (this.list.some((chart) => chart.slot === slot)) slot++;
    const chart = new Chart(name, slot);
    this.list = [...this.list, chart];
    await this.fill(chart);
    if (chosen.length && chart.binned) {
      this.choose(
        chart,
        chosen.filter((bin) => bin < chart.binned!.bins.length),
      );
    }
  }

  /** These charts in place of those that there are; columns that are not there are left out. */
  set(outlines: readonly ChartOutline[]): void {
    for (const chart of this.list) this.choose(chart, []);
    this.list = [];
    for (const [name, bins] of outlines) if (this.columns.has(name)) void this.add(name, bins);
  }

  remove(chart: Chart): void {
    this.choose(chart, []);
    this.list = this.list.filter((each) => each !== chart);
  }

  /** Let only these bins of a chart through; none: all. */
  choose(chart: Chart, bins: Iterable<number>): void {
    chart.chosen = new Set(bins);
    if (!chart.binned) return;
    refuse(this.fails, chart.slot, chart.binned, chart.chosen);
    this.pass();
    this.count();
  }

  clear(): void {
    for (const chart of this.list) if (chart.chosen.size) this.choose(chart, []);
  }

  /** What the rest of the page lets through has changed: one byte a point, null: all. */
  look(within: Uint8Array | null): void {
    if (within === this.within) return;
    this.within = within;
    this.count();
  }

  /** Another step is seen: charts of columns that change with it are made again. */
  async moved(): Promise<void> {
    const turn = ++this.turn;
    for (const chart of this.list) {
      if (!this.columns.changes(chart.name)) continue;
      await this.fill(chart);
      if (turn !== this.turn) return;
      if (chart.chosen.size) this.choose(chart, chart.chosen);
    }
  }

  /** Somebody edited these columns: their charts are made again, and one of a column that went goes too. */
  async renew(names: readonly string[]): Promise<void> {
    for (const chart of this.list.filter(({ name }) => names.includes(name))) {
      if (!this.columns.has(chart.name)) this.remove(chart);
      else {
        this.choose(chart, []);
        await this.fill(chart);
      }
    }
  }

  outlines(): ChartOutline[] {
    return this.list.map(({ name, chosen }) => [name, [...chosen]] as const);
  }

  private async fill(chart: Chart): Promise<void> {
    try {
      chart.binned = await binned(await this.columns.load(chart.name));
      chart.all = countAll(chart.binned);
      this.count();
    } catch (error) {
      chart.error = (error as Error).message;
    }
  }

  private pass(): void {
    const { fails } = this;
    const filters = this.list.some(({ chosen }) => chosen.size > 0);
    const passed = new Uint8Array(filters ? fails.length : 0);
    let count = 0;
    for (let row = 0; row < passed.length; row++) if (!fails[row]) count += passed[row] = 1;
    [this.passed, this.passing] = filters ? [passed, count] : [null, this.n];
  }

  private count(): void {
    const { fails } = this;
    for (const chart of this.list) {
      if (chart.binned) chart.shown = countBins(chart.binned, fails, chart.slot, this.within);
    }
  }
}
