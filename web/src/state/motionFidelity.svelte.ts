// How far the motion in the timeline that is shown can be believed: measured in the background, once for each.

import type { TimelineMeasures, TimelineMessage } from "../schema/messages";
import { Cancelled, type Source } from "../source/source";
import { finished } from "./work";

/** Measured when nothing else has been asked for a moment, after the picture itself. */
const PATIENCE_MS = 1500;

export class MotionFidelity {
  /** Of the timeline that is shown; null: not measured (yet). */
  measures = $state.raw<TimelineMeasures | null>(null);
  private readonly known = new Map<string, TimelineMeasures>();
  private wanted = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly source: Source) {}

  /** Another timeline is shown, along these components; null: none, or there is no time to measure one. */
  look(timeline: TimelineMessage | null, components: number[]): void {
    clearTimeout(this.timer);
    const key = timeline ? `${timeline.job} ${components.join()}` : "";
    this.wanted = key;
    this.measures = timeline?.measures ?? this.known.get(key) ?? null;
    if (!timeline || this.measures) return;
    this.timer = setTimeout(() => void this.measure(timeline.job, components, key), PATIENCE_MS);
  }

  private async measure(job: string, components: number[], key: string): Promise<void> {
    try {
      const started = await this.source.measureTimeline(job, components);
      await finished(this.source, started, () => {});
      const found = await this.source.timelineMeasures(started.job);
      this.known.set(key, found);
      if (key === this.wanted) this.measures = found;
    } catch (error) {
      if (!(error instanceof Cancelled)) console.warn(error);
    }
  }
}
