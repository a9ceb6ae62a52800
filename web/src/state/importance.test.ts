import { expect, it } from "vitest";
import { descending, representatives, spreadByImportance } from "./importance";

it("the most important points come first, the ones without a value last", () => {
  expect([...descending(Float64Array.of(1, NaN, 5, 5, -2))]).toEqual([2, 3, 0, 4, 1]);
});

it("each value of a category is labelled once, in the middle of its points", () => {
  const positions = Float32Array.of(0, 0, 0, 1, 0, 0, 2, 0, 0, 9, 9, 0, NaN, NaN, NaN);
  expect([...representatives(Int32Array.of(0, 0, 0, 1, -1), 3, positions)]).toEqual([1, 3]);
});

it("an order by importance names every region before it names one twice", () => {
  const positions = Float32Array.of(0, 0, 0, 0.01, 0, 0, 0.02, 0, 0, 1, 1, 0, NaN, NaN, NaN);
  expect([...spreadByImportance(Uint32Array.of(0, 4, 1, 2, 3), positions)]).toEqual([0, 3, 2, 4, 1]);
});
