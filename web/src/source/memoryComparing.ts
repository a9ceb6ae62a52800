// What the source in memory says when two embeddings are compared.

import type { CompareRequest, EmbeddingOutline } from "../schema/messages";
import type { ComparisonResult } from "./comparing";
import type { Step } from "./source";

/** All points but the last are shared; each stands one place later in the other one. The later ones keep more. */
export function comparisonOf(
  { index, n }: EmbeddingOutline,
  { other, other_step = null, k = 15, ids = "", step }: CompareRequest & { step: Step },
): ComparisonResult {
  const rows = Uint32Array.from({ length: n - 1 }, (_, i) => i);
  const kept = Float32Array.from(rows, (row) => row / (n - 2));
  const numbers = { k, shared: n - 1, complete: true, overlap: 0.5, chance: k / (n - 2), cka: 0.8, cka_chance: 0.1 };
  const said = { ids: ids || "row", columns: ["word"], matched: "row by row", search: "" };
  const places = { embedding: index, step, other, other_step };
  return { ...places, ...numbers, ...said, rows, other_rows: rows.map((row) => row + 1), kept };
}
