import { expect, it } from "vitest";
import { Camera } from "./camera";
import { ScreenGrid } from "./grid";
import { scattered } from "./scattered";
import { State } from "./types";

const camera = (dimensions: 2 | 3 = 2) =>
  Object.assign(new Camera(), { width: 800, height: 600, zoom: 0.8, dimensions, strength: dimensions === 3 ? 1 : 0 });

function nearest(eye: Camera, positions: Float32Array, x: number, y: number, reach: number): number {
  let [best, away] = [-1, reach];
  for (let row = 0; row * 3 < positions.length; row++) {
    const at = eye.project(positions[row * 3], positions[row * 3 + 1], positions[row * 3 + 2]);
    const d = Math.hypot(at.x - x, at.y - y);
    if (d < away) [best, away] = [row, d];
  }
  return best;
}

it("picks the point that a search through all points finds", () => {
  const [eye, grid, positions] = [camera(), new ScreenGrid(), scattered(3000, 1)];
  grid.build(eye, positions, new Uint8Array(3000));
  for (let i = 0; i < 200; i++) {
    const [x, y] = [(i * 137) % 800, (i * 71) % 600];
    expect(grid.pick(x, y, 8, 3)).toBe(nearest(eye, positions, x, y, 8));
  }
});

it("never picks a hidden point, nor one without a place", () => {
  const grid = new ScreenGrid();
  grid.build(camera(), Float32Array.of(0, 0, 0, NaN, NaN, NaN), Uint8Array.of(State.hidden, 0));
  expect(grid.pick(400, 300, 8, 4)).toBe(-1);
});

it("picks the frontmost of the points that lie under the pointer in three dimensions", () => {
  const grid = new ScreenGrid();
  grid.build(camera(3), Float32Array.of(0, 0, -0.5, 0.001, 0, 0.5, 0, 0, 0), new Uint8Array(3));
  expect(grid.pick(400, 300, 8, 4)).toBe(1);
});

it("finds the points inside a rectangle, or says that there are too many", () => {
  const [eye, grid, positions] = [camera(), new ScreenGrid(), scattered(500, 2)];
  grid.build(eye, positions, new Uint8Array(500));
  const inside = Array.from({ length: 500 }, (_, row) => row).filter((row) => {
    const { x, y } = eye.project(positions[row * 3], positions[row * 3 + 1], 0);
    return x >= 100 && x <= 450 && y >= 50 && y <= 300;
  });
  expect([...(grid.within(100, 50, 450, 300, 500) ?? [])].sort((a, b) => a - b)).toEqual(inside);
  expect(grid.within(0, 0, 800, 600, 10)).toBeNull();
});
