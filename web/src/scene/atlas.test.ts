import { describe, expect, it } from "vitest";
import { copyArea, inkOf, planAtlas } from "./atlas";

const texels = (plan: ReturnType<typeof planAtlas>) =>
  plan.pages * plan.columns * plan.lines * plan.width * plan.height;

describe("an atlas", () => {
  it("keeps 70,000 images of 28 × 28 at their size", () => {
    expect(planAtlas(70_000, 28, 28)).toMatchObject({ width: 28, height: 28, shrunk: false });
  });

  it("has a cell for every image and stays within its budget", () => {
    for (const [count, width, height] of [
      [1, 5, 9],
      [5000, 300, 200],
      [1_000_000, 32, 32],
      [3, 4000, 100],
    ]) {
      const plan = planAtlas(count, width, height);
      expect(plan.columns * plan.lines * plan.pages).toBeGreaterThanOrEqual(count);
      expect(texels(plan)).toBeLessThanOrEqual(64 * 2 ** 20);
      expect(plan.columns * plan.width).toBeLessThanOrEqual(2048);
    }
  });

  it("shrinks cells with their shape where the images are too many", () => {
    const { width, height, shrunk } = planAtlas(50_000, 100, 50);
    expect(shrunk).toBe(true);
    expect(width / height).toBeCloseTo(2, 0);
  });
});

it("copies pixels of one channel into four", () => {
  const target = { data: new Uint8Array(4 * 4), width: 2, channels: 4 };
  copyArea({ data: Uint8Array.of(1, 2, 3, 4), width: 2, channels: 1 }, area(0, 0, 2, 2), target, area(0, 0, 2, 2));
  expect([...target.data.subarray(0, 8)]).toEqual([1, 1, 1, 255, 2, 2, 2, 255]);
});

it("shrinks to the mean of what a texel covers", () => {
  const target = { data: new Uint8Array(1), width: 1, channels: 1 };
  const source = { data: Uint8Array.of(0, 100, 100, 200), width: 2, channels: 1 };
  copyArea(source, area(0, 0, 2, 2), target, area(0, 0, 1, 1));
  expect(target.data[0]).toBe(100);
});

it("tells writing on black or white from photographs", () => {
  const of = (values: number[]) => inkOf({ data: Uint8Array.from(values), width: 1, channels: 1 });
  expect(of([0, 0, 0, 255])).toBe("bright");
  expect(of([255, 255, 255, 0])).toBe("dark");
  expect(of([10, 90, 120, 200])).toBe("none");
});

function area(x: number, y: number, width: number, height: number) {
  return { x, y, width, height };
}
