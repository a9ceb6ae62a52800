// What the axes of the picture are called, each end of it, with the share of the variance along it.

import { formatShare } from "../source/column";
import type { EmbeddingView } from "./embedding.svelte";

export interface AxisName {
  /** Empty: that end has no name. */
  low: string;
  high: string;
  /** The axis in one line. */
  whole: string;
}

/** One for each axis that is seen; none where an axis means nothing, as in t-SNE. */
export function axisNames(view: EmbeddingView): AxisName[] {
  const { layout } = view;
  const { standing } = layout;
  if (!standing || layout.frame) return [];
  const ratios = layout.timeline?.variance_ratio ?? layout.projection?.variance_ratio ?? [];
  const share = (k: number) => (ratios[k] === undefined ? "" : ` (${formatShare(ratios[k])})`);
  if (layout.method === "pca") return standing.components.map((k) => named("", `PC ${k + 1}${share(k)}`));
  const ends = layout.stood;
  if (layout.method !== "directions" || !ends) return [];
  return standing.components.map((k) => {
    const [low, high] = [ends[2 * k] ?? "", ends[2 * k + 1] ?? ""];
    return low || high
      ? named(low || "the mean", `${high || "the mean"}${share(k)}`)
      : named("", `widest across${share(k)}`);
  });
}

function named(low: string, high: string): AxisName {
  return { low, high, whole: low ? `${low} → ${high}` : high };
}
