/** Which points a drawn outline holds. */
import type { ScreenPlaces } from "./camera";
import { State } from "./types";

export type Outline = readonly (readonly [number, number])[];

/** Whether a place lies inside, by the even-odd rule. */
export function contains(outline: Outline, x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = outline.length - 1; i < outline.length; j = i++) {
    const [xi, yi] = outline[i];
    const [xj, yj] = outline[j];
    if (yi > y !== yj > y && x < xi + ((xj - xi) * (y - yi)) / (yj - yi)) inside = !inside;
  }
  return inside;
}

/** Every row inside, those that others cover too; hidden ones and those without a place never. */
export function rowsInside(outline: Outline, places: ScreenPlaces, states: Uint8Array): Uint32Array {
  const xs = outline.map(([x]) => x);
  const ys = outline.map(([, y]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const rows = new Uint32Array(places.x.length);
  let count = 0;
  for (let row = 0; row < rows.length; row++) {
    const x = places.x[row];
    const y = places.y[row];
    if (!(x >= left && x <= right && y >= top && y <= bottom) || states[row] & State.hidden) continue;
    if (contains(outline, x, y)) rows[count++] = row;
  }
  return rows.slice(0, count);
}

export function rectangle([x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]): Outline {
  return [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ];
}
