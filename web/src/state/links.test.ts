import { describe, expect, it } from "vitest";
import type { ColumnData } from "../source/column";
import { linksByGroup, linksByNext, nextColumn } from "./links";

function column(values: (string | number | null)[]): ColumnData {
  const numeric = values.every((value) => typeof value === "number" || value === null);
  return {
    name: "x",
    kind: numeric ? "integer" : "text",
    n: values.length,
    missing: 0,
    codes: null,
    categories: [],
    values: numeric ? Float64Array.from(values, (value) => (value === null ? NaN : Number(value))) : null,
    text: (row) => (values[row] === null ? null : String(values[row])),
  };
}

describe("lines from point to point", () => {
  it("follow the column of the Projector", () => {
    expect(nextColumn(["word", "__next__"])).toBe("__next__");
    expect([...linksByNext(column([1, 2, null, 99, -1]))]).toEqual([0, 1, 1, 2]);
    expect([...linksByNext(column(["1", "", "0"]))]).toEqual([0, 1, 2, 0]);
  });

  it("join the points of each group in order", () => {
    expect([...linksByGroup(column(["a", "b", "a", "b", "a"]), column([3, 1, 1, 2, 2]))]).toEqual([2, 4, 4, 0, 1, 3]);
    expect([...linksByGroup(column(["a", null, "a"]), null)]).toEqual([0, 2]);
    expect([...linksByGroup(column(["a", "a", "a"]), column(["2020", "2019", "2021"]))]).toEqual([1, 0, 0, 2]);
  });
});
