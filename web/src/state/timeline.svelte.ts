// All steps of an embedding in one frame of reference, fetched step by step and kept as long as there is room.

import type { JobMessage, TimelineMessage, TimelineRequest } from "../schema/messages";
import type { Source } from "../source/source";
import type { Frame } from "./placement";
import { finished } from "./work";

const KEPT_BYTES = 192 << 20;

/** The points at one step. */
export interface TimelineStep {
  timeline: TimelineMessage;
  step: number;
  /** One array a component that was asked for; null: there is none. */
  values: (Float32Array | null)[];
}

export class Timeline {
  /** How far the work is, while it lasts. */
  job = $state.raw<JobMessage | null>(null);
  private making: Promise<TimelineMessage> | null = null;
  private readonly kept = new Map<string, Promise<Float32Array[]>>();
  /** The last step for which the message was asked for anew. */
  private told = -1;

  /** `m`: how many points it is of; `begin` starts the work. */
  constructor(
    private readonly source: Source,
    private readonly m: number,
    private readonly begin: () => Promise<JobMessage>,
  ) {}

  /** Every step along the same directions. */
  static along(source: Source, embedding: number, n: number, request: TimelineRequest): Timeline {
    return new Timeline(source, n, () => source.timeline(embedding, request));
  }

  /** Where the points of a run of all steps stand. */
  static ofRun(source: Source, { job, m }: { job: string; m: number }): Timeline {
    return new Timeline(source, m, async () => ({ job, state: "done", fraction: 1, text: "", error: "" }));
  }

  async at(step: number, components: number[]): Promise<TimelineStep> {
    let timeline = await this.make();
    // A recording that went on: what came since has been placed by now.
    if (step > (timeline.newest ?? step) && step > this.told) {
      [this.making, this.told] = [null, step];
      timeline = await this.make();
    }
    const there = components.filter((k) => k < timeline.n_components);
    const found = await this.fetch(timeline, step, there);
    return { timeline, step, values: components.map((k) => found[there.indexOf(k)] ?? null) };
  }

  private make(): Promise<TimelineMessage> {
    if (this.making) return this.making;
    const making = this.compute();
    making.catch(() => (this.making = null));
    return (this.making = making);
  }

  private async compute(): Promise<TimelineMessage> {
    const started = await this.begin();
    if (started.state !== "done") await finished(this.source, started, (message) => (this.job = message));
    this.job = null;
    return this.source.madeTimeline(started.job);
  }

  /** The newest stand last, and the oldest make room. */
  private fetch(timeline: TimelineMessage, step: number, components: number[]): Promise<Float32Array[]> {
    const key = `${step} ${components.join()}`;
    const known = this.kept.get(key);
    const promise = known ?? this.source.timelineStep(timeline.job, step, components);
    if (!known) promise.catch(() => this.kept.delete(key));
    this.kept.delete(key);
    this.kept.set(key, promise);
    const most = Math.max(4, Math.floor(KEPT_BYTES / (this.m * 4 * Math.max(components.length, 1))));
    for (const oldest of this.kept.keys()) if (this.kept.size > most) this.kept.delete(oldest);
    return promise;
  }
}

/** The room that all steps take, along these axes. */
export function frameOf({ low, high }: TimelineMessage, components: number[]): Frame {
  const side = (bounds: number[], k: number, otherwise: number) => bounds[k] ?? otherwise;
  return {
    low: [0, 1, 2].map((axis) => (axis < components.length ? side(low, components[axis]!, -1) : 0)),
    high: [0, 1, 2].map((axis) => (axis < components.length ? side(high, components[axis]!, 1) : 0)),
  };
}
