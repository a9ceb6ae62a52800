// What is done to the vectors before they are projected or asked for neighbours.

import type { Preparation } from "../schema/messages";

export interface Preparing {
  preparation: Preparation;
  /** How many components are kept where it reduces. */
  reduced_to: number;
}

export const RAW: Preparing = { preparation: "raw", reduced_to: 50 };

/** The name of each and one plain sentence. */
export const PREPARATIONS: Record<Preparation, { label: string; says: string }> = {
  raw: { label: "as they are", says: "The vectors as they are, without any change" },
  centred: { label: "centred", says: "Their mean is taken away, so that what all share counts no more" },
  unit: { label: "unit norm", says: "Each vector at length 1, so that its direction alone counts" },
  spherized: {
    label: "spherized",
    says: "Centred, then each at length 1, as the Embedding Projector does for many dimensions",
  },
  standardized: {
    label: "standardized columns",
    says: "Every dimension at mean 0 and deviation 1, so that none counts more for its scale",
  },
  reduced: {
    label: "PCA first",
    says: "Their leading principal components alone: the broad arrangement, with less noise",
  },
};

/** What a preparation does, in words; empty where it does nothing. */
export function preparedSaid({ preparation = "raw", reduced_to = 50 }: Partial<Preparing>): string {
  if (preparation === "raw") return "";
  if (preparation === "reduced") return `${reduced_to} principal components first`;
  if (preparation === "spherized") return "spherized (centred, unit norm)";
  return PREPARATIONS[preparation].label;
}

/** What is sent: nothing where nothing is done, so that the same picture has the same request. */
export function preparingOf({ preparation = "raw", reduced_to = 50 }: Partial<Preparing>): Partial<Preparing> {
  if (preparation === "raw") return {};
  return preparation === "reduced" ? { preparation, reduced_to } : { preparation };
}

/** The memory that a layout of prepared vectors takes beside, in bytes: all neighbours need a copy of them. */
export function copied({ preparation, reduced_to }: Preparing, n: number, d: number, metric: string): number {
  const same = { raw: true, centred: metric === "euclidean", unit: metric !== "euclidean" };
  if (same[preparation as keyof typeof same]) return 0;
  return n * (preparation === "reduced" ? Math.min(reduced_to, d) : d) * 4;
}
