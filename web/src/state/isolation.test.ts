import { describe, expect, it } from "vitest";
import { Isolation } from "./isolation.svelte";

const rows = (...each: number[]) => Uint32Array.from(each);

describe("isolated points", () => {
  it("nest, and the way back is kept", () => {
    const isolation = new Isolation(10);
    isolation.set(rows(1, 2, 3, 4));
    isolation.set(rows(2, 3));
    expect(isolation.levels.map((level) => level.rows.length)).toEqual([4, 2]);
    expect([...isolation.mask!]).toEqual([0, 0, 1, 1, 0, 0, 0, 0, 0, 0]);
    isolation.put(isolation.levels.slice(0, 1));
    expect([...isolation.rows!]).toEqual([1, 2, 3, 4]);
    isolation.clear();
    expect([isolation.rows, isolation.mask, isolation.of]).toEqual([null, null, ""]);
  });

  it("start anew with others", () => {
    const isolation = new Isolation(10);
    isolation.set(rows(1, 2, 3));
    isolation.set(rows(3, 4));
    expect(isolation.levels).toHaveLength(1);
  });

  it("stay the same level when a run is made of just them", () => {
    const isolation = new Isolation(10);
    isolation.set(rows(1, 2, 3));
    isolation.set(rows(1, 2, 3), "tsne-1");
    expect(isolation.levels).toHaveLength(1);
    expect(isolation.of).toBe("tsne-1");
  });
});
