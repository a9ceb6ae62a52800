import { expect, it } from "vitest";
import { ScreenGrid } from "./grid";
import type { Points } from "./points";
import { worthLabels } from "./rank";
import { State } from "./types";

const area = { left: 0, top: 0, right: 100, bottom: 100 };

it("puts lit points first and leaves faded and hidden ones out", () => {
  const states = Uint8Array.of(0, State.faded, State.selected, State.hidden);
  const points = { n: 4, states, lit: Uint32Array.of(2) } as unknown as Points;
  const rows = worthLabels(points, Uint32Array.of(3, 0, 1, 2), () => new ScreenGrid(), area);
  expect([...new Set(rows)]).toEqual([2, 0]);
});
