import { describe, expect, it } from "vitest";
import type { EmbeddingOutline } from "../schema/messages";
import { MemorySource } from "../source/memory";
import { Arithmetic, lastWord } from "./arithmetic.svelte";
import { RAW } from "./preparation";

const OUTLINE = { index: 0, name: "words", n: 8, d: 3 } as EmbeddingOutline;

function made(): { sum: Arithmetic; source: MemorySource } {
  const source = new MemorySource(OUTLINE);
  return {
    source,
    sum: new Arithmetic(
      source,
      0,
      () => "word",
      () => RAW,
    ),
  };
}

describe("a sum of points", () => {
  it.each([
    ["king - man + wom", "wom"],
    ["kin", "kin"],
    ["well-kno", "well-kno"],
    ["king −ma", "ma"],
    ["new yo", "new yo"],
    ["king - ", ""],
  ])("has a last word: %s", (expression, word) => expect(lastWord(expression).text).toBe(word));

  it("is asked for as it is typed, and its points are lit", async () => {
    const { sum, source } = made();
    sum.expression = " king - man ";
    await sum.run();
    expect(source.asked).toEqual(["arithmetic king - man"]);
    expect(sum.active).toBe(true);
    sum.clear();
    expect([sum.active, sum.expression]).toEqual([false, ""]);
  });

  it("shows what is wrong and takes the last result away", async () => {
    const { sum } = made();
    sum.expression = "king";
    await sum.run();
    sum.expression = "?";
    await sum.run();
    expect([sum.active, sum.error]).toEqual([false, "There is no such point."]);
  });

  it("takes a suggestion in the place of the word that is typed", () => {
    const { sum } = made();
    sum.expression = "king - man + wom";
    sum.accept("woman");
    expect(sum.expression).toBe("king - man + woman");
    sum.expression = "a + b";
    sum.accept("b - c");
    expect(sum.expression).toBe('a + "b - c"');
  });
});
