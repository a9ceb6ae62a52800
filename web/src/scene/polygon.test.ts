import { expect, it } from "vitest";
import { rectangle, rowsInside } from "./polygon";
import { State } from "./types";

const horseshoe = [
  [0, 0],
  [10, 0],
  [10, 10],
  [7, 10],
  [7, 3],
  [3, 3],
  [3, 10],
  [0, 10],
] as const;

it("knows the inside of an outline that is not convex", () => {
  const places = { x: Float32Array.of(1, 5, 5, 8.5), y: Float32Array.of(9, 9, 1, 9.9), depth: new Float32Array(4) };
  expect([...rowsInside(horseshoe, places, new Uint8Array(4))]).toEqual([0, 2, 3]);
});

it("takes every point inside, covered ones too, but no hidden one and none without a place", () => {
  const places = { x: Float32Array.of(1, 1, 1, 5, NaN), y: Float32Array.of(1, 1, 1, 9, 1), depth: new Float32Array(5) };
  expect([...rowsInside(horseshoe, places, Uint8Array.of(0, 0, State.hidden, 0, 0))]).toEqual([0, 1]);
});

it("takes the same from a box whichever corner it was begun in", () => {
  const places = { x: Float32Array.of(2, 9), y: Float32Array.of(2, 9), depth: new Float32Array(2) };
  expect([...rowsInside(rectangle([5, 5], [0, 0]), places, new Uint8Array(2))]).toEqual([0]);
});
