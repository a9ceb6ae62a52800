/**
 * The measures of the layout that is shown: its box and its crowds.
 *
 * While a layout is being computed, its crowds are counted only now and then; in between they are taken to
 * have grown with the box, which is what mostly happens.
 */
import type { Bounds } from "./camera";
import { boundsOf, coreOf, type Density, densityOf } from "./density";
import type { Points } from "./points";
import type { Dimensions } from "./types";

const RECOUNT_MS = 400;
/** So many lit points tell how dense they are. */
const MOST_COUNTED = 50_000;

export class Extent {
  bounds: Bounds = { center: [0, 0, 0], half: [1, 1, 1] };
  /** The box to bring into view. */
  view: Bounds = this.bounds;
  density: Density = { median: 1, high: 1, crowd: new Uint8Array(0) };
  /** Of the lit points alone; null where there are none. */
  lit: Density | null = null;
  private countedAt = -Infinity;
  private frame: Bounds | null = null;

  constructor(private readonly points: Points) {}

  /** Half the diagonal of the box. */
  get radius(): number {
    return Math.hypot(...this.bounds.half) || 1;
  }

  /** Measure a layout as a whole; `frame` is its box, where it is not that of these points alone. */
  measure(positions: Float32Array, dimensions: Dimensions, frame: Bounds | null = null): void {
    this.frame = frame;
    this.box(positions, dimensions);
    this.count(positions);
  }

  /** Measure one of many layouts. */
  follow(positions: Float32Array, dimensions: Dimensions, frame: Bounds | null = null): void {
    const before = this.radius;
    this.frame = frame;
    this.box(positions, dimensions);
    if (performance.now() - this.countedAt > RECOUNT_MS) return this.count(positions);
    const thinner = (before / this.radius) ** 2;
    this.density = { ...this.density, median: this.density.median * thinner };
    if (this.lit) this.lit = { ...this.lit, median: this.lit.median * thinner };
  }

  /** Other points are lit: they have rings where they have the room. */
  relit(): void {
    const { lit } = this.points;
    // Each beginning of them is spread evenly over the whole.
    const places = this.points.placesOf(lit.subarray(0, MOST_COUNTED));
    const counted = places.length ? densityOf(places, boundsOf(places)) : null;
    this.lit = counted && { ...counted, median: counted.median * Math.max(1, lit.length / MOST_COUNTED) };
  }

  private box(positions: Float32Array, dimensions: Dimensions): void {
    if (this.frame) {
      this.bounds = this.view = this.frame;
      return;
    }
    this.bounds = boundsOf(positions);
    this.view = dimensions === 3 ? coreOf(positions, this.bounds) : this.bounds;
  }

  private count(positions: Float32Array): void {
    this.density = densityOf(positions, this.bounds);
    this.points.setCrowd(this.density.crowd);
    this.relit();
    this.countedAt = performance.now();
  }
}
