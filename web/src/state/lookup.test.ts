import { describe, expect, it } from "vitest";
import type { EmbeddingOutline, LookupOutline } from "../schema/messages";
import { columnFrom } from "../source/column";
import { MemorySource } from "../source/memory";
import { EmbeddingView } from "./embedding.svelte";

const TOKENS = ["<pad>", "<unk>", "the", "cat", "sees"];
const KNOWN: LookupOutline = {
  column: "token",
  length: 6,
  padding: 0,
  unknown: 1,
  start: null,
  end: null,
  padding_side: "post",
  truncation_side: null,
  mask: true,
};

async function opened(lookup: LookupOutline | null, text: string) {
  const outline: EmbeddingOutline = {
    index: 0,
    name: "embed",
    n: TOKENS.length,
    d: 2,
    dtype: "float32",
    columns: [{ name: "token", kind: "category" }],
    thumbnails: null,
    coordinates: [],
    notes: [],
    source: "",
    recorded: null,
    lookup,
  };
  const message = { name: "token", kind: "category" as const, n: TOKENS.length, missing: 0, categories: TOKENS };
  const column = columnFrom({ message, arrays: { codes: Int32Array.from(TOKENS.keys()) } });
  const source = new MemorySource(outline, [column]);
  const view = new EmbeddingView(source, outline);
  view.lookup.text = text;
  view.lookup.open = true;
  await view.lookup.begin();
  return { source, view, lookup: view.lookup };
}

describe("a text", () => {
  it("becomes ids of the length that the run tells", async () => {
    const { lookup } = await opened(KNOWN, "the dog sees");
    expect(lookup.input.map(({ id }) => id)).toEqual([2, 1, 4, 0, 0, 0]);
  });

  it("lights its points, and not the padding that is passed over", async () => {
    const { lookup, view } = await opened(KNOWN, "the cat the");
    expect(lookup.lit).toEqual([2, 3]);
    expect([...view.found!.matches]).toEqual([0b1100]);
    expect((await opened({ ...KNOWN, mask: false }, "the cat")).lookup.lit).toEqual([2, 3, 0]);
  });

  it("lights nothing while it is not seen", async () => {
    const { lookup, view } = await opened(KNOWN, "the cat");
    lookup.open = false;
    expect([lookup.matches, view.found]).toEqual([null, null]);
  });

  it("is given an example length where the run tells none, and none without padding", async () => {
    expect((await opened({ ...KNOWN, length: null }, "the cat")).lookup.input).toHaveLength(10);
    expect((await opened({ ...KNOWN, length: null, padding: null }, "the cat")).lookup.encoded.padded).toBeNull();
    expect((await opened(null, "the cat dog")).lookup.encoded).toMatchObject({ padded: null, lost: 1 });
  });

  it("is padded as a person wants it", async () => {
    const { lookup } = await opened(KNOWN, "the cat sees");
    [lookup.length, lookup.side] = [4, "pre"];
    expect(lookup.input.map(({ id }) => id)).toEqual([0, 2, 3, 4]);
  });

  it("asks once for the numbers of its rows, each once", async () => {
    const { lookup, source } = await opened(KNOWN, "the cat the");
    await lookup.follow();
    await lookup.follow();
    expect(source.asked.filter((each) => each.startsWith("vectors"))).toEqual(["vectors 2,3,0 at null"]);
    expect([...lookup.vectorOf(3)!]).toEqual([3, 3]);
    expect(lookup.vectorOf(4)).toBeNull();
  });

  it("that nobody typed is not in the address", async () => {
    const { view, lookup } = await opened(KNOWN, "");
    expect([lookup.text, view.address().text]).toEqual(["the cat sees a dog", undefined]);
    lookup.text = "x".repeat(9000);
    expect(view.address().text).toHaveLength(500);
  });
});
