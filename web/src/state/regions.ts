// Regions of a flat picture and the words that set each apart from the rest.
//
// Regions are the hills of the points' density (Chazal et al., 2013, "Persistence-based clustering in Riemannian
// manifolds"): cells are taken from the densest down, each joins the hill it touches, and a hill that does not stand
// out from where it meets a higher one becomes part of that. A word's weight is how often it is found inside against
// how often anywhere (class-based TF-IDF; Grootendorst, 2022, "BERTopic").

import type { Bounds } from "../scene/camera";
import { cellAt, densityGrid, type Grid } from "../scene/contours";
import type { RegionName } from "../scene/regionNames";
import type { ColumnData } from "../source/column";

const SIDE = 128;
/** A hill is at least so many times as high as the pass to a higher one. */
const PROMINENCE = 1.35;
const SMALLEST = 6;
const SMALLEST_SHARE = 0.004;
const MOST = 40;
const WORDS = 3;
/** A word that names a region is found in it at least so often. */
const LEAST = 3;
const CHUNK = 20_000;
const WORD = /\p{L}[\p{L}\p{M}'’-]+/gu;
/** Words of little meaning, where texts are English. */
const STOP = new Set(
  (
    "the and for are was were with that this from have has had not but you your his her its our their they she him " +
    "who what which when where how all any can will would there been more than then them these those into out about " +
    "also just very some only over such own too did does doing being because"
  ).split(" "),
);

export interface Region {
  /** Where its density is highest, layout units. */
  x: number;
  y: number;
  /** The nearest to that place first. */
  rows: Uint32Array;
}

/** The hills of the points that are seen, the largest first. `blur` is a share of the longer side. */
export function regionsOf(
  positions: Float32Array,
  seen: (row: number) => boolean,
  bounds: Bounds,
  blur: number,
): Region[] {
  const grid = densityGrid(positions, seen, bounds, blur, SIDE);
  const hills = hillsOf(grid);
  const members = new Map<number, number[]>();
  let count = 0;
  for (let row = 0; row < positions.length / 3; row++) {
    const at = seen(row) ? cellAt(grid, positions[row * 3]!, positions[row * 3 + 1]!) : -1;
    if (at < 0) continue;
    count++;
    const list = members.get(hills[at]!);
    if (list) list.push(row);
    else members.set(hills[at]!, [row]);
  }
  const least = Math.max(SMALLEST, count * SMALLEST_SHARE);
  return [...members]
    .filter(([hill, rows]) => hill >= 0 && rows.length >= least)
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, MOST)
    .map(([hill, rows]) => {
      const x = grid.left + ((hill % grid.width) + 0.5) * grid.cell;
      const y = grid.bottom + (Math.floor(hill / grid.width) + 0.5) * grid.cell;
      const away = (row: number) => Math.hypot(positions[row * 3]! - x, positions[row * 3 + 1]! - y);
      const far = new Map(rows.map((row) => [row, away(row)]));
      return { x, y, rows: Uint32Array.from(rows).sort((a, b) => far.get(a)! - far.get(b)!) };
    });
}

/** The hill of each cell, named by its highest cell; -1 where nothing is near. */
export function hillsOf({ width, height, values }: Grid): Int32Array {
  const order = Uint32Array.from(values.keys())
    .filter((cell) => values[cell]! > 0)
    .sort((a, b) => values[b]! - values[a]!);
  const parent = new Int32Array(values.length).fill(-1);
  const top = (cell: number): number => {
    let at = cell;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  for (const cell of order) {
    const tops = new Set<number>();
    for (const near of around(cell, width, height)) if (parent[near]! >= 0) tops.add(top(near));
    const sorted = [...tops].sort((a, b) => values[b]! - values[a]!);
    const highest = sorted[0] ?? cell;
    parent[cell] = highest;
    for (const lower of sorted.slice(1)) if (values[lower]! < PROMINENCE * values[cell]!) parent[lower] = highest;
  }
  return parent.map((own, cell) => (own < 0 ? -1 : top(cell)));
}

function* around(cell: number, width: number, height: number): Generator<number> {
  const [x, y] = [cell % width, Math.floor(cell / width)];
  for (let j = Math.max(0, y - 1); j <= Math.min(height - 1, y + 1); j++) {
    for (let i = Math.max(0, x - 1); i <= Math.min(width - 1, x + 1); i++) {
      if (i !== x || j !== y) yield j * width + i;
    }
  }
}

/**
 * A name for each region, from a column of categories or texts; regions without one are left out.
 *
 * Where no word is found twice (each point has a label of its own), the region is named by the most important of its inner half:
 * `importance` orders all rows, the most important first. Long work lets the page breathe in between; null once
 * `wanted` says that nobody waits any more.
 */
export async function namesOf(
  regions: Region[],
  column: ColumnData,
  importance: Uint32Array | null,
  wanted: () => boolean = () => true,
): Promise<RegionName[] | null> {
  const total = regions.reduce((sum, { rows }) => sum + rows.length, 0);
  const found: Map<string, number>[] = [];
  for (const { rows } of regions) {
    const counts = await countWords(rows, column, wanted);
    if (!counts) return null;
    found.push(counts);
  }
  const everywhere = new Map<string, number>();
  for (const counts of found) for (const [word, n] of counts) everywhere.set(word, (everywhere.get(word) ?? 0) + n);
  const rank = importance && inverse(importance);
  const names = regions.map(({ x, y, rows }, i) => {
    const telling = tellingWords(found[i]!, everywhere, rows.length, total, Boolean(column.codes));
    const words = telling.length
      ? telling
      : column.codes
        ? []
        : ofPoints(rows.subarray(0, rows.length / 2), column, rank);
    return { words: words.join(", "), x, y, share: rows.length / total };
  });
  return names.filter(({ words }) => words);
}

async function countWords(
  rows: Uint32Array,
  column: ColumnData,
  wanted: () => boolean,
): Promise<Map<string, number> | null> {
  const counts = new Map<string, number>();
  for (let i = 0; i < rows.length; i++) {
    if (i % CHUNK === CHUNK - 1) await new Promise((resolve) => setTimeout(resolve));
    if (!wanted()) return null;
    const text = column.text(rows[i]!);
    if (text === null) continue;
    for (const word of column.codes ? [text] : wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

/** The different words of a text that may mean something. */
export function wordsOf(text: string): Set<string> {
  const found = new Set<string>();
  for (const [word] of text.slice(0, 2000).toLowerCase().matchAll(WORD)) {
    if (word.length > 2 && !STOP.has(word)) found.add(word);
  }
  return found;
}

function tellingWords(
  counts: Map<string, number>,
  everywhere: Map<string, number>,
  size: number,
  total: number,
  grouped: boolean,
): string[] {
  const scored = [...counts]
    .filter(([, n]) => n >= Math.min(LEAST, size / 2))
    .map(([word, n]) => ({ word, n, lift: n / size / (everywhere.get(word)! / total) }))
    .map(({ word, n, lift }) => ({ word, n, score: (n / size) * Math.log(1 + lift) }))
    .sort((a, b) => b.score - a.score);
  // A category names a region that is mostly of it; two where neither is.
  if (grouped) {
    const [first, second] = scored;
    if (!first) return [];
    return first.n >= size * 0.6 || !second || second.n < size * 0.2 ? [first.word] : [first.word, second.word];
  }
  return scored.slice(0, WORDS).map(({ word }) => word);
}

function ofPoints(rows: Uint32Array, column: ColumnData, rank: Uint32Array | null): string[] {
  const sorted = rank ? rows.slice().sort((a, b) => rank[a]! - rank[b]!) : rows;
  const words: string[] = [];
  for (const row of sorted) {
    const text = column.text(row)?.trim();
    if (text && text.length < 24 && !words.includes(text)) words.push(text);
    if (words.length === WORDS) break;
  }
  return words;
}

function inverse(order: Uint32Array): Uint32Array {
  const rank = new Uint32Array(order.length);
  order.forEach((row, place) => (rank[row] = place));
  return rank;
}
