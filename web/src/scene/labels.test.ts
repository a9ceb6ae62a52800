import { describe, expect, it } from "vitest";
import { type Candidate, mostLabels, overlaps, placeLabels, shorten } from "./labels";
import { scattered } from "./scattered";

const area = { left: 0, top: 0, right: 800, bottom: 600 };
const places = scattered(600, 4);
const candidates: Candidate[] = Array.from({ length: 600 }, (_, row) => ({
  row,
  x: 400 + places[row * 3] * 400,
  y: 300 + places[row * 3 + 1] * 300,
  width: 40 + (row % 7) * 15,
  height: 16,
  pinned: false,
}));

describe("placed labels", () => {
  const placed = placeLabels(candidates, area, 60, 5);

  it("never lie over each other", () => {
    expect(placed.length).toBe(60);
    placed.forEach((one, i) => placed.slice(i + 1).forEach((other) => expect(overlaps(one, other)).toBe(false)));
  });

  it("stay inside the free area", () => {
    for (const { left, right, top, bottom } of placed) {
      expect(left >= 0 && right <= 800 && top >= 0 && bottom <= 600).toBe(true);
    }
  });

  it("take the most important one first", () => {
    expect(placed[0].row).toBe(0);
  });

  it("stand on the side where they stood before", () => {
    const shown = new Map(placed.map(({ row }) => [row, "left" as const]));
    const [first] = placeLabels([{ ...candidates[0], x: 400 }], area, 60, 5, shown);
    expect(first.side).toBe("left");
  });

  it("find room for a pinned one even beyond their number", () => {
    const pinned = { ...candidates[599], x: 400, y: 300, pinned: true };
    expect(placeLabels([candidates[0], pinned], area, 1, 5).map(({ row }) => row)).toContain(599);
  });
});

it("shortens long words with an ellipsis and leaves short ones alone", () => {
  expect(shorten("a  short\nlabel", 32)).toBe("a short label");
  expect(shorten("x".repeat(50), 32)).toBe(`${"x".repeat(31)}…`);
});

it("allows about fifty labels on a laptop and fewer on a phone", () => {
  expect(mostLabels(1280, 800)).toBeGreaterThan(40);
  expect(mostLabels(390, 844)).toBeLessThan(20);
});
