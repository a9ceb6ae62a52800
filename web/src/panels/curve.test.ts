import { expect, it } from "vitest";
import type { CurveMessage } from "../schema/messages";
import { axisOf, curvePath, drawnCurve, placesOf, ticksPath } from "./curve";
import { StepAxis } from "./stepAxis";

const curve = (values: (number | null)[], told: [number, number | null][] = []): CurveMessage => ({
  name: "loss",
  values,
  told_steps: told.map(([step]) => step),
  told: told.map(([, value]) => value),
});

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

it("draws what was told between snapshots, and beyond them", () => {
  const told: [number, number | null][] = [
    [0, 4],
    [0.5, 0],
    [1, null],
    [2, 2],
  ];
  const drawn = curve([4, 2], told);
  const axis = axisOf([0, 1], [drawn]);
  expect(drawnCurve(drawn, [0, 1], axis, 100, 8).places).toEqual([[0, 0], [25, 8], null, [100, 4]]);
});

it("marks the snapshots unless they are too many", () => {
  expect(ticksPath([0, 10, 30], new StepAxis([0, 10, 30]), 100, 1, 2)).toBe("M0 1V2M50 1V2M100 1V2");
  const many = Array.from({ length: 400 }, (_, i) => i);
  expect(ticksPath(many, new StepAxis(many), 100, 1, 2)).toBe("");
});
