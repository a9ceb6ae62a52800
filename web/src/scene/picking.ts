/** Which point lies under a pixel: the points on the screen in a grid, built when it is first asked after a change. */
import { ballAround, rowsWithin } from "./ball";
import { type BallMark, markOf } from "./ballMark";
import type { Camera, ScreenPlaces } from "./camera";
import { ScreenGrid } from "./grid";
import type { Sizes } from "./painter";
import type { Points } from "./points";
import type { ThumbnailLayer } from "./thumbnailLayer";

/** Points are found from so many CSS pixels away. */
const REACH = 8;

export class Picking {
  /** Whether points or the camera have moved since the grid was built. */
  stale = true;
  private readonly grid = new ScreenGrid();

  constructor(
    private readonly camera: Camera,
    private readonly points: Points,
    private readonly thumbnails: ThumbnailLayer,
    private readonly sizes: () => Sizes,
  ) {}

  /** The points on the screen as they are now. */
  get fresh(): ScreenGrid {
    if (this.stale) this.grid.build(this.camera, this.points.positions, this.points.states);
    this.stale = false;
    this.grid.states = this.points.states;
    return this.grid;
  }

  /** Where each point is on the screen now. */
  get places(): ScreenPlaces {
    return this.fresh.places;
  }

  /** The point under a pixel, -1: none. */
  pick(x: number, y: number): number {
    const { thumbnails } = this;
    const radius = thumbnails.drawn ? thumbnails.size / 2 : this.sizes().litDiameter / 2 + 2;
    return this.fresh.pick(x, y, Math.max(REACH, radius), radius);
  }

  /** The ball around the point under a pixel, or else around the place there, as far as to another pixel. */
  ball(middle: [number, number], edge: [number, number]): { mark: BallMark; rows(): Uint32Array } {
    const row = this.pick(...middle);
    const center = row < 0 ? this.camera.unproject(...middle) : this.points.place(row);
    const { x, y } = this.camera.project(...center);
    const ball = ballAround(this.camera, center, Math.hypot(edge[0] - x, edge[1] - y));
    const { positions, states } = this.points;
    return {
      mark: markOf(this.camera, ball, edge, positions, states),
      rows: () => rowsWithin(ball, positions, states),
    };
  }
}
