// One vector as a strip of cells, blue below zero and orange above.

import { diverging, type Theme } from "../state/palette";

/** More cells than this cannot be told apart in the panel. */
export const MOST_CELLS = 160;

/** The colour of a number on a scale from -reach to reach, as a place in the palette's 256; -1: no number. */
export function level(value: number, reach: number): number {
  if (Number.isNaN(value)) return -1;
  return Math.round(127.5 + 127.5 * Math.min(1, Math.max(-1, value / reach)));
}

/** The numbers of `most` cells at most: where there are more dimensions, of each few the one farthest from zero. */
export function cells(vector: Float32Array, most: number): { values: Float32Array; each: number } {
  const each = Math.ceil(vector.length / most);
  if (each === 1) return { values: vector, each };
  const values = new Float32Array(Math.ceil(vector.length / each));
  for (let i = 0; i < vector.length; i++) {
    const at = Math.floor(i / each);
    if (!(Math.abs(values[at]!) > Math.abs(vector[i]!))) values[at] = vector[i]!;
  }
  return { values, each };
}

const palettes = new Map<Theme, Uint8Array>();

function palette(theme: Theme): Uint8Array {
  if (!palettes.has(theme)) palettes.set(theme, diverging(theme));
  return palettes.get(theme)!;
}

/** Draw cells one pixel each; the page stretches them. */
export function draw(canvas: HTMLCanvasElement, values: Float32Array, reach: number, theme: Theme): void {
  const context = canvas.getContext("2d");
  if (!context || !values.length) return;
  canvas.width = values.length;
  canvas.height = 1;
  const image = context.createImageData(values.length, 1);
  const colors = palette(theme);
  for (let i = 0; i < values.length; i++) {
    const place = level(values[i]!, reach);
    if (place >= 0) image.data.set([...colors.subarray(place * 3, place * 3 + 3), 255], i * 4);
  }
  context.putImageData(image, 0, 0);
}

/** A background that shows the whole scale, from -reach to reach. */
export function gradient(theme: Theme): string {
  const colors = palette(theme);
  const stops = Array.from({ length: 17 }, (_, i) => {
    const at = Math.round((i / 16) * 255) * 3;
    return `rgb(${colors[at]} ${colors[at + 1]} ${colors[at + 2]})`;
  });
  return `linear-gradient(90deg, ${stops.join(", ")})`;
}
