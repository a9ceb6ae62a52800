import { expect, it } from "vitest";
import { cells, level } from "./strip";

it("a number's colour is its place on the scale, clipped at its ends", () => {
  expect([-9, -2, 0, 2, 9].map((value) => level(value, 2))).toEqual([0, 0, 128, 255, 255]);
  expect([level(NaN, 1), level(Infinity, 1), level(-Infinity, 1)]).toEqual([-1, 255, 0]);
});

it("where there are more dimensions than cells, each is the strongest of a few", () => {
  expect(cells(Float32Array.of(1, -3, 2, 0.5, -0.25), 3)).toEqual({ values: Float32Array.of(-3, 2, -0.25), each: 2 });
  const few = Float32Array.of(1, 2);
  expect(cells(few, 2).values).toBe(few);
});
