/** Which points are worth a label now: lit ones first, then by importance, in close-ups whatever is there. */
import type { ScreenGrid } from "./grid";
import type { Rectangle } from "./labels";
import type { Points } from "./points";
import { State } from "./types";

const LIT_FIRST = 300;
const SCANNED = 60_000;
const CLOSE_UP = 400;

/**
 * Rows, the most important first. Faded and hidden points get no label.
 *
 * `grid` gives the points on the screen for close-ups; null while the picture moves.
 */
export function* worthLabels(
  points: Points,
  order: Uint32Array,
  grid: (() => ScreenGrid) | null,
  area: Rectangle,
): Generator<number> {
  const { states, lit } = points;
  for (const row of lit.subarray(0, LIT_FIRST)) if (!(states[row] & State.hidden)) yield row;
  const seen = (row: number) => row < points.n && !(states[row] & (State.hidden | State.faded));
  const complete = order.length >= points.n && order.length <= SCANNED;
  for (const row of order.subarray(0, SCANNED)) if (seen(row)) yield row;
  if (complete || !grid) return;
  // Only who is not served yet comes this far: building the grid takes its time.
  const close = grid().within(area.left, area.top, area.right, area.bottom, CLOSE_UP);
  for (const row of close ?? []) if (seen(row)) yield row;
}
