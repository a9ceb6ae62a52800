// How the values of a column are spread: a number of bins, the bin of each point, and counts of those that pass.

import type { ColumnData } from "../source/column";
import { formatEnd, shownText } from "../source/column";
import { groupsOf, position, rangeOf, valueAt, type Scale } from "./coloring";
import { scaleOf } from "./sizing";

/** Numbers fall into so many bins. */
const BINS = 40;
/** So many values have a bar of their own; the others share one. */
const MOST_BARS = 200;

export interface Bin {
  label: string;
  /** Where it lies among the bins of numbers: from, to. */
  from?: number;
  to?: number;
}

export interface Binned {
  /** The bin of each point. */
  of: Uint16Array;
  bins: Bin[];
  /** Whether neighbouring bins hold neighbouring numbers. The bin of missing values is the last, where there are any. */
  numeric: boolean;
  scale: Scale;
}

/** Put the values of a column into bins: numbers into equal parts of their scale, all else by value. */
export async function binned(column: ColumnData): Promise<Binned> {
  const few = column.kind === "integer" && column.values && distinctUpTo(column.values, BINS / 2);
  return column.values && column.kind !== "boolean" && !few ? numbers(column) : byValue(column);
}

function numbers(column: ColumnData): Binned {
  const values = column.values!;
  const range = rangeOf(values);
  const of = new Uint16Array(values.length);
  if (!range) return { of, bins: [{ label: "(missing)" }], numeric: false, scale: "linear" };
  const scale = column.kind === "time" ? "linear" : scaleOf(values, range);
  const whole = column.kind === "integer" && scale === "linear" && range.maximum - range.minimum < BINS;
  const count = whole ? range.maximum - range.minimum + 1 : BINS;
  const ends = whole ? { ...range, minimum: range.minimum - 0.5, maximum: range.maximum + 0.5 } : range;
  let [missing, infinite] = [false, false];
  for (let row = 0; row < of.length; row++) {
    const place = position(values[row]!, scale, ends);
    if (Number.isNaN(values[row]!)) missing = true;
    else if (Number.isNaN(place)) infinite = true;
    of[row] = Number.isNaN(place) ? count : Math.min(count - 1, Math.max(0, Math.floor(place * count)));
  }
  const bins: Bin[] = Array.from({ length: count }, (_, bin) => {
    const [from, to] = [valueAt(bin / count, scale, ends), valueAt((bin + 1) / count, scale, ends)];
    const span = ends.maximum - ends.minimum;
    const said = (value: number) =>
      formatEnd(value, column.kind === "integer" && !whole ? "number" : column.kind, span);
    return { from, to, label: whole ? said(from + 0.5) : `${said(from)} to ${said(to)}` };
  });
  if (missing || infinite) bins.push({ label: infinite ? "(missing or infinite)" : "(missing)" });
  return { of, bins, numeric: true, scale };
}

async function byValue(column: ColumnData): Promise<Binned> {
  const { of: group, labels, missing } = await groupsOf(column);
  const own = labels.length > MOST_BARS ? MOST_BARS - 1 : labels.length;
  const bins: Bin[] = labels.slice(0, own).map((label) => ({ label: shownText(label) }));
  if (labels.length > own) bins.push({ label: `(${labels.length - own} other values)` });
  const none = bins.length;
  if (missing) bins.push({ label: "(missing)" });
  const of = Uint16Array.from(group, (each) => (each < 0 ? none : Math.min(each, own)));
  return { of, bins, numeric: false, scale: "categories" };
}

function distinctUpTo(values: Float64Array, most: number): boolean {
  const seen = new Set<number>();
  for (const value of values) {
    if (!Number.isNaN(value)) seen.add(value);
    if (seen.size > most) return false;
  }
  return true;
}

/** Mark with one bit the points whose bin is not chosen; an empty choice lets all through. */
export function refuse(fails: Uint32Array, chart: number, { of, bins }: Binned, chosen: ReadonlySet<number>): void {
  const bit = 1 << chart;
  const refused = Uint8Array.from(bins, (_, bin) => (chosen.size && !chosen.has(bin) ? 1 : 0));
  for (let row = 0; row < fails.length; row++) {
    if (refused[of[row]!]) fails[row]! |= bit;
    else fails[row]! &= ~bit;
  }
}

/** How many points are in each bin. */
export function countAll({ of, bins }: Binned): Uint32Array {
  const counts = new Uint32Array(bins.length);
  for (const bin of of) counts[bin]!++;
  return counts;
}

/** Count the points of each bin that pass all other charts; `within` has a byte a point, null: all count. */
export function countBins(
  { of, bins }: Binned,
  fails: Uint32Array,
  chart: number,
  within: Uint8Array | null,
): Uint32Array {
  const counts = new Uint32Array(bins.length);
  const others = ~(1 << chart);
  for (let row = 0; row < of.length; row++) {
    if ((fails[row]! & others) === 0 && (!within || within[row])) counts[of[row]!]!++;
  }
  return counts;
}
