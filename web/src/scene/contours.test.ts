import { describe, expect, it } from "vitest";
import { contoursOf, densityGrid, marchingSquares } from "./contours";
import { boundsOf } from "./density";

function cloud(n: number): Float32Array {
  const out = new Float32Array(n * 3);
  for (let row = 0; row < n; row++) {
    const [radius, angle] = [Math.sqrt(-2 * Math.log((row + 0.5) / n)), row * 2.399963];
    out.set([radius * Math.cos(angle), radius * Math.sin(angle), 0], row * 3);
  }
  return out;
}

describe("lines around dense places", () => {
  const positions = cloud(20_000);
  const all = () => true;

  it("hold their share of a round cloud", () => {
    for (const { share, pieces } of contoursOf(positions, all, boundsOf(positions))) {
      const radii = Array.from({ length: pieces.length / 2 }, (_, i) => Math.hypot(pieces[i * 2]!, pieces[i * 2 + 1]!));
      const mean = radii.reduce((sum, each) => sum + each, 0) / radii.length;
      const inside = positions.length ? 1 - Math.exp(-(mean ** 2) / 2) : 0;
      expect(Math.abs(inside - share)).toBeLessThan(0.06);
    }
  });

  it("keep the number of points", () => {
    const { values } = densityGrid(positions, all, boundsOf(positions));
    expect(values.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(19_900);
  });

  it("are none where no point is seen, and pass over points without a place", () => {
    expect(contoursOf(positions, () => false, boundsOf(positions))).toEqual([]);
    const broken = positions.slice();
    broken.fill(NaN, 0, 3);
    expect(contoursOf(broken, all, boundsOf(broken))[0]!.pieces.length).toBeGreaterThan(100);
  });

  it("join a saddle so that the denser corners stay together", () => {
    const grid = { width: 2, height: 2, cell: 1, left: 0, bottom: 0, values: Float32Array.of(1, 0, 0, 1) };
    expect(marchingSquares(grid, 0.4)).toHaveLength(8);
    expect(marchingSquares(grid, 2)).toHaveLength(0);
  });
});
