/** The words that the scene shares with whoever uses it: what goes in, what comes out. */

export type Dimensions = 2 | 3;
export type Theme = "light" | "dark";
export type Tool = "navigate" | "box" | "lasso" | "sphere";
/** What becomes of what was selected before; null: no key said so. */
export type SelectMode = "add" | "remove" | "intersect" | null;

/**
 * Where the person looks from; plain JSON, so it fits into an address or a bookmark.
 *
 * `target` is the place in layout units that sits in the middle of the free area. `zoom` is one over the
 * half extent, in layout units, of the shorter side of that area: it depends neither on the size of the
 * window nor on the layout's bounding box. `yaw` and `pitch` are radians and are 0 in two dimensions.
 */
export interface CameraState {
  dimensions: Dimensions;
  target: [number, number, number];
  zoom: number;
  yaw: number;
  pitch: number;
}

/** Bits a point: what is to be seen of it. */
export const State = { hidden: 1, faded: 2, selected: 4, matched: 8, neighbor: 16 } as const;

/** The bits that lift a point above the others. */
export const LIT = State.selected | State.matched | State.neighbor;

/** Space in CSS pixels at each side that panels cover. */
export interface Insets {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Labels {
  /** What the words come from: labels that are to be seen stay, as long as it is the same. */
  source?: unknown;
  /** The words of one point; an empty string means that it has none. */
  text(row: number): string;
  /** Points, the most important first; null lets the scene choose an order that spreads over the picture. */
  order: Uint32Array | null;
  /** Points that always carry their label. */
  pinned: number[];
  visible: boolean;
}

/** Images of the points `start … start + count - 1`, one after the other as raw pixels. */
export interface PixelPage {
  start: number;
  count: number;
  /** Shape `(count, height, width, channels)`. */
  pixels: Uint8Array;
  channels: 1 | 3 | 4;
}

/** Images of the points `start … start + count - 1` as one picture: a grid, row by row, `columns` wide. */
export interface BitmapPage {
  start: number;
  count: number;
  bitmap: ImageBitmap;
  columns: number;
}

export type ThumbnailPage = PixelPage | BitmapPage;

/** Where one small image a point comes from. It may be read again, after the graphics were lost. */
export interface ThumbnailSource {
  count: number;
  /** Size in pixels of one image. */
  width: number;
  height: number;
  /** Draw brightness as ink in the point's colour (handwriting); undefined: found out from the pixels. */
  ink?: boolean;
  pages(signal: AbortSignal): AsyncIterable<ThumbnailPage>;
}

export interface LayoutOptions {
  /** Move from the layout before (default true, where the number of points is the same). */
  animate?: boolean;
  /** It is another picture, in units of its own: what is seen is taken over into these first. */
  foreign?: boolean;
  /** The box to bring into view, where it is not that of this layout alone. */
  frame?: { low: number[]; high: number[] };
  /** One of many layouts on a way: milliseconds to come here, at an even pace. */
  pace?: number;
  /** Bring the whole layout into view (default: where nobody has moved the camera). */
  fit?: boolean;
}

export interface SceneOptions {
  theme?: Theme;
  reducedMotion?: boolean;
}

/** What the scene tells; every place is in CSS pixels from the container's upper left corner. */
export interface SceneEvents {
  hover: { row: number; x: number; y: number };
  click: { row: number; x: number; y: number; additive: boolean; subtractive: boolean };
  select: { rows: Uint32Array; mode: SelectMode };
  camera: CameraState;
  /** A frame was given to the graphics, which may still work on it. */
  painted: { drawn: number };
  /** The graphics have finished a frame. */
  frame: SceneStats;
}

export interface SceneStats {
  /** Points drawn in the last frame; fewer than `points` only while the camera moves. */
  drawn: number;
  points: number;
  /** Milliseconds from the start of the last frame until the graphics had finished it. */
  frameMs: number;
}
