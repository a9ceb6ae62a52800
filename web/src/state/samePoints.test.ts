import { describe, expect, it } from "vitest";
import type { EmbeddingOutline } from "../schema/messages";
import type { ColumnData } from "../source/column";
import { sameTexts, surelySame } from "./samePoints";

const outline = (n: number, names: string[], recording = -1) =>
  ({
    n,
    columns: names.map((name) => ({ name, kind: "text" })),
    recorded: recording < 0 ? null : { recording },
  }) as unknown as EmbeddingOutline;

const texts = (...values: (string | null)[]) =>
  ({
    n: values.length,
    missing: values.filter((each) => each === null).length,
    text: (row: number) => values[row],
  }) as unknown as ColumnData;

describe("two embeddings are of the same points", () => {
  it("where they have the same number of them and a column in common", () => {
    expect(surelySame(outline(3, ["word"]), outline(3, ["count", "word"]))).toEqual({ column: "word" });
    expect(surelySame(outline(3, ["word"]), outline(4, ["word"]))).toBe(false);
    expect(surelySame(outline(3, []), outline(3, []))).toBe(false);
    expect(surelySame(outline(3, [], 0), outline(3, [], 0))).toBe(true);
  });

  it("where that column says the same of each", () => {
    expect(sameTexts(texts("a", null, "c"), texts("a", null, "c"))).toBe(true);
    expect(sameTexts(texts("a", "b"), texts("b", "a"))).toBe(false);
    expect(sameTexts(texts(null, null), texts(null, null))).toBe(false);
  });
});
