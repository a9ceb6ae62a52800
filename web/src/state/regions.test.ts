import { describe, expect, it } from "vitest";
import { boundsOf } from "../scene/density";
import type { ColumnData } from "../source/column";
import { namesOf, regionsOf, wordsOf } from "./regions";

/** Three round clouds, the first the largest. */
const SIZES = [900, 500, 300];
const CENTERS = [
  [0, 0],
  [12, 1],
  [5, 11],
];

function clouds(): Float32Array {
  const out: number[] = [];
  SIZES.forEach((n, cloud) => {
    for (let i = 0; i < n; i++) {
      const [radius, angle] = [Math.sqrt(-2 * Math.log((i + 0.5) / n)), i * 2.399963];
      out.push(CENTERS[cloud]![0]! + radius * Math.cos(angle), CENTERS[cloud]![1]! + radius * Math.sin(angle), 0);
    }
  });
  return Float32Array.from(out);
}

const cloudOf = (row: number) => (row < 900 ? 0 : row < 1400 ? 1 : 2);

function column(text: (row: number) => string | null, categories: string[] | null = null): ColumnData {
  const n = 1700;
  const codes = categories && Int32Array.from({ length: n }, (_, row) => categories.indexOf(text(row)!));
  return {
    name: "x",
    kind: categories ? "category" : "text",
    n,
    missing: 0,
    values: null,
    codes,
    categories: categories ?? [],
    text,
  };
}

describe("regions of a picture", () => {
  const positions = clouds();
  const found = regionsOf(positions, () => true, boundsOf(positions), 0.03);

  it("are its clouds, the largest first, named where they are densest", () => {
    expect(found).toHaveLength(3);
    found.forEach(({ x, y, rows }, i) => {
      expect(Math.hypot(x - CENTERS[i]![0]!, y - CENTERS[i]![1]!)).toBeLessThan(0.8);
      expect(Math.abs(rows.length - SIZES[i]!)).toBeLessThan(10);
    });
  });

  it("leave out what is not seen", () => {
    const seen = (row: number) => cloudOf(row) !== 0;
    expect(regionsOf(positions, seen, boundsOf(positions), 0.03)).toHaveLength(2);
  });

  it("are named by the words that set them apart, not by those found everywhere", async () => {
    const about = ["a film with great acting", "a film about war", "a film, music and song"];
    const names = await namesOf(
      found,
      column((row) => about[cloudOf(row)]!),
      null,
    );
    expect(names!.map(({ words }) => words.includes("film") && words.indexOf("film") === 0)).toEqual([
      false,
      false,
      false,
    ]);
    expect(names![1]!.words).toContain("war");
    expect(names![2]!.words).toMatch(/music|song/);
  });

  it("are named by the category that most of their points have", async () => {
    const kinds = ["cat", "dog", "owl"];
    const names = await namesOf(
      found,
      column((row) => kinds[cloudOf(row)]!, kinds),
      null,
    );
    expect(names!.map(({ words }) => words)).toEqual(kinds);
  });

  it("are named by their most important points where each has a label of its own", async () => {
    const importance = Uint32Array.from({ length: 1700 }, (_, i) => 1699 - i);
    const names = await namesOf(
      found,
      column((row) => `w${row}`),
      importance,
    );
    const inner = [...found[2]!.rows.subarray(0, found[2]!.rows.length / 2)].sort((a, b) => b - a);
    expect(names![2]!.words).toBe(
      inner
        .slice(0, 3)
        .map((row) => `w${row}`)
        .join(", "),
    );
  });

  it("are not named any more once nobody waits", async () => {
    expect(
      await namesOf(
        found,
        column(() => "a"),
        null,
        () => false,
      ),
    ).toBeNull();
  });

  it("know words of any script", () => {
    expect([...wordsOf("The Größe of naïve Москва, 東京都 and 12")]).toEqual(["größe", "naïve", "москва", "東京都"]);
  });
});
