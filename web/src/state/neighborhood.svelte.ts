// The point in focus: its values, its nearest neighbours in the original space, and the way there.

import type { Metric, PointMessage } from "../schema/messages";
import type { NeighborsResult, Source, Step } from "../source/source";
import { preparingOf, RAW, type Preparing } from "./preparation";

export const MOST_NEIGHBORS = 1000;

export class Neighborhood {
  row = $state(-1);
  point = $state.raw<PointMessage | null>(null);
  metric = $state<Metric>("cosine");
  k = $state(20);
  /** What is done to the vectors before. */
  preparing = $state.raw<Preparing>(RAW);
  result = $state.raw<NeighborsResult | null>(null);
  /** The step whose neighbours are shown beside; null: of none. */
  beside = $state<Step>(null);
  /** The neighbours at that step. */
  other = $state.raw<NeighborsResult | null>(null);
  error = $state("");
  busy = $state(false);
  /** The rows walked through, and where on that way we are. */
  private trail = $state.raw<number[]>([]);
  private step = $state(-1);
  private pending: AbortController | null = null;

  /** Which of the neighbours here are not among those at the other step, and the other way round. */
  get turnover(): { came: ReadonlySet<number>; left: ReadonlySet<number> } | null {
    const { result, other } = this;
    if (!result || !other || result.row !== other.row) return null;
    const [here, there] = [new Set(result.rows), new Set(other.rows)];
    return { came: without(here, there), left: without(there, here) };
  }

  constructor(
    private readonly source: Source,
    private readonly embedding: number,
    private readonly at: () => Step = () => null,
  ) {}

  get canGoBack(): boolean {
    return this.step > 0;
  }

  get canGoForward(): boolean {
    return this.step < this.trail.length - 1;
  }

  async focus(row: number): Promise<void> {
    if (row === this.row) return;
    this.trail = [...this.trail.slice(0, this.step + 1), row];
    this.step = this.trail.length - 1;
    await this.show(row);
  }

  async walk(direction: -1 | 1): Promise<void> {
    const row = this.trail[this.step + direction];
    if (row === undefined) return;
    this.step += direction;
    await this.show(row);
  }

  /** Where the audio file lies that the point has in a column. */
  soundAt(position: number): string {
    return this.source.sound(this.embedding, this.row, position, this.at());
  }

  close(): void {
    this.pending?.abort();
    this.row = -1;
    this.point = null;
    this.result = this.other = null;
    this.error = "";
    this.busy = false;
  }

  /** Show the neighbours at another step beside; null: no more. */
  async compare(step: Step): Promise<void> {
    this.beside = step;
    await this.refresh();
  }

  /** Ask again, after the metric or k was changed. */
  async refresh(): Promise<void> {
    if (this.row >= 0) await this.show(this.row);
  }

  private async show(row: number): Promise<void> {
    this.pending?.abort();
    const pending = new AbortController();
    this.pending = pending;
    this.row = row;
    this.error = "";
    this.busy = true;
    const k = Math.min(MOST_NEIGHBORS, Math.max(1, Math.round(this.k) || 1));
    const ask = { row, k, metric: this.metric, ...preparingOf(this.preparing) };
    const { signal } = pending;
    const near = (step: Step) => this.source.neighbors(this.embedding, ask, signal, step);
    try {
      const card = this.source.point(this.embedding, row, this.at()).then((point) => {
        if (!pending.signal.aborted) this.point = point;
      });
      const beside = this.beside === null ? null : near(this.beside);
      const [result, other] = await Promise.all([near(this.at()), beside, card]);
      if (!pending.signal.aborted) [this.result, this.other] = [result, other];
    } catch (error) {
      if (pending.signal.aborted) return;
      this.result = this.other = null;
      this.error = (error as Error).message;
    } finally {
      if (!pending.signal.aborted) this.busy = false;
    }
  }
}

function without(all: Set<number>, some: Set<number>): Set<number> {
  return new Set([...all].filter((each) => !some.has(each)));
}
