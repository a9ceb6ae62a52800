/** The scene's own colours, composed in OKLCH; every other colour belongs to the data. */
import { oklch as bytes, type Rgb } from "./oklch";
import type { Theme } from "./types";

export interface Palette {
  background: Rgb;
  /** Words and rings. */
  ink: Rgb;
  accent: Rgb;
  /**
   * What a disc covers of what lies below it, as a share of its own opacity. Below 1 light adds up, so dense
   * places glow; above 1 it is taken away, so dense places darken.
   */
  cover: number;
  /** How much stronger discs are than on a dark ground, where light adds up. */
  weight: number;
}

/** A colour for a 2-D canvas. */
export function css([r, g, b]: Rgb, alpha = 1): string {
  return `rgb(${Math.round(r * 255)} ${Math.round(g * 255)} ${Math.round(b * 255)} / ${alpha})`;
}

/** sRGB, 0–1, as the graphics want it. */
function oklch(lightness: number, chroma: number, hue: number): Rgb {
  return bytes(lightness, chroma, hue).map((value) => value / 255) as Rgb;
}

export const PALETTES: Record<Theme, Palette> = {
  dark: {
    background: oklch(0.17, 0.015, 260),
    ink: oklch(0.96, 0.005, 260),
    accent: oklch(0.78, 0.11, 235),
    cover: 0.8,
    weight: 1,
  },
  light: {
    background: oklch(0.985, 0.006, 85),
    ink: oklch(0.25, 0.015, 260),
    accent: oklch(0.52, 0.13, 245),
    cover: 1.18,
    weight: 1.4,
  },
};
