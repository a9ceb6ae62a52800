import { describe, expect, it } from "vitest";
import { beside } from "./tourPlace";

const CARD = { width: 300, height: 150 };

describe("the card of the tour", () => {
  it("stands beside what it speaks of", () => {
    expect(beside({ left: 12, top: 100, width: 240, height: 100 }, CARD, 1280, 800)).toEqual({ left: 266, top: 75 });
    expect(beside({ left: 980, top: 12, width: 290, height: 60 }, CARD, 1280, 800)).toEqual({ left: 666, top: 12 });
  });

  it("stands above where there is no room beside", () => {
    expect(beside({ left: 274, top: 740, width: 690, height: 40 }, CARD, 1280, 800)).toEqual({ left: 469, top: 576 });
    expect(beside({ left: 20, top: 740, width: 350, height: 40 }, CARD, 390, 844)).toEqual({ left: 45, top: 576 });
  });

  it("never leaves the page", () => {
    const { left, top } = beside({ left: 0, top: 0, width: 390, height: 844 }, CARD, 390, 844);
    expect(left).toBeGreaterThanOrEqual(0);
    expect(top + CARD.height).toBeLessThanOrEqual(844);
  });
});
