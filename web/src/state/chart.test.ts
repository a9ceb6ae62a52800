import { describe, expect, it } from "vitest";
import type { ColumnData } from "../source/column";
import { binned, countBins, refuse } from "./chart";

function numbers(values: number[], kind: "integer" | "number" = "number"): ColumnData {
  return {
    name: "x",
    kind,
    n: values.length,
    missing: 0,
    codes: null,
    categories: [],
    values: Float64Array.from(values),
    text: (row) => (Number.isNaN(values[row]) ? null : String(values[row])),
  };
}

const kinds: ColumnData = {
  ...numbers([]),
  kind: "category",
  n: 5,
  values: null,
  codes: Int32Array.of(0, 1, 1, -1, 1),
  categories: ["a", "b"],
  text: (row) => ["a", "b", "b", null, "b"][row]!,
};

describe("a chart of a column", () => {
  it("puts numbers into equal parts and the missing into one of their own", async () => {
    const chart = await binned(numbers([0, 0.5, 1, NaN, ...Array.from({ length: 100 }, (_, i) => i / 99)]));
    expect(chart.bins).toHaveLength(41);
    expect([...chart.of.subarray(0, 4)]).toEqual([0, 20, 39, 40]);
    expect(chart.bins.at(-1)!.label).toBe("(missing)");
  });

  it("gives whole numbers that are not many a bar each", async () => {
    const chart = await binned(numbers([3, 5, 3, 9], "integer"));
    expect(chart.bins.map(({ label }) => label)).toEqual(["3", "5", "9"]);
    const range = await binned(
      numbers(
        Array.from({ length: 30 }, (_, i) => i),
        "integer",
      ),
    );
    expect(range.bins).toHaveLength(30);
    expect([range.of[0], range.of[29], range.bins[29]!.label]).toEqual([0, 29, "29"]);
  });

  it("gives values a bar each, the most frequent first", async () => {
    const chart = await binned(kinds);
    expect(chart.bins.map(({ label }) => label)).toEqual(["b", "a", "(missing)"]);
    expect([...chart.of]).toEqual([1, 0, 0, 2, 0]);
  });

  it("is empty where all is missing", async () => {
    const chart = await binned(numbers([NaN, NaN]));
    expect(chart.bins).toEqual([{ label: "(missing)" }]);
  });

  it("counts what the other charts let through, and not what it refuses itself", async () => {
    const [a, b] = [await binned(kinds), await binned(numbers([1, 1, 2, 2, 2], "integer"))];
    const fails = new Uint32Array(5);
    refuse(fails, 0, a, new Set([0])); // only b
    expect([...countBins(a, fails, 0, null)]).toEqual([3, 1, 1]);
    expect([...countBins(b, fails, 1, null)]).toEqual([1, 2]);
    expect([...countBins(b, fails, 1, Uint8Array.of(0, 0, 1, 1, 1))]).toEqual([0, 2]);
    refuse(fails, 0, a, new Set());
    expect([...fails]).toEqual([0, 0, 0, 0, 0]);
  });
});
