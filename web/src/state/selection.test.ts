import { describe, expect, it } from "vitest";
import { rowsOfBits, Selection } from "./selection.svelte";

describe("a selection", () => {
  it("is replaced, added to and taken from", () => {
    const selection = new Selection(6);
    selection.select([1, 2, 3]);
    selection.select([3, 4], "add");
    selection.select([1], "remove");
    expect([...selection.rows()]).toEqual([2, 3, 4]);
    selection.select([5]);
    expect([...selection.rows()]).toEqual([5]);
  });

  it("keeps what is in both", () => {
    const selection = new Selection(6);
    selection.select([1, 2, 3]);
    selection.select([5, 3, 2, 0], "intersect");
    expect([...selection.rows()]).toEqual([2, 3]);
    selection.clear();
    selection.select([1], "intersect");
    expect(selection.count).toBe(0);
  });

  it("inverts within the isolated points only", () => {
    const selection = new Selection(4);
    selection.select([0]);
    selection.invert(Uint8Array.of(1, 1, 0, 1));
    expect([...selection.rows()]).toEqual([1, 3]);
  });

  it("is nothing when its last point goes", () => {
    const selection = new Selection(2);
    selection.select([1]);
    selection.select([1], "remove");
    expect(selection.mask).toBeNull();
  });
});

it("bits become rows", () => expect([...rowsOfBits(Uint8Array.of(0b10000001, 0b10), 10)]).toEqual([0, 7, 9]));
