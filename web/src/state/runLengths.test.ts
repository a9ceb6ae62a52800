import { describe, expect, it } from "vitest";
import { rowsOfRuns, runsOf } from "./runLengths";

describe("rows as a text", () => {
  it("come back", () => {
    for (const rows of [[], [0], [999], [0, 1, 2, 5, 7, 8, 998, 999], Array.from({ length: 1000 }, (_, i) => i)])
      expect([...rowsOfRuns(runsOf(Uint32Array.from(rows)), 1000)]).toEqual(rows);
  });

  it("are short where they stand together", () => {
    expect(runsOf(Uint32Array.from({ length: 100_000 }, (_, i) => i + 40))).toBe("14+255s");
  });

  it("never reach beyond what there is", () => {
    expect([...rowsOfRuns("1+zzzz", 4)]).toEqual([1, 2, 3]);
    expect([...rowsOfRuns("nonsense ?", 4)]).toEqual([]);
  });
});
