/**
 * The labels on their canvas: chosen now and then, moved with their points on every frame, faded in and out.
 */
import type { Candidate, Placement, Rectangle, Side } from "./labels";
import { beside, mostLabels, overlaps, placeLabels, shorten } from "./labels";
import { css, type Palette } from "./theme";

const FADE_MS = 150;
const SHORT = 32;
const FULL = 80;
const STRONG = 12;
const HEIGHT = 16;
const CANDIDATES = 160;
const MARGIN = 8;
export const FAMILY = '"Inter Variable", Inter, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

export interface ScreenPlace {
  x: number;
  y: number;
  visible: boolean;
}

/** What the layer needs to know of the picture. */
export interface LabelWorld {
  place(row: number): ScreenPlace;
  text(row: number): string;
  /** Rows worth a label, the most important first; may be long, is read only as far as needed. */
  candidates(): Iterable<number>;
  pinned: readonly number[];
  hover: number;
  /** The free area in CSS pixels. */
  area: Rectangle;
  /** Where something else is written. */
  taken: readonly Rectangle[];
  /** From the middle of a point to its label. */
  gap(row: number): number;
}

interface Shown {
  words: string;
  width: number;
  side: Side;
  strong: boolean;
  opacity: number;
  goal: number;
}

export class LabelLayer {
  private readonly shown = new Map<number, Shown>();
  private readonly widths = new Map<string, number>();
  private last = 0;

  constructor(private readonly context: CanvasRenderingContext2D) {}

  /** Whether no label is to be seen. */
  get empty(): boolean {
    return this.shown.size === 0;
  }

  /** Forget the words, which may be others now. */
  reset(): void {
    this.shown.clear();
    this.widths.clear();
  }

  /** Choose again which labels are to be seen. */
  choose(world: LabelWorld): void {
    const ranks = new Map<number, number>();
    const candidates = this.collect(world, ranks);
    const { left, right, top, bottom } = world.area;
    const area = { left: left + MARGIN, right: right - MARGIN, top: top + MARGIN, bottom: bottom - MARGIN };
    const standing = [...this.shown].filter(([, label]) => label.goal > 0);
    const sides = new Map(standing.map(([row, label]) => [row, label.side]));
    const gap = candidates.length ? world.gap(candidates[0].row) : 6;
    const most = mostLabels(right - left, bottom - top);
    const placed = placeLabels(candidates, area, most, gap, sides, world.taken);
    this.aim(placed, world, ranks);
  }

  /** Draw all labels where their points are now; returns whether some are still fading. */
  draw(world: LabelWorld, palette: Palette, now: number, cut: boolean): boolean {
    const step = cut ? 1 : Math.min(now - this.last, 60) / FADE_MS;
    this.last = now;
    let fading = false;
    const taken = [...world.taken];
    const hovered = this.hoverBox(world);
    if (hovered) taken.push(hovered.box);
    for (const [row, label] of this.shown) {
      const box = this.boxOf(row, label, world, taken);
      const goal = box && row !== world.hover ? label.goal : 0;
      label.opacity = clamp(label.opacity + Math.sign(goal - label.opacity) * step, goal);
      if (label.opacity !== goal) fading = true;
      if (box && label.opacity > 0 && row !== world.hover) this.write(label, box, palette);
      else if (label.goal === 0 && label.opacity === 0) this.shown.delete(row);
    }
    if (hovered) this.writeHovered(hovered, palette);
    return fading;
  }

  private collect(world: LabelWorld, ranks: Map<number, number>): Candidate[] {
    const found: (Candidate & { rank: number })[] = [];
    const seen = new Set<number>();
    const add = (row: number, pinned: boolean) => {
      if (seen.has(row)) return;
      seen.add(row);
      const { x, y, visible } = world.place(row);
      const words = visible ? shorten(world.text(row), SHORT) : "";
      if (!words) return;
      const rank = found.length;
      ranks.set(row, rank);
      // A label that is there already is kept against slightly better ones, so that panning does not flicker.
      const kept = this.shown.has(row) ? rank / 4 - 1 : rank;
      // Measured when it is a label's turn: most never have one.
      const measure = () => this.measure(words, rank < STRONG);
      found.push({
        row,
        x,
        y,
        get width() {
          return measure();
        },
        height: HEIGHT,
        pinned,
        rank: pinned ? -2 : kept,
      });
    };
    for (const row of world.pinned) add(row, true);
    for (const row of world.candidates()) {
      if (found.length >= CANDIDATES) break;
      add(row, false);
    }
    return found.sort((a, b) => a.rank - b.rank);
  }

  private aim(placed: Placement[], world: LabelWorld, ranks: Map<number, number>): void {
    const old = new Map(this.shown);
    this.shown.clear();
    for (const { row, side } of placed) {
      const words = shorten(world.text(row), SHORT);
      const strong = (ranks.get(row) ?? STRONG) < STRONG;
      const width = this.measure(words, strong);
      this.shown.set(row, { words, width, side, strong, opacity: old.get(row)?.opacity ?? 0, goal: 1 });
      old.delete(row);
    }
    for (const [row, label] of old) if (label.opacity > 0) this.shown.set(row, { ...label, goal: 0 });
  }

  /** Where a label stands now, null where it would leave the picture or lie over another one. */
  private boxOf(row: number, label: Shown, world: LabelWorld, taken: Rectangle[]): Rectangle | null {
    const { x, y, visible } = world.place(row);
    if (!visible) return null;
    const box = beside({ x, y, width: label.width, height: HEIGHT }, label.side, world.gap(row));
    const free = !taken.some((other) => overlaps(box, other));
    if (free && label.goal > 0) taken.push(box);
    return free ? box : null;
  }

  private hoverBox(world: LabelWorld): { words: string; box: Rectangle } | null {
    if (world.hover < 0) return null;
    const { x, y, visible } = world.place(world.hover);
    const words = visible ? shorten(world.text(world.hover), FULL) : "";
    if (!words) return null;
    const { left, right } = world.area;
    const size = { x, y, width: this.measure(words, true), height: HEIGHT };
    const gap = world.gap(world.hover) + 12;
    const sides = (["right", "left", "above", "below"] as const).map((side) => beside(size, side, gap));
    return { words, box: sides.find((box) => box.left >= left + MARGIN && box.right <= right - MARGIN) ?? sides[2] };
  }

  private measure(words: string, strong: boolean): number {
    const key = strong ? `!${words}` : words;
    let width = this.widths.get(key);
    if (width === undefined) {
      if (this.widths.size > 20000) this.widths.clear();
      this.context.font = font(strong);
      width = this.context.measureText(words).width;
      this.widths.set(key, width);
    }
    return width;
  }

  private write({ words, strong, opacity }: Shown, box: Rectangle, palette: Palette): void {
    const { context } = this;
    context.globalAlpha = opacity;
    context.font = font(strong);
    context.textBaseline = "middle";
    context.lineJoin = "round";
    const y = (box.top + box.bottom) / 2;
    for (const [width, alpha] of [
      [6, 0.35],
      [3.5, 0.8],
    ]) {
      context.lineWidth = width;
      context.strokeStyle = css(palette.background, alpha);
      context.strokeText(words, box.left, y);
    }
    context.fillStyle = css(palette.ink, strong ? 1 : 0.88);
    context.fillText(words, box.left, y);
    context.globalAlpha = 1;
  }

  private writeHovered({ words, box }: { words: string; box: Rectangle }, palette: Palette): void {
    const { context } = this;
    context.globalAlpha = 1;
    context.fillStyle = css(palette.background, 0.9);
    context.strokeStyle = css(palette.ink, 0.16);
    context.lineWidth = 1;
    context.beginPath();
    context.roundRect(box.left - 7, box.top - 4, box.right - box.left + 14, HEIGHT + 8, 6);
    context.fill();
    context.stroke();
    context.font = font(true);
    context.textBaseline = "middle";
    context.fillStyle = css(palette.ink);
    context.fillText(words, box.left, (box.top + box.bottom) / 2);
  }
}

const font = (strong: boolean) => (strong ? `600 13px ${FAMILY}` : `450 12px ${FAMILY}`);

/** Stop a step that went past its goal of 0 or 1. */
function clamp(opacity: number, goal: number): number {
  if (goal === 0) return Math.max(opacity, 0);
  return Math.min(opacity, 1);
}
