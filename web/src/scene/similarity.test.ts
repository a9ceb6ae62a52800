import { describe, expect, it } from "vitest";
import type { Bounds } from "./camera";
import { Similarity } from "./similarity";

const WIDE: Bounds = { center: [10, 0, 0], half: [4, 2, 0] };
const TINY: Bounds = { center: [0, 0, 0], half: [0.001, 0.002, 0] };

describe("a change of units", () => {
  it("brings middle on middle and the longest side on the longest", () => {
    const units = Similarity.between(WIDE, TINY);
    expect(units.place([10, 0, 0])).toEqual([0, 0, 0]);
    expect(units.place([14, 0, 0])[0]).toBeCloseTo(0.002);
    expect(units.box(WIDE).half[0]).toBeCloseTo(0.002);
  });

  it("moves whole layouts and leaves points without a place without one", () => {
    const moved = Similarity.between(WIDE, TINY).all(Float32Array.of(10, 2, 0, NaN, NaN, NaN));
    expect(moved[1]).toBeCloseTo(0.001);
    expect(moved[3]).toBeNaN();
  });

  it("is needed only between sizes that differ", () => {
    expect(Similarity.needed(WIDE, { ...WIDE, half: [5, 5, 0] })).toBeNull();
    expect(Similarity.needed(WIDE, TINY)).not.toBeNull();
  });
});
