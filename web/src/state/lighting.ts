// Which points are lit, which are faded and which are not there: the one place where selection, search,
// neighbours, legend and isolation meet. Bits as in the scene's `State`.

import { State } from "../scene/types";

export interface Lights {
  n: number;
  /** Points that are shown at all (isolation); null: all. */
  within: Uint8Array | null;
  /** What the legend lets through; null: all. */
  passed: Uint8Array | null;
  /** What the legend does not let through disappears instead of fading. */
  hides: boolean;
  /** Points that are compared with others; null: all. The rest fades. */
  shared?: Uint8Array | null;
  selected: Uint8Array | null;
  /** One bit a point. */
  matches: Uint8Array | null;
  neighbors: ArrayLike<number> | null;
  /** The point in focus, -1: none. */
  focus: number;
}

/** One byte of state bits a point. */
export function light(lights: Lights): Uint8Array {
  const { n, within, passed, selected, matches, shared } = lights;
  const out = new Uint8Array(n);
  const spot = selected !== null || matches !== null || lights.neighbors !== null;
  const outside = lights.hides ? State.hidden : State.faded;
  if (lights.neighbors) for (let i = 0; i < lights.neighbors.length; i++) out[lights.neighbors[i]!] = State.neighbor;
  if (lights.focus >= 0) out[lights.focus]! |= State.selected;
  for (let row = 0; row < n; row++) {
    let bits = out[row]!;
    if (selected?.[row]) bits |= State.selected;
    if (matches && matches[row >> 3]! & (1 << (row & 7))) bits |= State.matched;
    if (spot && !bits) bits |= State.faded;
    if (shared && !shared[row]) bits |= State.faded;
    if (passed && !passed[row]) bits |= outside;
    if (within && !within[row]) bits |= State.hidden;
    out[row] = bits;
  }
  return out;
}

/** What two masks of one byte a point both let through; null lets all through. */
export function both(a: Uint8Array | null, b: Uint8Array | null): Uint8Array | null {
  if (!a || !b) return a ?? b;
  const out = new Uint8Array(a.length);
  for (let row = 0; row < out.length; row++) out[row] = a[row]! & b[row]!;
  return out;
}
