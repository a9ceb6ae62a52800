// From a number to its place on a slider, and back.

export interface Span {
  minimum: number;
  maximum: number;
  step: number;
  /** The slider moves in equal ratios. */
  ratios?: boolean;
}

/** The place of a number on the slider, 0 to 1. */
export function shareOf(value: number, { minimum, maximum, ratios }: Span): number {
  const inside = Math.min(Math.max(value, minimum), maximum);
  if (maximum <= minimum) return 0;
  return ratios ? Math.log(inside / minimum) / Math.log(maximum / minimum) : (inside - minimum) / (maximum - minimum);
}

/** The number at a place of the slider, on a step. */
export function fromShare(share: number, { minimum, maximum, step, ratios }: Span): number {
  const value = ratios ? minimum * (maximum / minimum) ** share : minimum + (maximum - minimum) * share;
  const stepped = Math.round((value - minimum) / step) * step + minimum;
  return Number(Math.min(stepped, maximum).toPrecision(6));
}
