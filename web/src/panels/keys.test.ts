import { describe, expect, it } from "vitest";
import { KEYS } from "./keys";

describe("the keyboard", () => {
  it("does one thing a key", () => {
    const all = KEYS.flatMap(({ keys }) => keys);
    expect(all.filter((key, i) => all.indexOf(key) !== i)).toEqual([]);
  });
});
