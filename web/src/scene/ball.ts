/** A ball around a place of the layout: a sphere in three dimensions, a disc in two. */
import type { Camera } from "./camera";
import type { Outline } from "./polygon";
import { State } from "./types";

const CORNERS = 72;

export interface Ball {
  center: [number, number, number];
  /** In units of the layout. */
  radius: number;
}

/** The ball around a place whose edge is so many pixels away on the screen. */
export function ballAround(camera: Camera, center: [number, number, number], pixels: number): Ball {
  const { w } = camera.project(...center);
  return { center, radius: (pixels * w) / camera.scale };
}

/** Its edge on the screen. */
export function outlineOf(camera: Camera, { center, radius }: Ball): Outline {
  const { x, y, w } = camera.project(...center);
  const pixels = (radius * camera.scale) / w;
  return Array.from({ length: CORNERS }, (_, i) => {
    const angle = (2 * Math.PI * i) / CORNERS;
    return [x + pixels * Math.cos(angle), y + pixels * Math.sin(angle)] as const;
  });
}

/** The rows inside, in front and behind; hidden ones and those without a place never. */
export function rowsWithin(ball: Ball, positions: Float32Array, states: Uint8Array): Uint32Array {
  const rows = new Uint32Array(countWithin(ball, positions, states));
  let count = 0;
  eachWithin(ball, positions, states, (row) => (rows[count++] = row));
  return rows;
}

/** How many they are. */
export function countWithin(ball: Ball, positions: Float32Array, states: Uint8Array): number {
  let count = 0;
  eachWithin(ball, positions, states, () => count++);
  return count;
}

function eachWithin(
  { center: [cx, cy, cz], radius }: Ball,
  positions: Float32Array,
  states: Uint8Array,
  tell: (row: number) => void,
): void {
  const most = radius * radius;
  for (let row = 0, at = 0; at < positions.length; row++, at += 3) {
    const x = positions[at]! - cx;
    const y = positions[at + 1]! - cy;
    const z = positions[at + 2]! - cz;
    if (x * x + y * y + z * z <= most && !(states[row]! & State.hidden)) tell(row);
  }
}
