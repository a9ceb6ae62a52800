// Numbers of every step that the other side measures in the background: what is known of them comes bit by bit.

import type { JobMessage } from "../schema/messages";
import { Cancelled, type Source } from "../source/source";
import { finished, moves } from "./work";

const REFRESH_MS = 300;

export class Course<Result> {
  /** As far as it is known. */
  result = $state.raw<Result | null>(null);
  job = $state.raw<JobMessage | null>(null);
  error = $state("");
  private turn = 0;
  private fetched = 0;

  constructor(
    private readonly source: Source,
    private readonly begin: () => Promise<JobMessage>,
    private readonly fetch: (job: string) => Promise<Result>,
  ) {}

  get running(): boolean {
    return this.job !== null && moves(this.job.state);
  }

  get cancelled(): boolean {
    return this.job?.state === "cancelled";
  }

  /** Measure what is not known yet. */
  async start(): Promise<void> {
    const turn = ++this.turn;
    this.error = "";
    try {
      const started = await this.begin();
      await finished(this.source, started, (job) => {
        if (turn !== this.turn) return;
        this.job = job;
        if (performance.now() - this.fetched > REFRESH_MS) void this.refresh(turn, started.job);
      });
      await this.refresh(turn, started.job);
    } catch (error) {
      if (turn === this.turn && !(error instanceof Cancelled)) this.error = (error as Error).message;
    }
  }

  cancel(): void {
    if (this.job) void this.source.cancel(this.job.job).catch(() => {});
  }

  private async refresh(turn: number, job: string): Promise<void> {
    this.fetched = performance.now();
    const result = await this.fetch(job);
    if (turn === this.turn) this.result = result;
  }
}
