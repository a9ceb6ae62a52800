import { describe, expect, it } from "vitest";
import { columnFrom } from "../source/column";
import { exampleText } from "./example";
import { MOST_CHARACTERS, tokenize } from "./tokenizing";
import { areTokens, Vocabulary } from "./vocabulary";

function column(tokens: (string | null)[]) {
  const parts = tokens.map((token) => new TextEncoder().encode(token ?? ""));
  const offsets = new Uint32Array(parts.length + 1);
  parts.forEach((part, i) => (offsets[i + 1] = offsets[i]! + part.length));
  const bytes = new Uint8Array(offsets.at(-1)!);
  parts.forEach((part, i) => bytes.set(part, offsets[i]));
  const missing = Uint8Array.from(tokens, (token) => Number(token === null));
  const message = { name: "token", kind: "text" as const, n: tokens.length, missing: 0, categories: [] };
  return columnFrom({ message, arrays: { offsets, bytes, missing } });
}

async function read(text: string, tokens: (string | null)[]) {
  const { tokens: found, ...rest } = tokenize(text, await Vocabulary.read(column(tokens)));
  return {
    said: found.map(({ text, row }) => (row < 0 ? `(${text})` : text)),
    rows: found.map(({ row }) => row),
    ...rest,
  };
}

const WORDS = ["<pad>", "[UNK]", "the", "cat", "sees", "don't", "dont", "new-york", null, "naïve"];

describe("a vocabulary", () => {
  it("finds every token, the first of equal ones, and nothing else", async () => {
    const tokens = Array.from({ length: 5000 }, (_, i) => `w${i % 4000}`);
    const vocabulary = await Vocabulary.read(column(tokens));
    expect(vocabulary.find("w3999")).toBe(3999);
    expect(vocabulary.find("w10")).toBe(10);
    expect(vocabulary.find("w4000")).toBe(-1);
    expect(vocabulary.find("")).toBe(-1);
  });

  it.each([
    ["words", ["the", "cat", "Dog"], true],
    ["titles", ["The Third Man", "Two or three", "A day out"], false],
    ["file names", ["a.png", "b.png", "c.png"], false],
    ["numbers", ["1", "2", "3"], false],
    ["classes", ["cat", "dog", "cat", "dog"], false],
    ["codes", ["B001A", "B002C", "X93Z"], false],
    ["nothing", [null, null], false],
  ])("tells that %s are tokens or not", (_, tokens, expected) => {
    expect(areTokens(column(tokens as string[]))).toBe(expected);
  });

  it("is read as its tokens suggest", async () => {
    const style = async (tokens: string[]) => (await Vocabulary.read(column(tokens))).style;
    expect(await style(["[PAD]", "the", "cat"])).toMatchObject({ cut: "words", lower: true });
    expect(await style(["the", "Cat"])).toMatchObject({ cut: "words", lower: false });
    expect(await style(["the", "##s"])).toMatchObject({ cut: "wordpieces", lower: true });
    expect(await style(["▁the", "s"])).toMatchObject({ cut: "sentencepieces" });
    expect(await style(["Ġthe", "s", "the"])).toMatchObject({ cut: "bytes", lower: false });
    expect(await style(["<s>", "a", "b"])).toMatchObject({ cut: "characters" });
    expect(await style([])).toMatchObject({ cut: "words" });
  });
});

describe("words", () => {
  it("are small where the vocabulary is, and keep what it keeps", async () => {
    expect((await read("The CAT, sees don't New-York!", WORDS)).said).toEqual([
      "the",
      "cat",
      "sees",
      "don't",
      "new-york",
    ]);
  });

  it("are looked for as typed first where the vocabulary has capitals", async () => {
    expect((await read("Paris paris The", ["Paris", "the", "x"])).said).toEqual(["Paris", "(paris)", "the"]);
  });

  it("that are not there stay, and lone punctuation goes", async () => {
    const found = await read("the vampire — sees 100% ...", WORDS);
    expect(found.said).toEqual(["the", "(vampire)", "sees", "(100)"]);
    expect(found.dropped).toBe(5);
  });

  it("keep punctuation that is a token", async () => {
    expect((await read("the cat.", ["the", "cat", "."])).said).toEqual(["the", "cat", "."]);
  });

  it("are cut at apostrophes, or lose them, where that is what the vocabulary has", async () => {
    expect((await read("it's don’t", ["it", "'s", "dont"])).said).toEqual(["it", "'s", "dont"]);
  });

  it("in any writing, emoji and HTML are text like any other", async () => {
    const found = await read("naïve 👩‍👧 שלום <b>cat</b> 🇩🇪", WORDS);
    expect(found.said).toEqual(["naïve", "(👩‍👧)", "(שלום)", "(b)", "cat", "(b)", "(🇩🇪)"]);
  });

  it("with accents in two parts are the same", async () => {
    expect((await read("nai\u0308ve", WORDS)).rows).toEqual([9]);
  });

  it.each(["", " ", "\n\t", "\u0000", "!!!"])("of %j are none", async (text) => {
    expect((await read(text, WORDS)).said.filter((each: string) => each.trim() && each !== "(\u0000)")).toEqual([]);
  });

  it("are read up to a limit, never half a character", async () => {
    const found = await read("🧛".repeat(MOST_CHARACTERS), WORDS);
    expect(found.unread).toBe(MOST_CHARACTERS);
    expect((await read(`a${"🧛".repeat(MOST_CHARACTERS)}`, WORDS)).unread).toBe(MOST_CHARACTERS + 2);
    expect(found.said.length).toBe(MOST_CHARACTERS / 2);
  });
});

describe("pieces", () => {
  it("of words are the longest first, and a word that they do not make up is unknown", async () => {
    const tokens = ["[UNK]", "un", "##believ", "##able", "##a", "!", "cafe"];
    expect((await read("Unbelievable! Café unx", tokens)).said).toEqual([
      "un",
      "##believ",
      "##able",
      "!",
      "cafe",
      "(unx)",
    ]);
  });

  it("of sentences begin with ▁, and what none has is one unknown token", async () => {
    const found = await read("the  cats 🧛🧛", ["<s>", "▁the", "▁cat", "s", "▁"]);
    expect(found.said).toEqual(["▁the", "▁cat", "s", "▁", "(🧛🧛)"]);
  });

  it("of bytes hold any text", async () => {
    expect((await read("the é", ["the", "Ġ", "Ã", "©", "Ġthe"])).said).toEqual(["the", "Ġ", "Ã", "©"]);
  });

  it("of one character each", async () => {
    expect((await read("Ab?", ["<unk>", "a", "b", "c"])).said).toEqual(["a", "b", "(?)"]);
  });
});

it("an example is a sentence that is known, else some words", async () => {
  const known = column("the cat sees a dog".split(" "));
  expect(exampleText(known, await Vocabulary.read(known))).toBe("the cat sees a dog");
  const strange = column(["<s>", "haus", "baum", "42"]);
  expect(exampleText(strange, await Vocabulary.read(strange))).toBe("haus baum");
});
