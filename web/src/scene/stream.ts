/**
 * Frames of a layout that is being computed, shown as they come.
 *
 * The first frame is reached from whatever was shown before, within a moment. After that each one takes as
 * long as the next is likely to let wait, so that fast graphics show an even motion; slow graphics, which would
 * only hold up who computes, show each frame once. The camera follows the growing picture with a lag: it never
 * jumps, and where a person has moved it, what they look at keeps its size on the screen.
 */
import type { Bounds } from "./camera";
import type { Navigator } from "./navigator";
import { Similarity } from "./similarity";

const ARRIVE_MS = 500;
const LAG_MS = 180;
const HURRY_MS = 70;
const LONGEST_MS = 250;
/** Graphics that take longer than this for a frame show no steps in between. */
const SMOOTH_FRAME_MS = 14;
const SETTLED = 0.002;

export class Stream {
  active = false;
  private startedAt = 0;
  private lastAt = 0;
  private interval = 60;
  private followedAt = 0;
  private seen: Bounds | null = null;

  constructor(
    private readonly navigator: Navigator,
    private readonly calm: boolean,
  ) {}

  /** The first of the frames came; `seen` is the box that is in view, null: nothing is yet. */
  begin(now: number, seen: Bounds | null): void {
    [this.active, this.startedAt, this.lastAt, this.followedAt] = [true, now, now, now];
    this.seen = seen;
  }

  end(): void {
    this.active = false;
  }

  /** A frame came: milliseconds in which the points move to it. */
  pace(now: number, frameMs: number): number {
    this.interval += (Math.min(now - this.lastAt, LONGEST_MS) - this.interval) * 0.3;
    this.lastAt = now;
    if (this.calm) return 0;
    const arriving = this.startedAt + ARRIVE_MS - now;
    return Math.max(frameMs > SMOOTH_FRAME_MS ? 0 : this.interval, arriving);
  }

  /** Whether there is something to show before the next frame comes. */
  flows(progress: number, frameMs: number): boolean {
    return progress < 1 || frameMs <= SMOOTH_FRAME_MS;
  }

  /** Move the camera on towards a box; returns whether it is still on its way. */
  follow(bounds: Bounds, now: number): boolean {
    const passed = now - this.followedAt;
    this.followedAt = now;
    const { navigator } = this;
    const from = this.seen ?? bounds;
    const growth = Math.log(size(bounds) / size(from));
    const share = 1 - Math.exp(-passed / (growth > 0.08 ? HURRY_MS : LAG_MS));
    this.seen = mixed(from, bounds, share);
    if (!navigator.flying) {
      if (navigator.atHome) navigator.ease(this.seen);
      else navigator.rescale(Similarity.between(from, this.seen));
    }
    navigator.bounds = this.seen;
    return Math.abs(growth) > SETTLED || away(this.seen, bounds) > SETTLED;
  }
}

function size({ half }: Bounds): number {
  return Math.max(...half) || 1e-12;
}

function away(a: Bounds, b: Bounds): number {
  return Math.hypot(...a.center.map((value, axis) => value - b.center[axis])) / size(b);
}

/** A box on the way between two: its size moves evenly in its logarithm. */
function mixed(a: Bounds, b: Bounds, t: number): Bounds {
  const place = (axis: number) => a.center[axis] + (b.center[axis] - a.center[axis]) * t;
  const extent = (axis: number) => {
    const [from, to] = [a.half[axis], b.half[axis]];
    return from > 0 && to > 0 ? from * (to / from) ** t : from + (to - from) * t;
  };
  return { center: [place(0), place(1), place(2)], half: [extent(0), extent(1), extent(2)] };
}
