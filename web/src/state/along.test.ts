import { describe, expect, it } from "vitest";
import { orderAlong, shareAlong } from "./along";

function positionsOf(values: number[], axis = 0): Float32Array {
  const out = new Float32Array(values.length * 3);
  values.forEach((value, row) => (out[row * 3 + axis] = value));
  return out;
}

describe("the order along an axis", () => {
  it("goes from the low end to the high one, whatever the sign", () => {
    expect([...orderAlong(positionsOf([3, -2, 0, -1e30, 1e-30, -7], 1), 1)]).toEqual([3, 5, 1, 2, 4, 0]);
  });

  it("keeps the order of the rows where places are the same", () => {
    expect([...orderAlong(positionsOf([1, 1, 0, 1]), 0)]).toEqual([2, 0, 1, 3]);
  });

  it("leaves out points without a place and those that are not shown", () => {
    expect([...orderAlong(positionsOf([2, NaN, 1, 0]), 0, Uint8Array.of(1, 1, 1, 0))]).toEqual([2, 0]);
  });

  it("is that of a plain sort for many points", () => {
    const values = Array.from({ length: 5000 }, (_, i) => Math.fround(Math.sin(i * 7.7) * 10 ** (i % 5)));
    const expected = values.map((_, row) => row).sort((a, b) => values[a]! - values[b]! || a - b);
    expect([...orderAlong(positionsOf(values), 0)]).toEqual(expected);
  });

  it("says how far along a point is", () => {
    expect([shareAlong(1, 0, 4), shareAlong(2, 2, 2)]).toEqual([0.25, 0.5]);
  });
});
