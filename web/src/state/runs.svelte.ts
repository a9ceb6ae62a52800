// The runs of one embedding: those that are kept, and what a person does with them.

import type { EmbeddingOutline, JobMessage, RunOutline } from "../schema/messages";
import type { Source, Step } from "../source/source";
import { requestOf, type Settings } from "./methods";
import { Run } from "./run.svelte";

export class Runs {
  /** The oldest first. */
  list = $state.raw<Run[]>([]);
  private loading: Promise<void> | null = null;
  private readonly following = new Map<string, () => void>();

  constructor(
    private readonly source: Source,
    private readonly outline: EmbeddingOutline,
    private readonly step: () => Step = () => null,
  ) {}

  find(job: string): Run | null {
    return this.list.find((run) => run.job === job) ?? null;
  }

  /** Find the runs that are kept; asks once. */
  load(): Promise<void> {
    return (this.loading ??= this.fetch());
  }

  /** Start a run, or join (and go on with) the one that has the same parameters and points. */
  async start(settings: Settings, rows: Uint32Array | null): Promise<Run> {
    const request = requestOf(settings);
    const step = settings.joint ? null : this.step();
    const started = await this.source.project(this.outline.index, request, rows, step);
    const known = this.find(started.job);
    const m = rows?.length ?? this.outline.n;
    const run = known ?? this.add({ ...NOTHING, job: started.job, request, m, subset: rows !== null, step }, rows);
    run.rows ??= rows;
    this.follow(run, started);
    return run;
  }

  /** The points of a run; null: all. */
  async rowsOf(run: Run): Promise<Uint32Array | null> {
    if (run.subset) run.rows ??= (await this.source.projection(run.job, [])).rows;
    return run.rows;
  }

  async pause(run: Run): Promise<void> {
    await this.source.pause(run.job);
  }

  /** Go on with a run that is paused or was cancelled; try one again that failed. */
  async resume(run: Run): Promise<void> {
    if (run.state === "paused") {
      this.follow(run, { job: run.job, state: "running", fraction: run.fraction, text: run.text, error: "" });
      return this.source.resume(run.job);
    }
    const rows = await this.rowsOf(run);
    this.follow(run, await this.source.project(this.outline.index, run.request, rows, run.step));
  }

  async cancel(run: Run): Promise<void> {
    await this.source.cancel(run.job);
  }

  async remove(run: Run): Promise<void> {
    this.following.get(run.job)?.();
    this.following.delete(run.job);
    this.list = this.list.filter((other) => other !== run);
    if (run.moves) await this.source.cancel(run.job);
    await this.source.forget(run.job);
  }

  private async fetch(): Promise<void> {
    const kept = (await this.source.runs(this.outline.index)).filter(
      ({ request }) => request.method === "tsne" || request.method === "umap",
    );
    for (const outline of kept) {
      if (this.find(outline.job)) continue;
      const run = this.add(outline, null);
      this.follow(run, { job: run.job, state: run.state, fraction: run.fraction, text: "", error: "" });
    }
  }

  private add(outline: RunOutline, rows: Uint32Array | null): Run {
    const run = new Run(outline, rows);
    this.list = [...this.list, run];
    return run;
  }

  private follow(run: Run, started: JobMessage): void {
    this.following.get(run.job)?.();
    this.following.set(
      run.job,
      this.source.follow(started, (message) => run.hear(message)),
    );
  }
}

const NOTHING: Omit<RunOutline, "job" | "request" | "m" | "subset" | "step"> = {
  state: "waiting",
  sentence: "",
  seconds: 0,
  iteration: 0,
  max_iter: 0,
  fidelity: null,
};
