// What the address keeps of axes, preparations and sums: short words, and the ends as they were typed.

import type { Preparation } from "../schema/messages";
import type { EndKind, EndState } from "./directions.svelte";
import type { EmbeddingView } from "./embedding.svelte";
import { PREPARATIONS, RAW, type Preparing } from "./preparation";

/** Selections of more points are too long for an address. */
const MOST_ROWS = 60;
const KINDS: EndKind[] = ["is", "contains", "regex", "selection", "point"];

export interface AxesAddress {
  /** The ends of axes of one's own, two for each axis. */
  ends?: EndState[];
  /** How the vectors of PCA and of axes are prepared, and those whose neighbours are listed. */
  preparing?: Preparing;
  space?: Preparing;
  /** A sum of points. */
  sum?: string;
}

export function axesAddress(view: EmbeddingView): AxesAddress {
  const { layout, neighborhood, arithmetic } = view;
  return {
    ends: layout.directions.address,
    preparing: layout.preparing.preparation === "raw" ? undefined : layout.preparing,
    space: neighborhood.preparing.preparation === "raw" ? undefined : neighborhood.preparing,
    sum: arithmetic.active ? arithmetic.expression : undefined,
  };
}

/** Come back to what the address kept; the points at the ends follow with the picture. */
export function followAxes(view: EmbeddingView, { preparing, space, sum, ends }: AxesAddress): void {
  const { layout, neighborhood, arithmetic } = view;
  layout.preparing = preparing ?? RAW;
  neighborhood.preparing = space ?? RAW;
  layout.directions.ends.forEach((end, k) => end.set(ends?.[k] ?? {}));
  arithmetic.clear();
  if (!sum) return;
  arithmetic.expression = sum;
  void arithmetic.run();
}

export function writeAxes(out: URLSearchParams, { ends, preparing, space, sum }: AxesAddress): void {
  if (ends) out.set("ends", JSON.stringify(ends.map(packed)));
  if (preparing) out.set("prep", preparingText(preparing));
  if (space) out.set("sp", preparingText(space));
  if (sum) out.set("sum", sum);
}

export function axesFrom(found: URLSearchParams): AxesAddress {
  const out: AxesAddress = {};
  const ends = endsFrom(found.get("ends"));
  const [preparing, space] = [preparingFrom(found.get("prep")), preparingFrom(found.get("sp"))];
  if (ends) out.ends = ends;
  if (preparing) out.preparing = preparing;
  if (space) out.space = space;
  if (found.get("sum")) out.sum = found.get("sum")!;
  return out;
}

function packed({ kind, query = "", column, rows }: EndState): unknown[] {
  if (rows) return [kind, rows.slice(0, MOST_ROWS)];
  return column ? [kind, query, column] : query ? [kind, query] : [];
}

function endsFrom(text: string | null): EndState[] | null {
  try {
    const found: unknown = JSON.parse(text ?? "null");
    if (!Array.isArray(found) || !found.length) return null;
    return found.slice(0, 6).map((each: unknown) => {
      const [kind, what = "", column = ""] = Array.isArray(each) ? (each as unknown[]) : [];
      const known = KINDS.includes(kind as EndKind) ? (kind as EndKind) : "is";
      const rows = Array.isArray(what) ? what.filter((row) => Number.isInteger(row) && row >= 0) : undefined;
      return rows ? { kind: known, rows } : { kind: known, query: String(what), column: String(column) };
    });
  } catch {
    return null;
  }
}

function preparingText({ preparation, reduced_to }: Preparing): string {
  return preparation === "reduced" ? `reduced${reduced_to}` : preparation;
}

function preparingFrom(text: string | null): Preparing | null {
  const [, name = "", count] = /^([a-z]+)(\d{1,4})?$/.exec(text ?? "") ?? [];
  if (!Object.hasOwn(PREPARATIONS, name) || name === "raw") return null;
  return { preparation: name as Preparation, reduced_to: Number(count) || RAW.reduced_to };
}
