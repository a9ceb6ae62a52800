/** The picture as labels know it. */
import type { Bounds } from "./camera";
import type { Extent } from "./extent";
import type { ScreenGrid } from "./grid";
import type { Labeled } from "./labeling";
import type { ScreenPlace } from "./labelLayer";
import type { Rectangle } from "./labels";
import type { Navigator } from "./navigator";
import type { Overlay } from "./overlay";
import type { Picking } from "./picking";
import type { Points } from "./points";
import type { ThumbnailLayer } from "./thumbnailLayer";

interface Parts {
  points: Points;
  extent: Extent;
  navigator: Navigator;
  overlay: Overlay;
  picking: Picking;
  thumbnails: ThumbnailLayer;
  /** Whether it moves. */
  moving(): boolean;
  hover(): number;
  /** Of a disc, CSS pixels. */
  diameter(): number;
  place(row: number): ScreenPlace;
}

export class LabeledPicture implements Labeled {
  constructor(private readonly parts: Parts) {}

  get points(): Points {
    return this.parts.points;
  }

  get bounds(): Bounds {
    return this.parts.extent.bounds;
  }

  get area(): Rectangle {
    return this.parts.navigator.area;
  }

  get hover(): number {
    return this.parts.hover();
  }

  get taken(): readonly Rectangle[] {
    return this.parts.overlay.taken;
  }

  get gap(): number {
    const { thumbnails, diameter } = this.parts;
    return 4 + (thumbnails.drawn ? thumbnails.size : Math.max(diameter(), 3)) / 2;
  }

  get grid(): (() => ScreenGrid) | null {
    return this.parts.moving() ? null : () => this.parts.picking.fresh;
  }

  place(row: number): ScreenPlace {
    return this.parts.place(row);
  }
}
