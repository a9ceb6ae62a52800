/** Which points a drawn outline holds. */
import type { ScreenPlaces } from "./camera";
import { State } from "./types";

export type Outline = readonly (readonly [number, number])[];

/** Every row inside, those that others cover too; hidden ones and those without a place never. */
export function rowsInside(outline: Outline, places: ScreenPlaces, states: Uint8Array): Uint32Array {
  const xs = outline.map(([x]) => x);
  const ys = outline.map(([, y]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const near = new Uint32Array(places.x.length);
  let count = 0;
  for (let row = 0; row < near.length; row++) {
    const x = places.x[row];
    const y = places.y[row];
    if (x >= left && x <= right && y >= top && y <= bottom && !(states[row] & State.hidden)) near[count++] = row;
  }
  return near.subarray(0, count).filter(inside(xs, ys, places));
}

/** Whether a row lies inside, by the even-odd rule: the edges are counted that lie to its right. */
function inside(xs: number[], ys: number[], places: ScreenPlaces): (row: number) => boolean {
  const edges = Float64Array.from(xs.flatMap((x, i) => edge(x, ys[i], xs.at(i - 1)!, ys.at(i - 1)!)));
  return (row) => {
    const x = places.x[row];
    const y = places.y[row];
    let crossed = 0;
    for (let at = 0; at < edges.length; at += 4) {
      if (y >= edges[at] && y < edges[at + 1] && x < edges[at + 2] + y * edges[at + 3]) crossed ^= 1;
    }
    return crossed === 1;
  };
}

/** From which line to which an edge goes, and the x where it is: `x + y · slope`. */
function edge(x: number, y: number, x1: number, y1: number): [number, number, number, number] {
  const slope = y === y1 ? 0 : (x1 - x) / (y1 - y);
  return [Math.min(y, y1), Math.max(y, y1), x - y * slope, slope];
}

export function rectangle([x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]): Outline {
  return [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ];
}
