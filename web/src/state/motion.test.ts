import { describe, expect, it, vi } from "vitest";
import type { EmbeddingOutline } from "../schema/messages";
import { MemorySource } from "../source/memory";
import { EmbeddingView } from "./embedding.svelte";
import { Motion, sentenceOf } from "./motion.svelte";
import { Replay } from "./replay.svelte";

const outline = (changing: string[] = []): EmbeddingOutline => ({
  index: 0,
  name: "points",
  n: 100,
  d: 8,
  dtype: "float32",
  columns: [],
  thumbnails: null,
  coordinates: [],
  notes: [],
  source: "",
  recorded: { recording: 0, step: 20, steps: [0, 10, 20], changing },
  lookup: null,
});

function made(changing?: string[]) {
  const source = new MemorySource(outline(changing));
  const steps = source.outline.recorded!.steps;
  return { source, steps, motion: new Motion(source, source.outline, () => source.outline.recorded!.steps) };
}

describe("motion", () => {
  it("offers the change of predictions only where there are some", () => {
    expect(made().motion.choices.map(({ measure }) => measure)).toEqual(["moved", "path", "neighbors"]);
    expect(made(["prediction"]).motion.has("*changed")).toBe(true);
  });

  it("is measured once, and again after a step came", async () => {
    const { source, motion } = made();
    await motion.load("*moved", 10);
    await motion.load("*path", 20);
    await motion.list();
    expect(source.asked.filter((each) => each.startsWith("motion"))).toHaveLength(1);
    source.grow([30]);
    await motion.list();
    expect(source.asked.filter((each) => each.startsWith("motion"))).toHaveLength(2);
  });

  it("colours points on a scale of all steps, which follows the step", async () => {
    const { source } = made();
    const replay = new Replay(source, 0, 20);
    await replay.load();
    const view = new EmbeddingView(source, source.outline, replay);
    view.begin();
    await view.colors.use("*path");
    expect(view.colors.scales).toEqual(["linear", "log"]);
    const { range } = view.colors;
    expect(range).toMatchObject({ minimum: 0, maximum: 2000 });
    replay.jump(10);
    await vi.waitFor(() => expect(view.colors.column!.values![3]).toBe(30));
    expect(view.colors.range).toEqual(range);
  });

  it("lists who moved most, and fetches how only of those that are seen", async () => {
    const { source, motion } = made();
    motion.first = 10;
    await motion.list();
    expect([motion.movers!.first, motion.movers!.last, motion.movers!.rows[0]]).toEqual([10, 20, 99]);
    expect(motion.moves(1)).toBeNull();
    await motion.fetch(0, 20);
    await motion.fetch(5, 25);
    expect([...motion.moves(1)!]).toEqual([98, 98, 98]);
    expect(source.asked.filter((each) => each.startsWith("moves"))).toHaveLength(1);
    motion.first = null;
    await motion.list();
    expect(motion.moves(1)).toBeNull();
  });

  it("says what its numbers are", async () => {
    const { source } = made();
    const found = await source.motionColumn("motion", "moved", 20);
    expect(sentenceOf({ ...found, before: 10 })).toContain("from step 10 to step 20");
    expect(sentenceOf(found)).toContain("before the first step");
  });
});
