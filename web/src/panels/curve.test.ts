import { expect, it } from "vitest";
import { curvePath, placesOf } from "./curve";

it("puts the largest value on top and the steps side by side", () => {
  expect(placesOf([3, 1, 2], 100, 10)).toEqual([
    [0, 0],
    [50, 10],
    [100, 5],
  ]);
});

it("breaks the line where nothing was told", () => {
  expect(curvePath(placesOf([0, 1, null, 1, 0], 4, 1))).toBe("M0 1L1 0M3 0L4 1");
});

it("draws a level line in the middle, and nothing from nothing", () => {
  expect(curvePath(placesOf([2, 2], 10, 10))).toBe("M0 5L10 5");
  expect(curvePath(placesOf([null, null], 10, 10))).toBe("");
  expect(curvePath(placesOf([], 10, 10))).toBe("");
});
