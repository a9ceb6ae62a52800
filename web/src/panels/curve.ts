// A curve of a training as a line in a box: a value a snapshot or more, some of which may be missing.

import type { CurveMessage, TimelineMeasures } from "../schema/messages";
import { StepAxis } from "./stepAxis";

export type PlaceInBox = [x: number, y: number] | null;

const MOST_TICKS = 150;

/** Where each value lies in a box, evenly apart and the largest on top; null where there is no value. */
export function placesOf(values: (number | null)[], width: number, height: number): PlaceInBox[] {
  const steps = values.map((_, i) => i);
  const curve = { name: "", values, told_steps: [], told: [] };
  return drawnCurve(curve, steps, new StepAxis(steps), width, height).places;
}

/** A curve in a box. */
export interface DrawnCurve {
  /** The steps that were told, ascending, and where each lies; null where there is no value. */
  steps: number[];
  places: PlaceInBox[];
  /** How high a value lies. */
  level: (value: number) => number;
}

/** Where each value of a curve lies in a box, the largest on top: those between snapshots too, where they are known. */
export function drawnCurve(
  curve: CurveMessage,
  snapshots: number[],
  axis: StepAxis,
  width: number,
  height: number,
): DrawnCurve {
  const dense = curve.told_steps.length > 0;
  const [steps, values] = dense ? [curve.told_steps, curve.told] : [snapshots, curve.values];
  let [low, high] = [Infinity, -Infinity];
  for (const list of dense ? [curve.told, curve.values] : [values])
    for (const value of list) if (value !== null) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const level = (value: number) => (1 - (high > low ? (value - low) / (high - low) : 0.5)) * height;
  const places = steps.map((step, i): PlaceInBox => {
    const value = values[i] ?? null;
    return value === null ? null : [axis.share(step) * width, level(value)];
  });
  return { steps, places, level };
}

/** The axis of the snapshots that has room for all that was told between, before and behind them. */
export function axisOf(snapshots: number[], curves: CurveMessage[]): StepAxis {
  const ends = [snapshots, ...curves.map((curve) => curve.told_steps)].filter((steps) => steps.length);
  if (!ends.length) return new StepAxis(snapshots);
  const first = Math.min(...ends.map((steps) => steps[0]!));
  return new StepAxis(snapshots, first, Math.max(...ends.map((steps) => steps.at(-1)!)));
}

/** A short line at every snapshot, unless they would run into each other. */
export function ticksPath(snapshots: number[], axis: StepAxis, width: number, top: number, bottom: number): string {
  if (snapshots.length > MOST_TICKS) return "";
  return snapshots.map((step) => `M${round(axis.share(step) * width)} ${top}V${bottom}`).join("");
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
    { name: "neighbours kept", values: over(measures.neighbor_preservation), told_steps: [], told: [] },
    { name: "motion that is true", values: over(measures.displacement), told_steps: [], told: [] },
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
