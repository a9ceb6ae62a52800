/**
 * Where each thumbnail lies in the memory of the graphics: cells in row-major order on pages.
 *
 * The cell of a point follows from its row alone, so no table is needed. Where the images would take more
 * than the budget, all cells are shrunk alike.
 */

const PAGE = 2048;
const BUDGET = 64 * 2 ** 20;
const LARGEST = 512;

export interface Atlas {
  /** Texels of one cell. */
  width: number;
  height: number;
  columns: number;
  lines: number;
  pages: number;
  /** Whether cells are smaller than the images. */
  shrunk: boolean;
}

/** Plan cells for `count` images of `width` × `height` pixels. */
export function planAtlas(count: number, width: number, height: number, budget = BUDGET): Atlas {
  let share = Math.min(1, LARGEST / Math.max(width, height), Math.sqrt(budget / (count * width * height)));
  for (;;) {
    const atlas = layOut(count, Math.max(1, Math.floor(width * share)), Math.max(1, Math.floor(height * share)));
    const texels = atlas.pages * atlas.columns * atlas.width * atlas.lines * atlas.height;
    if (texels <= budget || share < 0.01) return { ...atlas, shrunk: atlas.width < width };
    share *= 0.97;
  }
}

/** A picture in memory, row by row. */
export interface Pixels {
  data: Uint8Array | Uint8ClampedArray;
  width: number;
  channels: number;
}

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Copy an area from one picture to another; where it shrinks, each texel is the mean of what it covers. */
export function copyArea(source: Pixels, from: Area, target: Pixels, to: Area): void {
  for (let y = 0; y < to.height; y++) {
    const y0 = from.y + Math.floor((y * from.height) / to.height);
    const y1 = Math.max(y0 + 1, from.y + Math.floor(((y + 1) * from.height) / to.height));
    for (let x = 0; x < to.width; x++) {
      const x0 = from.x + Math.floor((x * from.width) / to.width);
      const x1 = Math.max(x0 + 1, from.x + Math.floor(((x + 1) * from.width) / to.width));
      const at = ((to.y + y) * target.width + to.x + x) * target.channels;
      if (x1 - x0 === 1 && y1 - y0 === 1) copyTexel(source, y0 * source.width + x0, target, at);
      else meanTexel(source, x0, y0, x1, y1, target, at);
    }
  }
}

export type Ink = "none" | "bright" | "dark";

/** Whether images are writing on an empty ground: grey, and more than half of it black (or white). */
export function inkOf({ data, channels }: Pixels): Ink {
  let [dark, bright, grey, total] = [0, 0, 0, 0];
  for (let at = 0; at + channels <= data.length; at += channels) {
    const [r, g, b] = channels >= 3 ? [data[at], data[at + 1], data[at + 2]] : [data[at], data[at], data[at]];
    total++;
    if (Math.max(r, g, b) - Math.min(r, g, b) <= 6) grey++;
    if (r + g + b < 48) dark++;
    if (r + g + b > 717) bright++;
  }
  if (!total || grey < total * 0.99) return "none";
  return dark > total * 0.5 ? "bright" : bright > total * 0.5 ? "dark" : "none";
}

function layOut(count: number, width: number, height: number): Omit<Atlas, "shrunk"> {
  const columns = Math.max(Math.min(Math.floor(PAGE / width), count), 1);
  const lines = Math.max(Math.min(Math.floor(PAGE / height), Math.ceil(count / columns)), 1);
  return { width, height, columns, lines, pages: Math.max(Math.ceil(count / (columns * lines)), 1) };
}

function copyTexel(source: Pixels, index: number, target: Pixels, at: number): void {
  const from = index * source.channels;
  const { data, channels } = source;
  if (target.channels === 1) {
    target.data[at] = data[from];
    return;
  }
  target.data[at] = data[from];
  target.data[at + 1] = channels >= 3 ? data[from + 1] : data[from];
  target.data[at + 2] = channels >= 3 ? data[from + 2] : data[from];
  target.data[at + 3] = channels === 4 ? data[from + 3] : 255;
}

function meanTexel(source: Pixels, x0: number, y0: number, x1: number, y1: number, target: Pixels, at: number): void {
  const sums = [0, 0, 0, 0];
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      const from = (y * source.width + x) * source.channels;
      for (let channel = 0; channel < source.channels; channel++) sums[channel] += source.data[from + channel];
    }
  }
  const area = (x1 - x0) * (y1 - y0);
  const mean = { data: Uint8Array.from(sums, (sum) => Math.round(sum / area)), width: 1, channels: source.channels };
  copyTexel(mean, 0, target, at);
}
