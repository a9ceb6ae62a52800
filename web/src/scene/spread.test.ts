import { expect, it } from "vitest";
import { boundsOf } from "./density";
import { scattered } from "./scattered";
import { spreadOrder } from "./spread";

const positions = scattered(5000, 5);
const order = spreadOrder(positions, boundsOf(positions));

it("names no point twice", () => {
  expect(new Set(order).size).toBe(order.length);
});

it("covers the picture with its first points", () => {
  const first = [...order.subarray(0, 40)];
  const nearest = (x: number, y: number) =>
    Math.min(...first.map((row) => Math.hypot(positions[row * 3] - x, positions[row * 3 + 1] - y)));
  for (let i = 0; i < 100; i++) expect(nearest(positions[i * 3], positions[i * 3 + 1])).toBeLessThan(0.75);
});

it("lets a stray point wait", () => {
  const stray = positions.slice();
  stray.set([40, 40, 0], 0);
  expect([...spreadOrder(stray, boundsOf(stray)).subarray(0, 3)]).not.toContain(0);
});

it("orders points without a place as little as it shows them", () => {
  const some = Float32Array.of(NaN, NaN, NaN, 0, 0, 0, 1, 1, 0);
  expect([...spreadOrder(some, boundsOf(some))].sort()).toEqual([1, 2]);
});
