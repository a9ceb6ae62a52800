import { expect, it } from "vitest";
import { boundsOf } from "./density";
import { Camera } from "./camera";
import { countingSort, DepthOrder, subset, dispersed } from "./order";
import { scattered } from "./scattered";

it("sorts keys as a comparison sort does, equal ones in their order", () => {
  const keys = Uint16Array.from({ length: 1000 }, (_, i) => (i * 7919) % 97);
  const rows = new Uint32Array(1000);
  countingSort(keys, new Uint32Array(65537), rows);
  expect([...rows]).toEqual(Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b] || a - b));
});

it("draws the far points before the near ones", () => {
  const positions = scattered(2000, 3, 1);
  const turn = { dimensions: 3, yaw: 1.1, pitch: 0.5, strength: 1 };
  const eye = Object.assign(new Camera(), { ...turn, width: 100, height: 100 });
  const depths = [...new DepthOrder().sort(eye, positions, boundsOf(positions))].map(
    (row) => eye.project(positions[row * 3], positions[row * 3 + 1], positions[row * 3 + 2]).depth,
  );
  for (let i = 1; i < depths.length; i++) expect(depths[i]).toBeGreaterThan(depths[i - 1] - 1e-3);
});

it("takes about the share that is asked for, ascending and always the same", () => {
  const rows = subset(100_000, 20_000);
  expect(Math.abs(rows.length - 20_000)).toBeLessThan(600);
  expect([...rows]).toEqual([...rows].sort((a, b) => a - b));
  expect(subset(100_000, 20_000)).toEqual(rows);
});

it.each([0, 1, 2, 3, 10, 1000, 4181])("orders %i rows so that each beginning is spread over the whole", (n) => {
  const rows = Uint32Array.from({ length: n }, (_, i) => 2 * i);
  const mixed = dispersed(rows);
  expect([...mixed].sort((a, b) => a - b)).toEqual([...rows]);
  if (n < 100) return;
  const tenth = mixed.slice(0, n / 10).sort();
  const gaps = [...tenth].slice(1).map((row, i) => row - tenth[i]);
  expect(Math.max(...gaps)).toBeLessThan(2 * 50);
});
