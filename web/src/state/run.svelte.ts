// One run of t-SNE or UMAP: what was asked, how far it is, and what it reached.

import type { JobMessage, JobState, ProjectRequest, RunOutline } from "../schema/messages";
import { moves } from "./work";

/** How often a run says how far it is: each time, the page has to be painted again. */
const TELL_MS = 250;
const STEPS = /\b(\d[\d,]*) of (\d[\d,]*)\b/;

export class Run {
  readonly job: string;
  readonly request: ProjectRequest;
  /** How many points it is of. */
  readonly m: number;
  readonly subset: boolean;
  /** The step of the recording that it is of; null: there is but one. */
  readonly step: number | null;
  /** The points it is of; null: all, or not known yet (where it is of a subset and was found, not started). */
  rows: Uint32Array | null;
  state = $state<JobState>("waiting");
  fraction = $state(0);
  /** What is being done, in words. */
  text = $state("");
  error = $state("");
  iteration = $state(0);
  maxIter = $state(0);
  seconds = $state(0);
  divergence = $state<number | null>(null);
  /** The share of nearest neighbours that it keeps; null: not measured. */
  fidelity = $state<number | null>(null);
  private waiting: (() => void)[] = [];
  private toldAt = -Infinity;

  constructor(outline: RunOutline, rows: Uint32Array | null) {
    this.job = outline.job;
    this.request = outline.request;
    this.m = outline.m;
    this.subset = outline.subset;
    this.step = outline.step;
    this.rows = rows;
    this.state = outline.state;
    this.iteration = outline.iteration;
    this.maxIter = outline.max_iter;
    this.seconds = outline.seconds;
    this.fidelity = outline.fidelity;
    if (outline.max_iter) this.fraction = outline.iteration / outline.max_iter;
  }

  get moves(): boolean {
    return moves(this.state);
  }

  get failed(): boolean {
    return this.state === "failed";
  }

  get finished(): boolean {
    return this.state === "done";
  }

  /** Whether it stands still before its end, so that it can go on. */
  get halted(): boolean {
    return this.state === "paused" || this.state === "cancelled";
  }

  /** Take note of how it stands. */
  hear(message: JobMessage): void {
    const now = performance.now();
    if (message.state === this.state && this.moves && now - this.toldAt < TELL_MS) return;
    this.toldAt = now;
    [this.state, this.fraction, this.error] = [message.state, message.fraction, message.error];
    if (message.text) this.text = message.text;
    const steps = STEPS.exec(message.text);
    if (steps) [this.iteration, this.maxIter] = [count(steps[1]!), count(steps[2]!)];
    if (this.moves) return;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  /** Resolves as soon as it stands still: at its end, or held, or failed. */
  rest(): Promise<void> {
    return this.moves ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve();
  }
}

function count(text: string): number {
  return Number(text.replaceAll(",", ""));
}
