// What a tab keeps over a reload, and over a start of the server anew, that is too long for its address: the selected
// points and those isolated. Each tab has a storage of its own, so that two do not disturb each other.

import type { Source } from "../source/source";
import type { Address } from "./address";
import type { EmbeddingView } from "./embedding.svelte";
import { runsOf, rowsOfRuns } from "./runLengths";
import { comeTo } from "./viewAddress";

const PLACE = "vectarium.standing";
/** The names of so many selected points say that the rows are still the same ones, or where they are now. */
const NAMED = 2000;
/** A tab may keep about five million characters in all. */
const LONGEST = 2_000_000;

interface Standing {
  embedding: string;
  n: number;
  /** The column that names the points; empty: there is none. */
  column: string;
  names: (string | null)[];
  selected: string;
  levels: { rows: string; of: string }[];
}

const returning = new WeakSet<EmbeddingView>();

/** Keep what is selected and isolated now. */
export function keepStanding(view: EmbeddingView): void {
  if (returning.has(view)) return;
  const { selection, isolation, outline, columns } = view;
  // What a search selected stands in the address as that search.
  const rows = selection.origin ? new Uint32Array() : selection.rows();
  const column = columns.has(columns.defaultLabel()) ? columns.defaultLabel() : "";
  const known = columns.peek(column);
  const standing: Standing = {
    ...{ embedding: outline.name, n: outline.n, column: known ? column : "" },
    names: known ? [...sampled(rows)].map((row) => known.text(row)) : [],
    selected: runsOf(rows),
    levels: isolation.levels.map((level) => ({ rows: runsOf(level.rows), of: level.of })),
  };
  store(rows.length || standing.levels.length ? JSON.stringify(standing) : "");
}

/** Come to what an address names as `comeTo` does, and to what this tab kept. */
export async function comeAgain(view: EmbeddingView, source: Source, address: Address): Promise<void> {
  const kept = stored(view);
  if (!kept) return comeTo(view, source, address);
  returning.add(view);
  let selected: Uint32Array | null = null;
  try {
    selected = await stillThere(view, kept);
  } finally {
    returning.delete(view);
  }
  if (selected) view.isolation.put(kept.levels.map(({ rows, of }) => ({ rows: rowsOfRuns(rows, kept.n), of })));
  await comeTo(view, source, address, { selected, isolated: view.isolation.rows, picture: null });
}

/** The selected points in the data as they are now; null: these are other data. */
async function stillThere(view: EmbeddingView, kept: Standing): Promise<Uint32Array | null> {
  const rows = kept.n === view.outline.n ? rowsOfRuns(kept.selected, kept.n) : null;
  if (!kept.column) return rows;
  const column = view.columns.has(kept.column) ? await view.columns.load(kept.column).catch(() => null) : null;
  if (!column) return null;
  if (rows && sampled(rows).every((row, i) => column.text(row) === kept.names[i])) return rows;
  kept.levels = [];
  return kept.names.length < NAMED ? rowsNamed(column, new Set(kept.names), kept.names.length) : null;
}

/** The rows of these names, where each is the name of one point. */
function rowsNamed(
  column: { n: number; text(row: number): string | null },
  names: ReadonlySet<string | null>,
  count: number,
): Uint32Array | null {
  const found: number[] = [];
  for (let row = 0; row < column.n && found.length <= count; row++) if (names.has(column.text(row))) found.push(row);
  return found.length === count && names.size === count ? Uint32Array.from(found) : null;
}

/** All of a few rows, of more a part that is spread evenly. */
function sampled(rows: Uint32Array): Uint32Array {
  const step = Math.max(1, rows.length / NAMED);
  return Uint32Array.from({ length: Math.min(rows.length, NAMED) }, (_, i) => rows[Math.floor(i * step)]!);
}

function stored({ outline }: EmbeddingView): Standing | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(PLACE) ?? "null") as Standing | null;
    return kept?.embedding === outline.name ? kept : null;
  } catch {
    return null;
  }
}

function store(text: string): void {
  try {
    if (text && text.length < LONGEST) sessionStorage.setItem(PLACE, text);
    else sessionStorage.removeItem(PLACE);
  } catch {
    return;
  }
}

/** Whether the page was loaded again, by a person or because the server was started anew. */
export function isReloaded(): boolean {
  const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return entry !== undefined && entry.type !== "navigate";
}
