import { describe, expect, it } from "vitest";
import type { ColumnData } from "../source/column";
import { fieldsOf, isTemplate, templateColumn } from "./template";

function texts(name: string, values: (string | null)[]): ColumnData {
  const nothing = { codes: null, categories: [], values: null, missing: 0 };
  return { name, kind: "text", n: values.length, ...nothing, text: (row) => values[row] ?? null };
}

describe("a label made of columns", () => {
  const columns = new Map([
    ["word", texts("word", ["king", null, "queen"])],
    ["n of", texts("n of", ["12", null, null])],
  ]);

  it("names its columns once", () => expect(fieldsOf("{word} ({n of}, {word})")).toEqual(["word", "n of"]));
  it("is told from a column's name", () =>
    expect([isTemplate("word"), isTemplate("{}"), isTemplate("{a}")]).toEqual([false, false, true]));
  it("leaves out what is missing", () => {
    const { text } = templateColumn("{word} {n of}", columns);
    expect([0, 1, 2].map(text)).toEqual(["king 12", null, "queen"]);
  });
});
