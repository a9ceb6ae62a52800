import { describe, expect, it } from "vitest";
import type { ColumnData } from "../source/column";
import {
  groupsOf,
  histogram,
  paintGroups,
  paintNumbers,
  position,
  rangeOf,
  scalesFor,
  valueAt,
  type Scale,
} from "./coloring";
import { MISSING, OTHER } from "./palette";

function numbers(values: number[], kind: "integer" | "number" = "number"): ColumnData {
  const array = Float64Array.from(values);
  const text = (row: number) => String(array[row]);
  return { name: "x", kind, n: values.length, missing: 0, text, codes: null, categories: [], values: array };
}

function texts(values: (string | null)[]): ColumnData {
  const text = (row: number) => values[row]!;
  return { name: "x", kind: "text", n: values.length, missing: 0, text, codes: null, categories: [], values: null };
}

describe("groups", () => {
  it("stand in the order of their size, and missing values in none", async () => {
    const groups = await groupsOf(texts(["b", "a", "b", null, "b"]));
    expect(groups.labels).toEqual(["b", "a"]);
    expect([...groups.of]).toEqual([0, 1, 0, -1, 0]);
    expect([...groups.counts, groups.missing]).toEqual([3, 1, 1]);
  });

  it("of few numbers keep the numbers' order", async () => {
    expect((await groupsOf(numbers([9, 1, 9, 2], "integer"))).labels).toEqual(["1", "2", "9"]);
  });

  it("that are numbers written as text keep the numbers' order too", async () => {
    expect((await groupsOf(texts(["10", "9", "9", "1", "9"]))).labels).toEqual(["1", "9", "10"]);
  });

  it("beyond the palette are grey, and missing ones another grey", async () => {
    const groups = await groupsOf(texts([...Array(50).keys()].map((i) => `v${i}`).concat([null as never])));
    const colors = paintGroups(groups, "dark");
    expect([...colors.subarray(49 * 4, 49 * 4 + 3)]).toEqual(OTHER.dark.map(Math.trunc));
    expect([...colors.subarray(50 * 4, 50 * 4 + 3)]).toEqual(MISSING.dark.map(Math.trunc));
  });
});

describe("scales", () => {
  it("offer groups first where an integer has few values", () => {
    const column = numbers([0, 1, 2, 2], "integer");
    expect(scalesFor(column, rangeOf(column.values!))[0]).toBe("categories");
  });

  it("offer the logarithm only where nothing is below zero", () => {
    expect(scalesFor(numbers([-1, 2]), rangeOf(Float64Array.of(-1, 2)))).not.toContain("log");
    expect(scalesFor(numbers([0, 2]), rangeOf(Float64Array.of(0, 2)))).toContain("log");
  });

  it.each<Scale>(["linear", "log", "diverging"])("%s goes there and back", (scale) => {
    const range = { minimum: scale === "diverging" ? -3 : 0.5, maximum: 8, positive: 0.5 };
    for (const value of [0.5, 1, 7.5]) expect(valueAt(position(value, scale, range), scale, range)).toBeCloseTo(value);
  });

  it("count every value once in the histogram", () => {
    const values = Float64Array.of(0, 0.5, 1, NaN, 1);
    expect([...histogram(values, "linear", rangeOf(values)!, 2)]).toEqual([1, 3]);
  });

  it("paint a constant column and infinities without failing", () => {
    const values = Float64Array.of(5, 5, Infinity, NaN);
    expect(paintNumbers(values, "linear", rangeOf(values)!, "light")).toHaveLength(16);
  });

  it("keeps numbers near the largest ones apart, and goes back from a place to them", () => {
    const range = rangeOf(Float64Array.of(-1.7e308, 0, 1.7e308, Infinity))!;
    expect([-1.7e308, 0, 1.7e308].map((value) => position(value, "linear", range))).toEqual([0, 0.5, 1]);
    expect([0, 0.5, 1].map((place) => valueAt(place, "linear", range))).toEqual([-1.7e308, 0, 1.7e308]);
    const far = { minimum: 1e-300, maximum: 1e300, positive: 1e-300 };
    expect(valueAt(0.5, "log", far)).toBeCloseTo(1, 6);
  });
});
