/** The names of regions, large and quiet, in the middle of what they name; finer ones when one comes nearer. */
import type { Camera } from "./camera";
import { FAMILY } from "./labelLayer";
import { overlaps, shorten, type Rectangle } from "./labels";
import { css, type Palette } from "./theme";

export interface RegionName {
  words: string;
  /** In layout units. */
  x: number;
  y: number;
  /** The share of the points in it. */
  share: number;
}

/** Names for the whole picture, and for parts of it. */
export interface RegionNames {
  coarse: RegionName[];
  fine: RegionName[];
}

const LONGEST = 40;
/** The finer names are shown from so many times the zoom at which the whole picture is seen. */
const NEARER = 2.2;
const [SMALL, LARGE] = [13, 19];

interface Written {
  words: string;
  size: number;
  box: Rectangle;
}

export class RegionNameLayer {
  private names: RegionNames | null = null;
  private written: Written[] = [];

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly changed: () => void,
  ) {}

  /** Show these; null: none. */
  set(names: RegionNames | null): void {
    this.names = names;
    this.changed();
  }

  get empty(): boolean {
    return this.names === null;
  }

  /** Find room for them, the largest first, and say where that is. */
  lay(camera: Camera, homeScale: number, area: Rectangle): Rectangle[] {
    this.written = [];
    if (!this.names || camera.dimensions !== 2) return [];
    const names = camera.scale > homeScale * NEARER ? this.names.fine : this.names.coarse;
    const most = Math.max(...names.map(({ share }) => share));
    for (const { words, x, y, share } of names) {
      const size = Math.round(SMALL + (LARGE - SMALL) * Math.sqrt(share / most));
      const text = shorten(words, LONGEST);
      this.context.font = fontOf(size);
      const half = [this.context.measureText(text).width / 2, size * 0.65] as const;
      const at = camera.project(x, y, 0);
      const box = { left: at.x - half[0], right: at.x + half[0], top: at.y - half[1], bottom: at.y + half[1] };
      if (!within(box, area) || this.written.some((other) => overlaps(box, other.box))) continue;
      this.written.push({ words: text, size, box });
    }
    return this.written.map(({ box }) => box);
  }

  draw(palette: Palette): void {
    const { context } = this;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    for (const { words, size, box } of this.written) {
      const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
      context.font = fontOf(size);
      for (const [width, alpha] of [
        [9, 0.3],
        [5, 0.75],
      ] as const) {
        context.lineWidth = width;
        context.strokeStyle = css(palette.background, alpha);
        context.strokeText(words, x, y);
      }
      context.fillStyle = css(palette.ink, 0.92);
      context.fillText(words, x, y);
    }
    context.textAlign = "start";
  }
}

const fontOf = (size: number) => `650 ${size}px ${FAMILY}`;

function within(box: Rectangle, area: Rectangle): boolean {
  return box.left >= area.left && box.right <= area.right && box.top >= area.top && box.bottom <= area.bottom;
}
