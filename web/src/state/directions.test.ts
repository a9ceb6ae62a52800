import { describe, expect, it } from "vitest";
import type { EmbeddingOutline, SearchRequest } from "../schema/messages";
import { MemorySource } from "../source/memory";
import type { SearchResult } from "../source/source";
import { Directions } from "./directions.svelte";
import { RAW } from "./preparation";

const OUTLINE = { index: 0, name: "points", n: 16, d: 4, recorded: null } as EmbeddingOutline;

/** Finds the rows whose numbers a query names: `3,5`; letters find nothing. */
class Found extends MemorySource {
  override async search(_: number, { query }: SearchRequest): Promise<SearchResult> {
    const matches = new Uint8Array(2);
    const rows = (query.match(/\d+/g) ?? []).map(Number);
    for (const row of rows) matches[row >> 3]! |= 1 << (row & 7);
    const error = query.includes("(") && !query.startsWith("(?i)") ? "This is not an expression." : "";
    return { count: rows.length, understood: "", error, milliseconds: 0, rows: Uint32Array.from(rows), matches };
  }
}

async function made(...queries: string[]): Promise<Directions> {
  const directions = new Directions(new Found(OUTLINE), OUTLINE);
  for (const [k, query] of queries.entries()) {
    directions.ends[k]!.query = query;
    await directions.look(directions.ends[k]!);
  }
  return directions;
}

describe("axes of one's own", () => {
  it("are ready as soon as one end has points and none is without", async () => {
    expect((await made()).ready(2)).toBe(false);
    expect((await made("3,5")).ready(2)).toBe(true);
    expect((await made("3,5", "nobody")).ready(2)).toBe(false);
    expect((await made("3", "", "", "", "nobody")).ready(2)).toBe(true);
    expect((await made("3", "", "", "", "nobody")).ready(3)).toBe(false);
  });

  it("tell how many points each end has, and what is no expression", async () => {
    const directions = await made("3,5", "nobody");
    expect(directions.ends.slice(0, 3).map((end) => directions.rowsOf(end)?.length ?? null)).toEqual([2, 0, null]);
    const [end] = directions.ends;
    Object.assign(end!, { kind: "regex", query: "(" });
    await directions.look(end!);
    expect(end!.error).toBe("This is not an expression.");
    expect(directions.ready(2)).toBe(false);
  });

  it("count the isolated points alone where that is chosen", async () => {
    const directions = await made("3,5");
    directions.around = { ...directions.around, shown: () => new Uint8Array(16).fill(1, 4) };
    expect(directions.rowsOf(directions.ends[0]!)).toHaveLength(2);
    directions.among = "shown";
    expect([...directions.rowsOf(directions.ends[0]!)!]).toEqual([5]);
  });

  it("take what is selected or in focus, and say when there is nothing to take", async () => {
    const directions = await made();
    const [low, high] = directions.ends;
    low!.kind = "selection";
    await directions.look(low!);
    expect(low!.error).toBe("Nothing is selected");
    const focused = () => ({ row: 7, name: "seven" });
    directions.around = { selected: () => Uint32Array.of(1, 2), focused, shown: () => null };
    high!.kind = "point";
    await directions.look(low!);
    await directions.look(high!);
    expect([low!.name, high!.name]).toEqual(["2 points", "seven"]);
  });

  it("turn round, and ask for another picture then", async () => {
    const directions = await made("3", "5");
    const source = (directions as unknown as { source: MemorySource }).source;
    const started = () => source.asked.filter((each) => each.startsWith("project"));
    void directions.find(null, 2, RAW);
    directions.swap(0);
    void directions.find(null, 2, RAW);
    expect(directions.ends.slice(0, 2).map(({ query }) => query)).toEqual(["5", "3"]);
    expect(new Set(started()).size).toBe(2);
  });
});
