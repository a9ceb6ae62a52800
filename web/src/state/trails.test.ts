import { describe, expect, it } from "vitest";
import type { EmbeddingOutline } from "../schema/messages";
import { MemorySource } from "../source/memory";
import { evenly, MOST_TRAILS, Trails } from "./trails.svelte";

const outline: EmbeddingOutline = {
  index: 0,
  name: "points",
  n: 1000,
  d: 8,
  dtype: "float32",
  columns: [],
  thumbnails: null,
  coordinates: [],
  notes: [],
  source: "",
  recorded: { recording: 0, step: 20, steps: [0, 10, 20], changing: [] },
  lookup: null,
};
const frame = { timeline: "pca", components: [0, 1], iteration: 0, steps: 3 };

function made() {
  const source = new MemorySource(outline);
  const trails = new Trails(source);
  trails.on = true;
  return { source, trails };
}

describe("trails", () => {
  it("are the places of the points at all steps", async () => {
    const { trails } = made();
    await trails.follow({ ...frame, rows: Uint32Array.of(5, 9) });
    expect(trails.ways!.steps).toEqual([0, 10, 20]);
    expect([...trails.ways!.places.subarray(9)]).toEqual([0, 0, 0, 10, 10, 0, 20, 20, 0]);
    expect(trails.said).toBe("");
  });

  it("are asked for once, and again for other points, another frame, or a step that came", async () => {
    const { source, trails } = made();
    const rows = Uint32Array.of(5);
    await trails.follow({ ...frame, rows });
    await trails.follow({ ...frame, rows });
    await trails.follow({ ...frame, rows, steps: 4 });
    await trails.follow({ ...frame, rows: Uint32Array.of(6) });
    await trails.follow({ ...frame, rows, components: [1, 2] });
    expect(source.asked.filter((each) => each.startsWith("trails"))).toHaveLength(4);
  });

  it("go when they are switched off, and where the picture is of one step", async () => {
    const { trails } = made();
    const rows = Uint32Array.of(5);
    await trails.follow({ ...frame, rows });
    await trails.follow({ ...frame, rows, timeline: null });
    expect(trails.ways).toBeNull();
    await trails.follow({ ...frame, rows });
    trails.on = false;
    await trails.follow({ ...frame, rows });
    expect(trails.ways).toBeNull();
  });

  it("are of an even part of many points, and say so", async () => {
    const { trails } = made();
    expect(trails.said).toContain("Select points");
    await trails.follow({ ...frame, rows: Uint32Array.from({ length: 900 }, (_, i) => i) });
    expect([...trails.ways!.rows.slice(0, 3)]).toEqual([1, 4, 7]);
    expect(trails.said).toContain(String(MOST_TRAILS));
    expect(evenly(Uint32Array.of(1, 2), 5)).toHaveLength(2);
  });
});
