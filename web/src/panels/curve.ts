// A curve of a training as a line in a box: one value a step, some of which may be missing.

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
