/**
 * Which points the next frame draws, and in which order.
 *
 * At rest all of them. In three dimensions the far ones first, where they are not too many to sort. While a
 * large picture moves on slow graphics, an even part of them, so that the movement stays smooth.
 */
import type { Bounds, Camera } from "./camera";
import { DepthOrder, subset } from "./order";
import type { Points } from "./points";

const MANY = 300_000;
/** While a run computes on the same processors, fewer points count as many. */
const MANY_BESIDE_A_RUN = 40_000;
const SLOW_MS = 60;
const SMOOTH_MS = 40;
const LEAST = 60_000;
const LEAST_BESIDE_A_RUN = 20_000;

/** How the picture moves: not at all, by a hand or on its way, or because a run computes. */
export type Movement = "none" | "short" | "streamed";

export class DrawList {
  private readonly depth = new DepthOrder();
  private sent = "";
  /** Milliseconds a point, a running mean; 0: not known yet. */
  private cost = 0;

  /** A frame of so many points took so long. */
  measured(drawn: number, frameMs: number): void {
    if (!drawn) return;
    const now = frameMs / drawn;
    this.cost = this.cost ? this.cost * 0.6 + now * 0.4 : now;
  }

  /** Whether a whole frame takes too long to move smoothly. */
  slow(n: number): boolean {
    return n * this.cost > SLOW_MS;
  }

  /** The layout is another one: send the order again. */
  reset(): void {
    this.sent = "";
  }

  /** Send the rows to draw, where they have changed; returns how many they are. */
  prepare(points: Points, camera: Camera, bounds: Bounds, movement: Movement): number {
    const size = this.size(points.n, movement);
    const part = size < points.n;
    const deep = camera.dimensions === 3 && points.n <= MANY;
    const key = part ? `some ${size}` : deep ? `far first ${camera.yaw} ${camera.pitch}` : "all";
    if (key !== this.sent) {
      this.sent = key;
      points.setOrder(part ? subset(points.n, size) : deep ? this.depth.sort(camera, points.positions, bounds) : null);
    }
    return size;
  }

  /** Parts are halves of halves, so that they seldom change. */
  private size(n: number, movement: Movement): number {
    const [many, least] = movement === "streamed" ? [MANY_BESIDE_A_RUN, LEAST_BESIDE_A_RUN] : [MANY, LEAST];
    if (movement === "none" || n <= many || !this.slow(n)) return n;
    const step = 2 ** Math.round(Math.log2(SMOOTH_MS / (n * this.cost)));
    return Math.max(Math.round(n * Math.min(step, 0.5)), least);
  }
}
