import { describe, expect, it } from "vitest";
import type { EmbeddingOutline } from "../schema/messages";
import { MemorySource } from "../source/memory";
import { EmbeddingView } from "./embedding.svelte";

const OUTLINE: EmbeddingOutline = {
  index: 0,
  name: "points",
  n: 40,
  d: 8,
  dtype: "float32",
  columns: [],
  thumbnails: null,
  coordinates: [],
  notes: [],
  source: "",
  recorded: null,
  lookup: null,
};

/** Let everything that waits for something that is there go on. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

async function opened(source = new MemorySource(OUTLINE)): Promise<{ source: MemorySource; view: EmbeddingView }> {
  const view = new EmbeddingView(source, OUTLINE);
  view.begin();
  await settled();
  return { source, view };
}

async function running(): Promise<{ source: MemorySource; view: EmbeddingView; job: string }> {
  const { source, view } = await opened();
  await view.projecting.choose("tsne");
  await view.projecting.start();
  await settled();
  return { source, view, job: view.layout.id };
}

describe("projecting", () => {
  it("begins with PCA, and opening the settings of a method changes no picture", async () => {
    const { view } = await opened();
    expect(view.layout.standing?.picture).toMatch(/^pca/);
    await view.projecting.choose("umap");
    expect(view.projecting.settings?.n_neighbors).toBe(15);
    expect(view.layout.id).toBe("pca");
  });

  it("shows the frames of a run and then what it reached", async () => {
    const { source, view, job } = await running();
    source.advance(job, 10);
    expect(view.layout.frame?.positions.length).toBe(120);
    expect(view.layout.run?.iteration).toBe(10);
    expect(view.layout.standing?.picture).toMatch(/^pca/);
    view.layout.frame?.shown();
    source.advance(job, 90);
    await settled();
    expect(view.layout.frame).toBeNull();
    expect(view.layout.standing).toMatchObject({ picture: job, iteration: 100 });
  });

  it("sees no further frame before the last one was shown", async () => {
    const { source, view, job } = await running();
    source.advance(job, 10);
    const first = view.layout.frame;
    source.advance(job, 10);
    expect(view.layout.frame).toBe(first);
    first?.shown();
    source.advance(job, 10);
    expect(view.layout.frame).not.toBe(first);
  });

  it("holds a run and goes on, and cancelling keeps what it reached", async () => {
    const { source, view, job } = await running();
    source.advance(job, 10);
    await view.projecting.toggle();
    await settled();
    expect(view.layout.run?.state).toBe("paused");
    expect(view.layout.standing).toMatchObject({ picture: job, iteration: 10 });
    await view.projecting.toggle();
    source.advance(job, 20);
    await view.projecting.cancel();
    await settled();
    expect(view.layout.run?.halted).toBe(true);
    expect(view.layout.standing?.iteration).toBe(30);
    await view.projecting.resume();
    source.advance(job, 70);
    await settled();
    expect(view.layout.run?.finished).toBe(true);
  });

  it("keeps the picture that is there when a run stops before its first layout", async () => {
    const { view, job } = await running();
    await view.projecting.cancel();
    await settled();
    expect(view.layout.id).toBe(job);
    expect(view.layout.standing?.picture).toMatch(/^pca/);
    expect(view.layout.error).toBe("");
  });

  it("says where it failed, and tries again", async () => {
    const { source, view, job } = await running();
    source.fail(job, "There is not enough memory.");
    await settled();
    expect(view.layout.run?.error).toBe("There is not enough memory.");
    await view.projecting.resume();
    expect(view.layout.run?.moves).toBe(true);
  });

  it("runs on the selection, and one step leads back to all points", async () => {
    const { source, view } = await opened();
    await view.projecting.choose("tsne");
    view.selection.select([3, 5, 8, 13, 21]);
    view.projecting.scope = "selected";
    expect(view.projecting.count(OUTLINE.n)).toBe(5);
    await view.projecting.start();
    const run = view.layout.run!;
    source.advance(run.job, 100);
    await settled();
    expect(run.subset).toBe(true);
    expect([...view.isolation.rows!]).toEqual([3, 5, 8, 13, 21]);
    expect(view.layout.placement!.positions[3 * 3]).not.toBeNaN();
    expect(view.layout.placement!.positions[4 * 3]).toBeNaN();
    await view.showAll();
    expect(view.isolation.rows).toBeNull();
    expect(view.layout.id).toBe("pca");
  });

  it("looks at fewer neighbours of each step of a layout of all, unless a person says otherwise", async () => {
    const { view } = await running();
    view.projecting.change({ joint: true });
    expect(view.projecting.settings).toMatchObject({ joint: true, perplexity: 30 });
    view.projecting.change({ joint: false });
    expect(view.projecting.settings).toMatchObject({ joint: false, perplexity: 30 });
    view.projecting.change({ perplexity: 12 });
    view.projecting.change({ joint: true });
    expect(view.projecting.settings).toMatchObject({ joint: true, perplexity: 12 });
  });

  it("switches between runs, and their points come with them", async () => {
    const { source, view, job } = await running();
    source.advance(job, 100);
    await settled();
    view.projecting.change({ perplexity: 5 });
    expect(view.projecting.isShown).toBe(false);
    await view.projecting.start();
    await settled();
    expect(view.layout.runs.list).toHaveLength(2);
    await view.projecting.show(job);
    expect(view.projecting.settings?.perplexity).toBe(30);
    expect(view.layout.standing?.picture).toBe(job);
    await view.projecting.remove(view.layout.run!);
    expect(view.layout.id).toBe("pca");
    expect(view.layout.runs.list).toHaveLength(1);
  });

  it("finds its runs again after a reload, those that move as well", async () => {
    const { source, job } = await running();
    source.advance(job, 40);
    const view = new EmbeddingView(source, OUTLINE);
    view.begin({ layout: job });
    await settled();
    expect(view.layout.run).toMatchObject({ job, moves: true });
    expect(view.projecting.tab).toBe("tsne");
    source.advance(job, 60);
    await settled();
    expect(view.layout.standing?.picture).toBe(job);
    expect(view.address().layout).toBe(job);
  });

  it("falls back to what there is when the address names a run that is gone", async () => {
    const view = new EmbeddingView(new MemorySource(OUTLINE), OUTLINE);
    view.begin({ layout: "tsne-0-gone" });
    await settled();
    expect(view.layout.standing?.picture).toMatch(/^pca/);
    expect(view.layout.error).toContain("not kept");
  });
});

describe("fidelity", () => {
  it("is measured once the picture stands, and kept", async () => {
    const { source, view } = await opened();
    expect(view.fidelity.measuring).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 450));
    expect(view.fidelity.result?.neighbor_preservation).toBe(0.5);
    expect(view.fidelity.of(15)).toBe(1);
    await view.layout.place(null);
    expect(view.fidelity.result).not.toBeNull();
    expect(source.asked.filter((each) => each.startsWith("measure"))).toHaveLength(1);
  });

  it("colours the points, and gives the colours before back", async () => {
    const { view } = await opened();
    await new Promise((resolve) => setTimeout(resolve, 450));
    await view.colorByFidelity();
    expect(view.colors.numeric).toBe(true);
    expect(view.colors.bins()).toHaveLength(16);
    await view.colorByFidelity();
    expect(view.colors.by).toBe("");
  });
});
