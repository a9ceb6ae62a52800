import { describe, expect, it } from "vitest";
import { colorsOf, lengthsOf } from "./trails";
import { State } from "./types";

describe("trails", () => {
  it("know how long each way is at each step", () => {
    const places = Float32Array.of(0, 0, 0, 3, 4, 0, 3, 4, 1, 1, 1, 0, NaN, NaN, NaN, 2, 1, 0);
    const ways = { rows: Uint32Array.of(4, 7), steps: [0, 1, 5], places };
    expect([...lengthsOf(ways)]).toEqual([0, 5, 6, 0, 0, 0]);
  });

  it("have their points' colours, weaker where these are faded, none where they are hidden", () => {
    const colors = Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255);
    const states = Uint8Array.of(State.selected, State.hidden, State.faded);
    const found = colorsOf(Uint32Array.of(2, 0, 1), colors, states);
    expect([...found]).toEqual([7, 8, 9, 70, 1, 2, 3, 255, 4, 5, 6, 0]);
  });
});
