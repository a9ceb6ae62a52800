/** When labels are chosen, which points ask for one, and that they rest while a layout is being computed. */
import type { Bounds } from "./camera";
import type { ScreenGrid } from "./grid";
import { LabelLayer, type LabelWorld, type ScreenPlace } from "./labelLayer";
import type { Rectangle } from "./labels";
import type { Points } from "./points";
import { worthLabels } from "./rank";
import { spreadOrder } from "./spread";
import type { Palette } from "./theme";
import type { Labels } from "./types";

const CHOOSE_MS = 120;

/** What labels need to know of the picture. */
export interface Labeled {
  readonly points: Points;
  readonly bounds: Bounds;
  /** The free area in CSS pixels. */
  readonly area: Rectangle;
  readonly hover: number;
  /** Where something else is written. */
  readonly taken: readonly Rectangle[];
  /** From the middle of a point to its label, CSS pixels. */
  readonly gap: number;
  /** The points on the screen; null while the picture moves. */
  readonly grid: (() => ScreenGrid) | null;
  place(row: number): ScreenPlace;
}

export class Labeling {
  /** Whether others may be due. */
  stale = true;
  /** While a layout is being computed only pinned points carry their label. */
  resting = false;
  private readonly layer: LabelLayer;
  private labels: Labels = { text: () => "", order: null, pinned: [], visible: false };
  private spread: Uint32Array | null = null;
  private fresh = true;
  private chosenAt = -Infinity;

  constructor(
    context: CanvasRenderingContext2D,
    private readonly picture: Labeled,
  ) {
    this.layer = new LabelLayer(context);
  }

  set(labels: Labels): void {
    if (labels.source === undefined || labels.source !== this.labels.source) this.layer.reset();
    this.labels = labels;
    this.stale = true;
  }

  /** There is another layout. It is seen first, and labelled a moment later: both in one go would hold the page up. */
  relaid(): void {
    this.fresh = true;
    this.spread = null;
    setTimeout(() => this.labels.order ?? this.spreadOut()); // before the labels' frame, in a task of its own
  }

  /** Whether there is nothing to draw. */
  get empty(): boolean {
    return this.layer.empty && this.picture.hover < 0;
  }

  /** Choose again which labels are to be seen. */
  choose(): void {
    this.layer.choose(this.world());
    this.stale = false;
  }

  /** Choose again where it is time; returns whether it will be time soon. */
  refresh(now: number): boolean {
    const due = this.stale && now - this.chosenAt > CHOOSE_MS && !this.fresh;
    this.fresh = false;
    if (due) {
      this.choose();
      this.chosenAt = now;
    }
    return this.stale && !this.resting;
  }

  /** Draw all labels; returns whether some are still fading. */
  draw(now: number, palette: Palette, cut: boolean): boolean {
    return this.layer.draw(this.world(), palette, now, cut);
  }

  private world(): LabelWorld {
    const { labels, picture } = this;
    const { gap, area, hover, taken } = picture;
    return {
      place: (row) => picture.place(row),
      text: labels.text,
      candidates: () => (labels.visible && !this.resting ? this.worthLabels() : []),
      pinned: labels.pinned,
      hover,
      area,
      taken,
      gap: () => gap,
    };
  }

  private worthLabels(): Iterable<number> {
    const { points, grid, area } = this.picture;
    return worthLabels(points, this.labels.order ?? this.spreadOut(), grid, area);
  }

  private spreadOut(): Uint32Array {
    return (this.spread ??= spreadOrder(this.picture.points.positions, this.picture.bounds));
  }
}
