// From tokens to ids of one length, as a model gets them: special rows around them, the end cut off, the rest filled up.

import type { Side } from "../schema/messages";
import type { Token } from "./tokenizing";

/** What is known of how ids are made; null: it is not there. Ids are rows of the table. */
export interface Making {
  length: number | null;
  padding: number | null;
  unknown: number | null;
  start: number | null;
  end: number | null;
  paddingSide: Side;
  truncationSide: Side;
  /** Only some rows of the table are points: a token that is none of them may be in the table all the same. */
  chosen: boolean;
}

export type Role = "token" | "unknown" | "unseen" | "padding" | "start" | "end";

/** One position of the model's input. */
export interface Slot {
  role: Role;
  /** What stands there, as a person reads it; empty for padding and the like. */
  text: string;
  /** The row of the table; null where the token may be in it, but nobody knows where. */
  id: number | null;
  /** The point, -1 where the row is none of the points. */
  row: number;
  /** It is left out, since the text is too long. */
  cut?: true;
}

export interface Encoded {
  /** One a token that has an id, with what stands around them. */
  slots: Slot[];
  /** As the model gets them; null where nothing says that they are brought to one length. */
  padded: Slot[] | null;
  /** How many slots were cut off to come to that length. */
  cut: number;
  /** How many tokens have no row at all, and no row that stands for such tokens. */
  lost: number;
}

/** From tokens to slots; `idOf` gives the row of a point, `pointOf` the point of a row. */
export function encode(
  tokens: Token[],
  making: Making,
  idOf: (point: number) => number,
  pointOf: (id: number) => number,
): Encoded {
  const special = (role: Role, id: number | null, text = ""): Slot[] =>
    id === null ? [] : [{ role, text, id, row: pointOf(id) }];
  const inner = tokens.flatMap(({ text, row }): Slot[] => {
    if (row >= 0) return [{ role: "token", text, id: idOf(row), row }];
    if (making.chosen) return [{ role: "unseen", text, id: null, row: -1 }];
    return special("unknown", making.unknown, text);
  });
  const [start, end] = [special("start", making.start), special("end", making.end)];
  const lost = tokens.length - inner.length;
  if (making.length === null) return { slots: [...start, ...inner, ...end], padded: null, cut: 0, lost };
  const room = Math.max(0, making.length - start.length - end.length);
  const from = making.truncationSide === "post" ? 0 : Math.max(0, inner.length - room);
  const kept = inner.slice(from, from + room);
  const marked = inner.map((slot, at): Slot => (at < from || at >= from + room ? { ...slot, cut: true } : slot));
  const slots = [...start, ...marked, ...end];
  const filled = [...start, ...kept, ...end].slice(0, making.length);
  const [filler] = special("padding", making.padding);
  const fill = filler ? Array<Slot>(making.length - filled.length).fill(filler) : [];
  const padded = making.paddingSide === "pre" ? [...fill, ...filled] : [...filled, ...fill];
  return { slots, padded, cut: inner.length - kept.length, lost };
}

/** A position that is shown, or a stretch of them that is not. */
export type Shown = { at: number } | { from: number; to: number; padding: boolean };

const LONG_PADDING = 5;

/**
 * Which positions are shown where there are many: of a long stretch of padding its two ends, of the rest the first
 * `head` and the last `tail`.
 */
export function elide(slots: Slot[], head: number, tail: number): Shown[] {
  const words = slots.flatMap(({ role }, at) => (role === "padding" ? [] : [at]));
  const gapFrom = words.length > head + tail + 1 ? words[head]! : -1;
  const gapTo = gapFrom < 0 ? -1 : words[words.length - tail]!;
  const out: Shown[] = [];
  for (let at = 0; at < slots.length; at++) {
    if (at === gapFrom) {
      out.push({ from: gapFrom, to: gapTo, padding: false });
      at = gapTo - 1;
      continue;
    }
    let end = at;
    while (slots[end]?.role === "padding") end++;
    if (end - at > LONG_PADDING) {
      out.push({ at }, { from: at + 1, to: end - 1, padding: true }, { at: end - 1 });
      at = end - 1;
    } else out.push({ at });
  }
  return out;
}

const EXAMPLES = [10, 20, 50, 100, 200, 500, 1000];

/** A length to show padding with, where nobody knows the right one. */
export function exampleLength(n: number): number {
  return EXAMPLES.find((length) => length >= n + 1) ?? n + 1;
}
