import { describe, expect, it } from "vitest";
import type { ColumnOutline } from "../schema/messages";
import { shortCount, tightCount } from "../panels/shortCount";
import type { ReportResult } from "../source/source";
import { cellCounts, formatScore, labelOf, mistakes, ordered, predictionOf } from "./classes";

const column = (name: string, kind: ColumnOutline["kind"] = "category"): ColumnOutline => ({ name, kind });

/** Three classes that occur, one that does not; b is never predicted. */
const report = {
  classes: ["a", "b", "c", "none"],
  precision: Float64Array.of(0.5, NaN, 1, NaN),
  recall: Float64Array.of(1, 0, 0.5, NaN),
  f1: Float64Array.of(2 / 3, 0, 2 / 3, NaN),
  support: Uint32Array.of(4, 2, 4, 0),
  predicted: Uint32Array.of(8, 0, 2, 0),
  rows: Uint32Array.of(0, 1, 2, 2),
  columns: Uint32Array.of(0, 0, 0, 2),
  counts: Uint32Array.of(4, 2, 2, 2),
} as unknown as ReportResult;

describe("a report", () => {
  it("is found by the names of its columns", () => {
    const columns = [
      column("text", "text"),
      column("tag"),
      column("Label"),
      column("y_pred"),
      column("loss", "number"),
    ];
    expect([labelOf(columns), predictionOf(columns)]).toEqual(["Label", "y_pred"]);
    expect(labelOf([column("label", "number"), column("word", "text")])).toBe("");
    expect(predictionOf([column("prediction", "number")])).toBe("prediction");
  });

  it("leaves out what does not occur and puts what has no number last", () => {
    expect(ordered(report, "class", false)).toEqual([0, 1, 2]);
    expect(ordered(report, "class", true)).toEqual([2, 1, 0]);
    expect(ordered(report, "f1", false)).toEqual([1, 0, 2]);
    expect(ordered(report, "precision", false)).toEqual([0, 2, 1]);
    expect(ordered(report, "precision", true)).toEqual([2, 0, 1]);
  });

  it("names what is confused most often", () => {
    expect(mistakes(report, 1)).toEqual([{ right: 1, predicted: 0, count: 2 }]);
    expect(mistakes(report, 9)).toHaveLength(2);
    expect([...cellCounts(report)]).toEqual([4, 0, 0, 0, 2, 0, 0, 0, 2, 0, 2, 0, 0, 0, 0, 0]);
  });

  it("writes a dash for a share of nothing", () => {
    expect([formatScore(NaN), formatScore(null), formatScore(0), formatScore(0.994)]).toEqual([
      "–",
      "–",
      "0.00",
      "0.99",
    ]);
    expect([999, 1000, 12_345, 999_499, 1_200_000].map(shortCount)).toEqual(["999", "1.0k", "12k", "999k", "1.2M"]);
    expect([9999, 10_000].map(tightCount)).toEqual(["9,999", "10k"]);
  });
});
