// A curve of a training as a line in a box: one value a step, some of which may be missing.

import type { CurveMessage, TimelineMeasures } from "../schema/messages";

export type PlaceInBox = [x: number, y: number] | null;

/** Where each value lies in a box, the largest on top; null where there is no value. */
export function placesOf(values: (number | null)[], width: number, height: number): PlaceInBox[] {
  const known = values.filter((value): value is number => value !== null);
  const low = Math.min(...known);
  const high = Math.max(...known);
  const last = Math.max(values.length - 1, 1);
  return values.map((value, i) => {
    if (value === null) return null;
    const share = high > low ? (value - low) / (high - low) : 0.5;
    return [(i / last) * width, (1 - share) * height];
  });
}

/** The line through them; it is broken where values are missing. */
export function curvePath(places: PlaceInBox[]): string {
  let path = "";
  let drawing = false;
  for (const place of places) {
    if (place) path += `${drawing ? "L" : "M"}${round(place[0])} ${round(place[1])}`;
    drawing = place !== null;
  }
  return path;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** How far a timeline can be believed, step by step, as curves over these steps. */
export function measured(measures: TimelineMeasures | null, steps: number[]): CurveMessage[] {
  if (!measures) return [];
  const at = new Map(measures.steps.map((step, i) => [step, i]));
  const over = (values: (number | null)[]) => steps.map((step) => values[at.get(step) ?? -1] ?? null);
  return [
    { name: "neighbours kept", values: over(measures.neighbor_preservation) },
    { name: "motion that is true", values: over(measures.displacement) },
  ];
}

/** What a curve is drawn in. */
export interface Box {
  width: number;
  height: number;
  low: number;
  high: number;
}

/** Where values known at some of all steps lie between two bounds; those not known are passed over. */
export function placesBetween(all: number[], steps: number[], values: (number | null)[], box: Box): PlaceInBox[] {
  const last = Math.max(all.length - 1, 1);
  const position = new Map(all.map((step, i) => [step, i]));
  const places: PlaceInBox[] = [];
  steps.forEach((step, i) => {
    const [value, at] = [values[i], position.get(step)];
    if (value === null || value === undefined || at === undefined) return;
    const share = (value - box.low) / (box.high - box.low || 1);
    places.push([(at / last) * box.width, (1 - share) * box.height]);
  });
  return places;
}
