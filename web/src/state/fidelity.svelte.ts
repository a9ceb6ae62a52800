// How far the picture that is shown can be believed: measured in the background, once a picture.

import type { EmbeddingOutline } from "../schema/messages";
import { Cancelled, type FidelityResult, type Source } from "../source/source";
import type { ColumnData } from "../source/column";
import { finished } from "./work";

/** How many nearest neighbours are looked at. */
export const K = 15;
/** The picture is seen first, and measured when nothing else has been asked for a moment. */
const PATIENCE_MS = 400;

/** A picture that stands still. */
export interface Standing {
  /** A projection's job, or `given:0`. */
  picture: string;
  components: number[];
  /** How far its run is; 0 where it is not one. */
  iteration: number;
}

export class Fidelity {
  /** Of the picture that is shown; null: not measured yet. */
  result = $state.raw<FidelityResult | null>(null);
  measuring = $state(false);
  fraction = $state(0);
  error = $state("");
  /** One number a point: the share of its nearest neighbours that it keeps. */
  readonly column = $derived.by(() => this.result && columnOf(this.result, this.outline.n));
  private readonly known = new Map<string, FidelityResult>();
  private wanted = "";
  private job = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly source: Source,
    private readonly outline: EmbeddingOutline,
  ) {}

  /** The picture is another one: what is known of it is shown at once, else it is measured; null: it moves. */
  look(standing: Standing | null, measured: (share: number) => void = () => {}): void {
    const key = standing ? keyOf(standing) : "";
    clearTimeout(this.timer);
    if (this.job && key !== this.wanted) void this.source.cancel(this.job).catch(() => {});
    if (key !== this.wanted) this.job = "";
    this.wanted = key;
    this.result = this.known.get(key) ?? null;
    this.error = "";
    this.measuring = standing !== null && !this.result;
    if (standing && !this.result)
      this.timer = setTimeout(() => void this.measure(standing, key, measured), PATIENCE_MS);
  }

  /** How many nearest neighbours were looked at: fewer where there are fewer points. */
  get k(): number {
    return this.result?.k ?? K;
  }

  /** The number of one point; null: it has none (yet). */
  of(row: number): number | null {
    const value = this.column?.values?.[row];
    return value === undefined || Number.isNaN(value) ? null : value;
  }

  private async measure(standing: Standing, key: string, measured: (share: number) => void): Promise<void> {
    const { picture, components } = standing;
    this.fraction = 0;
    try {
      const started = await this.source.measure(this.outline.index, { picture, components, k: K });
      if (key !== this.wanted) return;
      this.job = started.job;
      await finished(this.source, started, ({ fraction }) => {
        if (key === this.wanted) this.fraction = fraction;
      });
      const result = await this.source.fidelity(started.job);
      this.known.set(key, result);
      measured(result.neighbor_preservation);
      if (key === this.wanted) this.result = result;
    } catch (error) {
      if (key === this.wanted && !(error instanceof Cancelled)) this.error = (error as Error).message;
    }
    if (key === this.wanted) [this.measuring, this.job] = [false, ""];
  }
}

function keyOf({ picture, components, iteration }: Standing): string {
  return `${picture}|${components.join()}|${iteration}`;
}

function columnOf({ rows, preservation }: FidelityResult, n: number): ColumnData {
  const values = rows ? new Float64Array(n).fill(NaN) : Float64Array.from(preservation);
  rows?.forEach((row, i) => (values[row] = preservation[i]!));
  const missing = values.reduce((sum, value) => sum + Number(Number.isNaN(value)), 0);
  const text = (row: number) => (Number.isNaN(values[row]!) ? null : `${Math.round(values[row]! * 100)}%`);
  return { name: "fidelity", kind: "number", n, missing, text, codes: null, categories: [], values };
}
