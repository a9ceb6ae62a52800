import { expect, it } from "vitest";
import { StepAxis } from "./stepAxis";

it("has snapshots evenly apart and other steps at their share between them", () => {
  const axis = new StepAxis([0, 10, 110]);
  expect([0, 5, 10, 60, 110].map((step) => axis.share(step))).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(axis.position(0.75)).toBe(1.5);
});

it("goes on before the first and behind the last in the measure of the gap beside it", () => {
  const axis = new StepAxis([100, 200, 400], 50, 500);
  expect([50, 100, 200, 400, 500].map((step) => axis.share(step) * 3)).toEqual([0, 0.5, 1.5, 2.5, 3]);
  expect(axis.position(0)).toBe(-0.5);
});

it("gives the ends no more room than a gap", () => {
  const axis = new StepAxis([1000, 1010], 0, 9000);
  expect([0, 500, 1000, 1010, 9000].map((step) => axis.share(step) * 3)).toEqual([0, 0.5, 1, 2, 3]);
});

it("holds one snapshot, or none", () => {
  expect(new StepAxis([7]).share(7)).toBe(0);
  expect(new StepAxis([5], 0, 10).share(5)).toBe(0.5);
  expect(new StepAxis([]).share(3)).toBe(0);
});
