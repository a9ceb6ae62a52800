// The sentence that states what is seen: method, parameters, points, and how much of the truth it keeps.

import { formatCount, formatShare } from "../source/column";
import type { EmbeddingView } from "../state/embedding.svelte";
import { PCA } from "../state/layout.svelte";

export function statement(view: EmbeddingView): string {
  const { layout, outline } = view;
  const method = layout.id === PCA ? pca(view) : layout.choice.description || layout.choice.name;
  return [method, outline.n ? points(view) : "nothing to draw"].join(" · ");
}

function pca({ layout }: EmbeddingView): string {
  const ratios = layout.projection?.variance_ratio ?? [];
  const axes = layout.axes.slice(0, layout.dimensions).filter((k) => k < ratios.length);
  const kept = axes.reduce((sum, k) => sum + (ratios[k] ?? 0), 0);
  const named = axes.map((k) => k + 1).join(" × ");
  return `PCA, components ${named}: ${axes.length === 1 ? "it holds" : "they hold"} ${formatShare(kept)} of the variance`;
}

function points({ outline, withinRows, layout }: EmbeddingView): string {
  const n = withinRows?.length ?? outline.n;
  const { placement, projection } = layout;
  const counted = () => (placement ? countUnplaced(placement.positions, withinRows, outline.n) : 0);
  const unplaced = layout.id === PCA && projection ? projection.unplaced : counted();
  const all = withinRows
    ? `${formatCount(n)} of ${formatCount(outline.n)} points`
    : `${formatCount(n)} ${n === 1 ? "point" : "points"}`;
  return unplaced ? `${all}, ${formatCount(unplaced)} without a place (NaN or infinity)` : all;
}

function countUnplaced(positions: Float32Array, rows: Uint32Array | null, n: number): number {
  let count = 0;
  for (let i = 0; i < (rows?.length ?? n); i++) if (Number.isNaN(positions[(rows ? rows[i]! : i) * 3]!)) count++;
  return count;
}
