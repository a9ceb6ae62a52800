import { describe, expect, it } from "vitest";
import { State } from "../scene/types";
import { light, type Lights } from "./lighting";

const dark: Lights = {
  n: 4,
  within: null,
  passed: null,
  hides: false,
  selected: null,
  matches: null,
  neighbors: null,
  focus: -1,
};

describe("lighting", () => {
  it("leaves every point alone when nothing is asked for", () => expect([...light(dark)]).toEqual([0, 0, 0, 0]));

  it("fades what is neither selected, found nor near", () => {
    const states = light({
      ...dark,
      selected: Uint8Array.of(1, 0, 0, 0),
      matches: Uint8Array.of(0b0010),
      neighbors: [2],
    });
    expect([...states]).toEqual([State.selected, State.matched, State.neighbor, State.faded]);
  });

  it("fades everything when a search finds nothing", () => {
    expect([...light({ ...dark, matches: Uint8Array.of(0) })]).toEqual(Array(4).fill(State.faded));
  });

  it("hides what is outside of the isolated points, and what the legend hides", () => {
    const states = light({
      ...dark,
      within: Uint8Array.of(1, 1, 0, 1),
      passed: Uint8Array.of(1, 0, 1, 1),
      hides: true,
    });
    expect([...states]).toEqual([0, State.hidden, State.hidden, 0]);
  });

  it("marks the point in focus beside its neighbours", () => {
    expect([...light({ ...dark, focus: 3, neighbors: [0] })]).toEqual([
      State.neighbor,
      State.faded,
      State.faded,
      State.selected,
    ]);
  });
});
