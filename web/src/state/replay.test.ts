import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EmbeddingOutline } from "../schema/messages";
import { columnFrom } from "../source/column";
import { MemorySource } from "../source/memory";
import { colorsOf } from "./boundary.svelte";
import { EmbeddingView } from "./embedding.svelte";
import { Replay, stepBefore } from "./replay.svelte";

const outline = (steps: number[]): EmbeddingOutline => ({
  index: 0,
  name: "points",
  n: 4,
  d: 8,
  dtype: "float32",
  columns: [{ name: "loss", kind: "number" }],
  thumbnails: null,
  coordinates: [],
  notes: [],
  source: "",
  recorded: { recording: 0, step: steps.at(-1)!, steps, changing: ["loss"] },
  lookup: null,
});

const LOSS = columnFrom({
  message: { name: "loss", kind: "number", n: 4, missing: 0, categories: [] },
  arrays: { values: Float64Array.from([1, 2, 3, 4]) },
});

async function opened(steps: number[]) {
  const source = new MemorySource(outline(steps), [LOSS]);
  const replay = new Replay(source, 0, steps.at(-1)!);
  await replay.load();
  const view = new EmbeddingView(source, source.outline, replay);
  view.begin();
  await settled();
  return { source, replay, view };
}

const settled = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("a replay", () => {
  it("opens at the last step and shows the places of the step that is gone to", async () => {
    const { replay, view } = await opened([0, 10, 20]);
    expect(view.layout.standing?.picture).toBe("timeline-0-pca@20");
    replay.jump(10);
    await settled();
    expect(view.layout.standing?.picture).toBe("timeline-0-pca@10");
    expect(view.layout.placement?.positions[0]).toBe(10);
    expect(view.layout.placement?.pace).toBeUndefined();
  });

  it("takes a longer curve without a new step for no news to anything else", async () => {
    const { source, replay } = await opened([0, 10]);
    const { recording, curves } = replay;
    source.grow([]);
    await settled();
    expect(replay.curves).not.toBe(curves);
    expect(replay.recording).toBe(recording);
    source.grow([20]);
    await settled();
    expect(replay.steps).toEqual([0, 10, 20]);
  });

  it("plays every step in order at an even pace and stops at the end", async () => {
    const { replay, view } = await opened([0, 1, 2, 3]);
    const seen: number[] = [];
    replay.onStep((step) => seen.push(step));
    void replay.play();
    await settled();
    expect(replay.playing).toBe(true);
    expect(view.layout.placement?.pace).toBe(replay.interval);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen.filter((step, i) => step !== seen[i - 1])).toEqual([0, 1, 2, 3]);
    expect(replay.playing).toBe(false);
  });

  it("waits for a step that is not there yet instead of leaving it out", async () => {
    const { replay } = await opened([0, 1, 2]);
    let letGo = () => {};
    replay.player = {
      prepare: (step) => (step === 1 ? new Promise((resolve) => (letGo = resolve)) : Promise.resolve()),
    };
    replay.jump(0);
    void replay.play();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(replay.step).toBe(0);
    letGo();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(replay.step).toBe(2);
  });

  it("is held by a second press, and by going to a step", async () => {
    const { replay } = await opened([0, 1, 2, 3, 4]);
    replay.toggle();
    await settled();
    replay.toggle();
    expect(replay.playing).toBe(false);
    replay.toggle();
    replay.seek(2);
    await vi.advanceTimersByTimeAsync(30_000);
    expect([replay.playing, replay.step]).toEqual([false, 2]);
  });

  it("follows a run that grows, unless a person looks at an earlier step", async () => {
    const { source, replay } = await opened([0, 1]);
    source.grow([2]);
    await settled();
    expect(replay.step).toBe(2);
    replay.jump(1);
    source.grow([3]);
    await settled();
    expect([replay.step, replay.steps.at(-1)]).toEqual([1, 3]);
  });

  it("asks for columns that change as they are at the step", async () => {
    const { source, replay, view } = await opened([0, 1]);
    const asked = vi.spyOn(source, "column");
    await view.colors.use("loss");
    replay.jump(0);
    await settled();
    expect(asked.mock.lastCall).toEqual([0, 0, 0]);
  });

  it("keeps the step in the address while it is not the last", async () => {
    const { replay, view } = await opened([0, 1]);
    expect(view.address().step).toBeUndefined();
    replay.jump(0);
    expect(view.address().step).toBe(0);
  });
});

it("finds the last step that is not after one", () => {
  expect([5, 0, 9, 10, 99].map((step) => stepBefore([0, 10, 20], step))).toEqual([0, 0, 0, 10, 20]);
  expect(stepBefore([5, 6], 1)).toBe(5);
});

describe("a layout of all steps", () => {
  it("is what t-SNE makes by default where there are several, and each step shows its part", async () => {
    const { source, replay, view } = await opened([0, 10, 20]);
    await view.projecting.choose("tsne");
    expect(view.projecting.settings?.joint).toBe(true);
    await view.projecting.start();
    await settled();
    source.advance(view.layout.id, 100);
    await settled();
    expect(view.layout.standing?.picture).toBe(`${view.layout.id}@20`);
    replay.jump(10);
    await settled();
    expect(view.layout.standing?.picture).toBe(`${view.layout.id}@10`);
    expect(view.projecting.isShown).toBe(true);
  });

  it("is not asked for where a person wants the step that is seen alone", async () => {
    const { source, replay, view } = await opened([0, 10]);
    const asked = vi.spyOn(source, "project");
    await view.projecting.choose("umap");
    view.projecting.change({ joint: false });
    replay.jump(0);
    await view.projecting.start();
    expect(asked.mock.lastCall?.[1].joint).toBeUndefined();
    expect(asked.mock.lastCall?.[3]).toBe(0);
    replay.jump(10);
    expect(view.projecting.isShown).toBe(false);
  });
});

describe("what lies behind the points", () => {
  it("is asked for when it is wanted, and again at another step", async () => {
    const { source, replay, view } = await opened([0, 1]);
    const asked = vi.spyOn(source, "boundary");
    replay.jump(0);
    await settled();
    expect(asked).not.toHaveBeenCalled();
    view.toggleBoundary();
    replay.jump(1);
    await settled();
    expect(asked.mock.calls.map((call) => call.slice(0, 2))).toEqual([
      ["timeline-0-pca", 0],
      ["timeline-0-pca", 1],
    ]);
    view.toggleBoundary();
    expect(view.boundary.ground(null, "dark")).toBeNull();
  });

  it("is coloured as the points are, and blank where nothing is said", async () => {
    const { view } = await opened([0, 1]);
    view.toggleBoundary();
    await settled();
    const ground = view.boundary.ground(null, "dark")!;
    expect([...ground.pixels.slice(0, 4)]).toEqual([...colorsOf(["no", "yes"], null, "dark")[1]!, 255]);
    expect([...ground.pixels.slice(4)]).toEqual([0, 0, 0, 0]);
  });
});
