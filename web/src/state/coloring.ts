// From a column to a colour a point, and to the legend that explains it.

import type { ColumnData } from "../source/column";
import { categorical, diverging, MISSING, MOST_COLORS, OTHER, PLAIN, sequential, trust } from "./palette";
import { CATEGORY_PALETTES, DIVERGING_PALETTES, SEQUENTIAL_PALETTES } from "./palette";
import type { PaletteChoice, Theme } from "./palette";
import { css, type Rgb } from "../scene/oklch";
import { textCodes } from "./textCodes";

export type Scale = "categories" | "linear" | "log" | "diverging" | "trust";

export interface LegendEntry {
  /** The group's number; -1 is missing. */
  group: number;
  label: string;
  count: number;
  color: string;
}

export interface Groups {
  /** The group of each point, -1 where it is missing. */
  of: Int32Array;
  labels: string[];
  counts: Uint32Array;
  missing: number;
  /** How many of them, the first ones, stand for a value and not for there being none. */
  named: number;
}

export interface NumberRange {
  minimum: number;
  maximum: number;
  /** The smallest value above zero, for the logarithm; NaN when there is none. */
  positive: number;
}

/** Values that say there is none: they stand last in the legend, in grey. */
const NO_VALUE = /^(un-?labell?ed|unknown|none|noise|outliers?|n\/a|-1|\?)$/i;
/** An integer column with at most this many values starts as categories. */
const FEW_INTEGERS = 20;
const CHUNK = 100_000;

/** Which scale a column starts with, and which ones make sense for it at all. */
export function scalesFor(column: ColumnData, range: NumberRange | null): Scale[] {
  if (!column.values || column.kind === "boolean" || !range) return ["categories"];
  const scales: Scale[] = ["linear"];
  if (range.minimum >= 0 && range.positive > 0 && !column.whole?.parts) scales.push("log");
  if (column.whole) return scales;
  if (column.kind !== "time") scales.push("diverging");
  if (column.kind === "integer") {
    if (distinctWithin(column.values, FEW_INTEGERS)) scales.unshift("categories");
    else scales.push("categories");
  }
  return scales;
}

function distinctWithin(values: Float64Array, most: number): boolean {
  const seen = new Set<number>();
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    seen.add(value);
    if (seen.size > most) return false;
  }
  return true;
}

/** The palettes that a scale may be painted with, the usual one first. */
export function palettesFor(scale: Scale): PaletteChoice[] {
  if (scale === "trust") return [];
  return scale === "categories" ? CATEGORY_PALETTES : scale === "diverging" ? DIVERGING_PALETTES : SEQUENTIAL_PALETTES;
}

/** The range of a column's scale; null: it holds no numbers. */
export function rangeFor(column: ColumnData | null): NumberRange | null {
  if (!column?.whole) return column?.values ? rangeOf(column.values) : null;
  const { minimum, maximum, positive } = column.whole;
  return { minimum, maximum, positive };
}

export function rangeOf(values: Float64Array): NumberRange | null {
  let [minimum, maximum, positive] = [Infinity, -Infinity, Infinity];
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (value - value !== 0) continue; // neither NaN nor infinite
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    if (value > 0 && value < positive) positive = value;
  }
  return minimum <= maximum ? { minimum, maximum, positive: Number.isFinite(positive) ? positive : NaN } : null;
}

/** Group the points by value, the most frequent group first (numbers in their own order when few). */
export async function groupsOf(column: ColumnData): Promise<Groups> {
  const raw = column.codes ? { of: column.codes, labels: column.categories } : await codesOf(column);
  const counts = new Uint32Array(raw.labels.length);
  let missing = 0;
  for (let row = 0; row < raw.of.length; row++) raw.of[row]! < 0 ? missing++ : counts[raw.of[row]!]!++;
  const order = Array.from(counts.keys()).filter((code) => counts[code]! > 0);
  const keyOf = (code: number) => Number(raw.keys?.[code] ?? (raw.labels[code]!.trim() || NaN));
  const natural = order.length <= MOST_COLORS && order.every((code) => !Number.isNaN(keyOf(code)));
  if (natural) order.sort((a, b) => keyOf(a) - keyOf(b));
  else order.sort((a, b) => counts[b]! - counts[a]! || (raw.labels[a]! < raw.labels[b]! ? -1 : 1));
  const named = order.filter((code) => !NO_VALUE.test(raw.labels[code]!));
  order.splice(0, Infinity, ...named, ...order.filter((code) => NO_VALUE.test(raw.labels[code]!)));
  const rank = new Int32Array(raw.labels.length).fill(-1);
  order.forEach((code, position) => (rank[code] = position));
  return {
    of: translated(raw.of, rank),
    labels: order.map((code) => raw.labels[code]!),
    counts: Uint32Array.from(order, (code) => counts[code]!),
    missing,
    named: named.length,
  };
}

/** Other numbers for the same groups; -1 stays. */
function translated(of: Int32Array, to: ArrayLike<number>): Int32Array {
  const out = new Int32Array(of.length);
  for (let row = 0; row < out.length; row++) out[row] = of[row]! < 0 ? -1 : to[of[row]!]!;
  return out;
}

/** The same values in the order of groups that were there before, new ones behind them. */
export function alignedTo(before: Groups, found: Groups): Groups {
  const at = new Map(before.labels.map((label, group) => [label, group]));
  for (const label of found.labels) if (!at.has(label)) at.set(label, at.size);
  const place = found.labels.map((label) => at.get(label)!);
  const counts = new Uint32Array(at.size);
  place.forEach((group, i) => (counts[group] = found.counts[i]!));
  const labels = [...at.keys()];
  const first = labels.findIndex((label) => NO_VALUE.test(label));
  const named = first < 0 ? labels.length : first;
  return { of: translated(found.of, place), labels, counts, missing: found.missing, named };
}

/** A range that holds both. */
export function wider(a: NumberRange, b: NumberRange): NumberRange {
  const positive = Number.isNaN(a.positive) ? b.positive : Math.min(a.positive, b.positive || a.positive);
  return { minimum: Math.min(a.minimum, b.minimum), maximum: Math.max(a.maximum, b.maximum), positive };
}

interface RawGroups {
  of: Int32Array;
  labels: string[];
  keys?: (string | number)[];
}

/** Codes by first appearance; long columns let the page breathe in between. */
async function codesOf(column: ColumnData): Promise<RawGroups> {
  if (column.texts) return textCodes(column.texts);
  const of = new Int32Array(column.n);
  const seen = new Map<string | number, number>();
  const labels: string[] = [];
  for (let row = 0; row < column.n; row++) {
    if (row % CHUNK === CHUNK - 1) await new Promise((resolve) => setTimeout(resolve));
    const key = column.values ? column.values[row]! : column.text(row);
    if (key === null || Number.isNaN(key)) {
      of[row] = -1;
      continue;
    }
    let code = seen.get(key);
    if (code === undefined) {
      code = seen.size;
      seen.set(key, code);
      labels.push(column.text(row) ?? "");
    }
    of[row] = code;
  }
  return { of, labels, keys: [...seen.keys()] };
}

/** The colour of each group; the ones beyond the palette share "other". */
export function groupColors(groups: Groups, theme: Theme, palette?: string): Rgb[] {
  const colors = categorical(theme, coloredGroups(groups), palette);
  return groups.labels.map((_, group) => colors[group] ?? OTHER[theme]);
}

/** How many groups have a colour of their own: the most frequent ones, as far as the palette goes. */
export function coloredGroups(groups: Groups): number {
  return Math.min(groups.named, MOST_COLORS);
}

export function paintPlain(n: number, theme: Theme): Uint8Array {
  const out = new Uint8Array(n * 4);
  const [r, g, b] = PLAIN[theme];
  const word = new Uint32Array(out.buffer);
  out.set([r, g, b, 255]);
  if (n) word.fill(word[0]!);
  return out;
}

export function paintGroups(groups: Groups, theme: Theme, palette?: string): Uint8Array {
  // Missing ones, -1, come first.
  const words = asWords([MISSING[theme], ...groupColors(groups, theme, palette)]);
  const { of } = groups;
  const out = new Uint32Array(of.length);
  for (let row = 0; row < out.length; row++) out[row] = words[of[row]! + 1]!;
  return new Uint8Array(out.buffer);
}

/** The place of a value on its scale, 0 to 1; NaN where it has none. */
export function position(value: number, scale: Scale, range: NumberRange): number {
  if (!Number.isFinite(value)) return NaN;
  if (scale === "log") {
    if (value <= 0) return 0;
    const low = Math.log(range.positive);
    return range.maximum > range.positive ? (Math.log(value) - low) / (Math.log(range.maximum) - low) : 0.5;
  }
  if (scale === "diverging") {
    const reach = Math.max(Math.abs(range.minimum), Math.abs(range.maximum)) || 1;
    return 0.5 + value / reach / 2;
  }
  const span = range.maximum - range.minimum;
  // Of numbers near the largest that there are, the span is too large to be one.
  if (span === Infinity) return (value / 2 - range.minimum / 2) / (range.maximum / 2 - range.minimum / 2);
  return span > 0 ? (value - range.minimum) / span : 0.5;
}

/** The value at a place of a scale: the inverse of `position`. */
export function valueAt(place: number, scale: Scale, range: NumberRange): number {
  if (scale === "log") {
    const ratio = range.maximum / range.positive;
    if (ratio < Infinity) return range.positive * ratio ** place;
    const [low, high] = [Math.log(range.positive), Math.log(range.maximum)];
    return Math.exp(low + place * (high - low));
  }
  if (scale === "diverging") {
    return (place - 0.5) * 2 * (Math.max(Math.abs(range.minimum), Math.abs(range.maximum)) || 1);
  }
  const span = range.maximum - range.minimum;
  return span === Infinity ? range.minimum * (1 - place) + range.maximum * place : range.minimum + place * span;
}

export function paintNumbers(
  values: Float64Array,
  scale: Scale,
  range: NumberRange,
  theme: Theme,
  palette?: string,
): Uint8Array {
  const bytes = rampOf(scale, theme, palette);
  const ramp = Array.from({ length: LEVELS }, (_, i) => [...bytes.subarray(i * 3, i * 3 + 3)] as Rgb);
  const words = asWords([...ramp, MISSING[theme]]);
  const levels = levelsOf(values, scale, range);
  const out = new Uint32Array(values.length);
  for (let row = 0; row < out.length; row++) out[row] = words[levels[row]!]!;
  return new Uint8Array(out.buffer);
}

const LEVELS = 256;
/** Levels that were worked out last, by their values: another palette needs no others. */
const known = new WeakMap<Float64Array, { key: string; levels: Uint16Array }>();

/** Each value's place on its scale in 256 levels; 256: it has none. */
function levelsOf(values: Float64Array, scale: Scale, range: NumberRange): Uint16Array {
  const key = [scale, range.minimum, range.maximum, range.positive].join();
  const before = known.get(values);
  if (before?.key === key) return before.levels;
  const levels = new Uint16Array(values.length);
  const low = range.minimum;
  const k = (LEVELS - 1) / (range.maximum - low);
  const even = (scale === "linear" || scale === "trust") && k > 0 && k < Infinity;
  for (let row = 0; row < levels.length; row++) {
    const value = values[row]!;
    const level = (even ? (value - low) * k : position(value, scale, range) * (LEVELS - 1)) + 0.5;
    levels[row] = value - value !== 0 ? LEVELS : level < 0 ? 0 : level > LEVELS - 1 ? LEVELS - 1 : level;
  }
  known.set(values, { key, levels });
  return levels;
}

function rampOf(scale: Scale, theme: Theme, palette?: string): Uint8Array {
  if (scale === "trust") return trust(theme);
  return scale === "diverging" ? diverging(theme, palette) : sequential(theme, palette);
}

/** How many values fall into each of `bins` equal parts of the scale. */
export function histogram(values: Float64Array, scale: Scale, range: NumberRange, bins: number): Uint32Array {
  const out = new Uint32Array(bins);
  for (let row = 0; row < values.length; row++) {
    const place = position(values[row]!, scale, range);
    if (!Number.isNaN(place)) out[Math.min(bins - 1, Math.max(0, Math.floor(place * bins)))]!++;
  }
  return out;
}

/** The CSS colour at a place of a numeric scale. */
export function colorAt(place: number, scale: Scale, theme: Theme, palette?: string): string {
  const bytes = rampOf(scale, theme, palette);
  const i = Math.round(255 * Math.min(1, Math.max(0, place))) * 3;
  return css([bytes[i]!, bytes[i + 1]!, bytes[i + 2]!]);
}

function asWords(colors: Rgb[]): Uint32Array {
  return new Uint32Array(Uint8Array.from(colors.flatMap(([r, g, b]) => [r, g, b, 255])).buffer);
}
