// How two pictures share the room between the panels.

import { innerHeight, innerWidth } from "svelte/reactivity/window";
import type { Explorer } from "../state/explorer.svelte";
import type { Insets } from "../scene/types";
import { LEFT_WIDTH, REPLAY_BOTTOM, REPLAY_HEIGHT, REPLAY_ROW, RIGHT_WIDTH, STATEMENT_BOTTOM } from "./measures";

/** On narrower pages the panels are sheets, and two pictures have no room. */
export const NARROW = 720;
const BAR_HEIGHT = 78;

export function isNarrow(): boolean {
  return (innerWidth.current ?? 0) <= NARROW;
}

/** Whether two pictures are seen. */
export function isSplit({ comparing }: Explorer): boolean {
  return comparing.split && !isNarrow();
}

/** Where the second picture begins, in pixels from the left: both have the same room beside the panels. */
export function splitAt(explorer: Explorer): number {
  const { left, right } = sides(explorer);
  return Math.round(left + ((innerWidth.current ?? 0) - left - right) / 2);
}

/** Space that panels cover in the only picture, or in one of two. */
export function insetsOf(explorer: Explorer, picture: "only" | "first" | "second"): Insets {
  const { left, right } = sides(explorer);
  const narrow = isNarrow();
  const height = innerHeight.current ?? 0;
  // On a phone the panels are sheets: the left one below, the right one above.
  const sheet = narrow && explorer.rightOpen ? height * 0.42 + 12 : 12;
  const top = Math.max(sheet, explorer.comparing.on && !narrow ? BAR_HEIGHT + 20 : 0);
  const replay = replayHeight(explorer);
  const bottom = (narrow ? (explorer.leftOpen ? height * 0.46 + 60 : 96) : 44) + replay;
  return { left: picture === "second" ? 0 : left, right: picture === "first" ? 0 : right, top, bottom };
}

function sides({ leftOpen, rightOpen }: Explorer): { left: number; right: number } {
  const narrow = isNarrow();
  return {
    left: leftOpen && !narrow ? LEFT_WIDTH + 20 : 0,
    right: rightOpen && !narrow ? RIGHT_WIDTH + 20 : 0,
  };
}

/** Where the bar of a replay stands: above the line under the picture, of which a narrow page makes several. */
export function replayBottom({ statementHeight }: Explorer): number {
  return Math.max(REPLAY_BOTTOM, STATEMENT_BOTTOM + statementHeight + 6);
}

/** What it covers of the picture, from the line on. */
export function replayHeight(explorer: Explorer): number {
  if (!explorer.view?.replay) return 0;
  const wrapped = Math.max(0, explorer.replayRow - REPLAY_ROW - 4);
  return REPLAY_HEIGHT + replayBottom(explorer) - REPLAY_BOTTOM + wrapped;
}
