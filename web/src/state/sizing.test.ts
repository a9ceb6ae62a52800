import { describe, expect, it } from "vitest";
import { opacitiesBy, scaleOf, sizesBy, USUAL, withOpacity } from "./sizing";
import { rangeOf } from "./coloring";

describe("sizes by a column", () => {
  it("grow in area with the value", () => {
    const [low, middle, high] = sizesBy(Float64Array.of(0, 5, 10));
    expect(low).toBe(USUAL / 2);
    expect(high).toBe(USUAL * 3);
    expect((middle! / USUAL) ** 2).toBeCloseTo((0.25 + 9) / 2, 1);
  });

  it("follow the logarithm where few values are far larger than most", () => {
    const counts = Float64Array.from({ length: 1000 }, (_, i) => 10000 / (i + 1));
    expect(scaleOf(counts, rangeOf(counts)!)).toBe("log");
    expect(scaleOf(Float64Array.of(1, 2, 3), rangeOf(Float64Array.of(1, 2, 3))!)).toBe("linear");
  });

  it("make a missing value smallest and faintest, and leave one value alone as it is", () => {
    expect(sizesBy(Float64Array.of(NaN, 1, 2))[0]).toBe(USUAL / 2);
    expect(opacitiesBy(Float64Array.of(NaN, 1, 2))).toEqual(Uint8Array.of(26, 26, 255));
    expect(sizesBy(Float64Array.of(NaN, NaN))).toEqual(Uint8Array.of(32, 32));
  });

  it("change the opacity of colours alone", () => {
    expect(withOpacity(Uint8Array.of(1, 2, 3, 255), Uint8Array.of(9))).toEqual(Uint8Array.of(1, 2, 3, 9));
  });
});
