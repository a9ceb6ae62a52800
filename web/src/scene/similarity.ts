/**
 * A change of units: moved and scaled evenly, so that a picture in one layout's units becomes the same picture
 * in another's. Without it, points between two layouts of very different size would fly out of sight.
 */
import type { Bounds } from "./camera";

type Place = [number, number, number];

/** Two boxes of sizes this near to each other count as being in the same units. */
const ALIKE = 2;

export class Similarity {
  private constructor(
    readonly scale: number,
    private readonly from: Place,
    private readonly to: Place,
  ) {}

  /** What brings the one box onto the other, middle on middle and longest side on longest side. */
  static between(from: Bounds, to: Bounds): Similarity {
    return new Similarity(longest(to) / longest(from), from.center, to.center);
  }

  /** The same, or null where both are of about the same size, and places can be compared as they are. */
  static needed(from: Bounds, to: Bounds): Similarity | null {
    const found = Similarity.between(from, to);
    return found.scale > ALIKE || found.scale < 1 / ALIKE ? found : null;
  }

  place([x, y, z]: Place): Place {
    const { scale, from, to } = this;
    return [(x - from[0]) * scale + to[0], (y - from[1]) * scale + to[1], (z - from[2]) * scale + to[2]];
  }

  box({ center, half }: Bounds): Bounds {
    return { center: this.place(center), half: half.map((extent) => extent * this.scale) as Place };
  }

  /** All places of a layout, shape `(n, 3)`. */
  all(positions: Float32Array): Float32Array {
    const { scale, from, to } = this;
    return positions.map((value, i) => (value - from[i % 3]) * scale + to[i % 3]);
  }
}

function longest({ half }: Bounds): number {
  return Math.max(...half) || 1;
}
