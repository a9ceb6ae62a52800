import { describe, expect, it, vi } from "vitest";
import type { EmbeddingOutline } from "../schema/messages";
import type { ColumnData } from "../source/column";
import { MemorySource } from "../source/memory";
import { boundsOf, type LayerNow, Layers, turningPoint } from "./layers.svelte";
import { Report } from "./report.svelte";
import { Selection } from "./selection.svelte";

function category(name: string, codes: number[]): ColumnData {
  const categories = ["a", "b"];
  const text = (row: number) => categories[codes[row]!] ?? null;
  return {
    name,
    kind: "category",
    n: codes.length,
    missing: 0,
    codes: Int32Array.from(codes),
    categories,
    values: null,
    text,
  };
}

const OUTLINE: EmbeddingOutline = {
  index: 0,
  name: "dense",
  n: 4,
  d: 2,
  dtype: "float32",
  columns: [
    { name: "label", kind: "category" },
    { name: "prediction", kind: "category" },
  ],
  thumbnails: null,
  coordinates: [],
  notes: [],
  source: "",
  recorded: { recording: 0, step: 2, steps: [0, 1, 2], changing: ["prediction"] },
  lookup: null,
};

function made() {
  const source = new MemorySource(OUTLINE, [category("label", [0, 0, 1, -1]), category("prediction", [0, 1, 1, 1])]);
  const selection = new Selection(OUTLINE.n);
  const at = { step: 2 };
  return { source, selection, at, report: new Report(source, OUTLINE, selection, () => at.step) };
}

describe("the report", () => {
  it("selects the points of a cell, and lets them go at the same again", async () => {
    const { report, selection } = made();
    await report.pick({ right: 0, predicted: 1 }, false);
    expect([...selection.rows()]).toEqual([1]);
    expect(report.isPicked({ right: 0, predicted: 1 })).toBe(true);
    await report.pick({ right: 1, predicted: null }, true);
    expect([...selection.rows()]).toEqual([1, 2]);
    await report.pick({ right: null, predicted: null, wrong: true }, false);
    expect([...selection.rows()]).toEqual([1]);
    await report.pick({ right: null, predicted: null, wrong: true }, false);
    expect(selection.count).toBe(0);
  });

  it("asks for the newest step alone while steps go by", async () => {
    const { report, source, at } = made();
    const first = report.follow();
    for (at.step of [1, 0]) void report.follow();
    await first;
    expect(source.asked).toEqual(["report label prediction 2", "report label prediction 0"]);
    expect(report.result?.right).toBe(2);
  });

  it("follows a class over the steps as far as it is known", async () => {
    const { report } = made();
    report.along(3);
    await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve));
    expect(report.accuracyCurve()).toHaveLength(3);
    report.followed = "a";
    expect(report.followedCurve()![0]).toBe(0);
    report.followed = "not there";
    expect(report.followedCurve()).toBeNull();
  });

  it("sorts numbers with the worst first, and turns round at the same again", () => {
    const { report } = made();
    report.sort("f1");
    expect([report.sortBy, report.down]).toEqual(["f1", false]);
    report.sort("f1");
    expect(report.down).toBe(true);
  });
});

describe("the layers", () => {
  const layer = (name: string, value: number | null): LayerNow => ({
    outline: { ...OUTLINE, name },
    layer: null,
    value,
  });

  it("are asked for with the column that says the class", () => {
    const { source } = made();
    const layers = new Layers(source, [OUTLINE, { ...OUTLINE, index: 1, name: "bare", columns: [] }]);
    expect(layers.unlabelled).toEqual(["bare"]);
    layers.along(3);
    layers.along(3);
    expect(source.asked).toEqual(["agreement 0 label from the last"]);
  });

  it("have the step that is seen measured next while they wait for it", async () => {
    const { source } = made();
    source.measuring = true;
    const layers = new Layers(source, [OUTLINE]);
    layers.along(3, 20);
    await vi.waitFor(() => expect(layers.course.running).toBe(true));
    layers.along(3, 20);
    layers.along(3, null);
    layers.along(3, 10);
    expect(source.asked).toEqual(["agreement 0 label from 20", "agreement 0 label from 10"]);
  });

  it("say in words where classes come apart and where something is lost", () => {
    const said = turningPoint([layer("one", 0.5), layer("two", 0.9), layer("three", 0.85)], "accuracy");
    expect(said).toBe("Classes come apart most from one to two: +40 points. two to three loses 5 points.");
    expect(turningPoint([layer("one", 0.5), layer("two", null)], "accuracy")).toBe("");
    expect(turningPoint([layer("one", 0.5), layer("two", 0.5)], "silhouette")).toContain("equally well");
    expect(boundsOf([], "accuracy")).toEqual({ low: 0, high: 1 });
    expect(boundsOf([], "accuracy", [0.33, null, 0.97])).toEqual({ low: 0.3, high: 1 });
  });
});
