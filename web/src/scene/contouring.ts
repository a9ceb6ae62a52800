/** When contours are worked out: for each flat layout that stands, of the points that are seen in full. */
import { contoursOf } from "./contours";
import type { Extent } from "./extent";
import type { Navigator } from "./navigator";
import type { Overlay } from "./overlay";
import type { Points } from "./points";
import { State } from "./types";

export class Contouring {
  private wanted = false;

  constructor(
    private readonly points: Points,
    private readonly extent: Extent,
    private readonly navigator: Navigator,
    private readonly overlay: Overlay,
  ) {}

  /** Whether lines around 10% to 90% of the points are wanted, in two dimensions. */
  set on(wanted: boolean) {
    const changed = wanted !== this.wanted;
    this.wanted = wanted;
    if (changed) this.follow();
  }

  /** The layout or what is seen of it is another one; while it is still moving there are no lines. */
  follow(still = true): void {
    const { positions, states } = this.points;
    const seen = (row: number) => !(states[row] & (State.hidden | State.faded));
    const flat = this.wanted && still && this.navigator.dimensions === 2;
    this.overlay.setContours(flat ? contoursOf(positions, seen, this.extent.bounds) : null);
  }
}
