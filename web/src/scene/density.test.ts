import { expect, it } from "vitest";
import { boundsOf, densityOf, diameterAt, opacityAt, overdrawAt } from "./density";
import { scattered } from "./scattered";

function look(n: number, scale = 350) {
  const positions = scattered(n, 6);
  const density = densityOf(positions, boundsOf(positions));
  const diameter = diameterAt(density, scale, 350);
  return { density, diameter, opacity: opacityAt(density, overdrawAt(density, scale, diameter)) };
}

it("finds the box around the points that have a place", () => {
  const positions = Float32Array.of(-1, 2, 0, 3, 4, 5, NaN, 99, 99, Infinity, 0, 0);
  expect(boundsOf(positions)).toEqual({ center: [1, 3, 2.5], half: [2, 1, 2.5] });
});

it("measures the density of an even crowd", () => {
  expect(look(40_000).density.median / 10_000).toBeCloseTo(1, 0);
});

it("draws few points large and many small, within its limits", () => {
  expect(look(10).diameter).toBeGreaterThan(5);
  expect(look(20_000).diameter).toBeLessThan(look(2000).diameter);
  expect(look(600_000).diameter).toBe(1.5);
});

it("lets opacity fall with the crowd and rise with the zoom, never to nothing", () => {
  const { density, diameter } = look(1000);
  const at = (scale: number) => opacityAt(density, overdrawAt(density, scale, diameter));
  expect(at(15)).toBeLessThan(at(30));
  expect(at(30)).toBeLessThan(at(350));
  expect(at(0.01)).toBeGreaterThan(0.25);
});

it("knows a dense place from a thin one", () => {
  const positions = scattered(4000, 7);
  for (let at = 0; at < 6000; at++) positions[at] *= 0.1;
  const { crowd } = densityOf(positions, boundsOf(positions));
  expect(crowd[100]).toBeGreaterThan(crowd[3000] + 20);
});
