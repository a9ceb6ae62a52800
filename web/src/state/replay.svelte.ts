// The steps of a training: which one is seen, and playing them one after another.

import type { CurveMessage, RecordingMessage } from "../schema/messages";
import type { Source } from "../source/source";

/** How long the whole takes at the usual speed, unless there are too few or too many steps for that. */
const WHOLE_MS = 12_000;
const SHORTEST_MS = 50;
const LONGEST_MS = 900;
export const SPEEDS = [0.25, 0.5, 1, 2, 4];

/** What shows the steps: whoever has to have something ready before one can be seen. */
export interface Player {
  prepare(step: number): Promise<void>;
}

export class Replay {
  recording = $state.raw<RecordingMessage | null>(null);
  /** The numbers of the training; they grow between snapshots too, which changes nothing else. */
  curves = $state.raw<CurveMessage[]>([]);
  /** The step that is seen. */
  step = $state(0);
  playing = $state(false);
  speed = $state(1);
  loops = $state(false);
  error = $state("");
  /** Shows the steps while they are played. */
  player: Player | null = null;
  private readonly listeners = new Set<(step: number) => void>();
  private turn = 0;

  constructor(
    private readonly source: Source,
    readonly number: number,
    step: number,
  ) {
    this.step = step;
    source.onGrown(({ grown }) => grown === number && void this.load());
  }

  get steps(): number[] {
    return this.recording?.steps ?? [];
  }

  /** The place of the step among all; -1: it is not known yet. */
  get position(): number {
    return this.steps.indexOf(this.step);
  }

  get atEnd(): boolean {
    return this.steps.length === 0 || this.step === this.steps.at(-1);
  }

  get epoch(): number | null {
    return this.recording?.epochs[this.position] ?? null;
  }

  /** Milliseconds from one step to the next while they are played. */
  get interval(): number {
    const usual = WHOLE_MS / Math.max(this.steps.length - 1, 1);
    return Math.min(Math.max(usual, SHORTEST_MS), LONGEST_MS) / this.speed;
  }

  /** Fetch what is known; who looks at the last step goes on to see the last one. */
  async load(): Promise<void> {
    const last = this.recording === null || this.atEnd;
    try {
      const found = await this.source.recording(this.number);
      const before = this.recording;
      this.curves = found.curves;
      this.error = "";
      if (before && isSame(before, found)) return;
      this.recording = found;
      const newest = found.steps.at(-1);
      if (before && last && newest !== undefined && !this.playing) this.go(newest);
    } catch (error) {
      this.error = (error as Error).message;
    }
  }

  /** Be told when another step is to be seen; returns how to stop that. */
  onStep(listener: (step: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  go(step: number): void {
    if (step === this.step) return;
    this.step = step;
    for (const listener of [...this.listeners]) listener(step);
  }

  /** A person goes to a step: it is no longer played. */
  jump(step: number): void {
    this.pause();
    this.go(step);
  }

  /** Go to the step at a place among all, the nearest one there is. */
  seek(position: number): void {
    const { steps } = this;
    if (steps.length) this.jump(steps[Math.min(Math.max(Math.round(position), 0), steps.length - 1)]!);
  }

  move(by: number): void {
    this.seek(this.position + by);
  }

  toggle(): void {
    if (this.playing) this.pause();
    else void this.play();
  }

  pause(): void {
    if (!this.playing) return;
    this.playing = false;
    this.turn++;
    for (const listener of [...this.listeners]) listener(this.step);
  }

  /** Play on from here, from the start where this is the end. A step is shown when it is there and the one before had its time. */
  async play(): Promise<void> {
    if (this.playing || this.steps.length < 2) return;
    const turn = ++this.turn;
    this.playing = true;
    let next = this.atEnd ? this.steps[0]! : this.after()!;
    let due = performance.now();
    while (turn === this.turn) {
      await Promise.all([this.player?.prepare(next), until(due)]);
      if (turn !== this.turn) return;
      this.go(next);
      due = Math.max(due + this.interval, performance.now());
      const following = this.after() ?? (this.loops ? this.steps[0]! : null);
      if (following === null) break;
      next = following;
    }
    if (turn === this.turn) {
      await until(due);
      this.pause();
    }
  }

  private after(): number | null {
    return this.steps[this.position + 1] ?? null;
  }
}

/** The last of some steps that is not after this one, or the first there is. */
export function stepBefore(steps: number[], step: number): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]! <= step) low = middle + 1;
    else high = middle;
  }
  return steps[Math.max(low - 1, 0)] ?? step;
}

function isSame(before: RecordingMessage, found: RecordingMessage): boolean {
  const [old, now] = [before.steps, found.steps];
  return before.growing === found.growing && old.length === now.length && old.at(-1) === now.at(-1);
}

function until(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, time - performance.now())));
}
