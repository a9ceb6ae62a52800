import { describe, expect, it } from "vitest";
import { fromHash, toHash, type Address } from "./address";

describe("the address", () => {
  it("holds the whole view", () => {
    const view: Address = {
      embedding: "my words & more",
      pane: "report",
      layout: "pca",
      axes: [2, 0, 1],
      dimensions: 3,
      color: "part of speech",
      scale: "log",
      picked: [0, 3, -1],
      selected: { query: "a & b", column: "tag", mode: "regex" },
      label: "wörd",
      query: "count > 100",
      searchIn: "a=b",
      regex: true,
      point: 17,
      metric: "euclidean",
      k: 50,
      thumbnails: true,
      camera: { dimensions: 3, target: [1, 2, -3.5], zoom: 0.25, yaw: 1, pitch: -0.5 },
    };
    expect(fromHash(toHash(view))).toEqual(view);
  });

  it("is empty for the view that everybody starts with", () => expect(toHash({})).toBe(""));

  it("passes over what it cannot understand", () => {
    expect(fromHash("#a=1,x&d=7&i=-4&k=no&cam=1,2&pick=&zzz=%FF")).toEqual({ picked: [] });
  });
});
