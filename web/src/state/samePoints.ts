// Whether two embeddings of a collection are of the same points, row by row: then a selection in one means something
// in the other.

import type { EmbeddingOutline } from "../schema/messages";
import type { ColumnData } from "../source/column";

/** So many labels are compared, evenly spread: a million texts would hold the page up. */
const COMPARED = 5000;

/** What the outlines say of it; a column: only its values can say it, which both have. */
export function surelySame(a: EmbeddingOutline, b: EmbeddingOutline): boolean | { column: string } {
  if (a.n !== b.n) return false;
  const [first] = a.columns;
  if (!first || !b.columns.length) return a.recorded !== null && a.recorded.recording === b.recorded?.recording;
  return b.columns.some(({ name, kind }) => name === first.name && kind === first.kind)
    ? { column: first.name }
    : false;
}

/** Whether two columns say the same of every point that is looked at. */
export function sameTexts(a: ColumnData, b: ColumnData): boolean {
  if (a.n !== b.n || a.missing !== b.missing) return false;
  const step = Math.max(1, Math.floor(a.n / COMPARED));
  for (let row = 0; row < a.n; row += step) if (a.text(row) !== b.text(row)) return false;
  return a.missing < a.n;
}
