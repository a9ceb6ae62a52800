import { expect, it } from "vitest";
import { fromShare, shareOf } from "./slider";

const EVEN = { minimum: 0, maximum: 1, step: 0.01 };
const RATIOS = { minimum: 2, maximum: 200, step: 1, ratios: true };

it("gives a number its place and back", () => {
  for (const [value, span] of [
    [0.1, EVEN],
    [30, RATIOS],
    [2, RATIOS],
    [200, RATIOS],
  ] as const) {
    expect(fromShare(shareOf(value, span), span)).toBe(value);
  }
});

it("moves in equal ratios where that is asked for", () => expect(shareOf(20, RATIOS)).toBeCloseTo(0.5));
