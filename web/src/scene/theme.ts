/** The scene's own colours, composed in OKLCH; every other colour belongs to the data. */
import type { Theme } from "./types";

export type Rgb = [number, number, number];

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

/** From lightness (0–1), chroma and hue (degrees) to sRGB (0–1). After Björn Ottosson, 2020. */
export function oklch(lightness: number, chroma: number, hue: number): Rgb {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encode(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** A colour for a 2-D canvas. */
export function css([r, g, b]: Rgb, alpha = 1): string {
  return `rgb(${Math.round(r * 255)} ${Math.round(g * 255)} ${Math.round(b * 255)} / ${alpha})`;
}

export const PALETTES: Record<Theme, Palette> = {
  dark: {
    background: oklch(0.17, 0.015, 260),
    ink: oklch(0.96, 0.005, 260),
    accent: oklch(0.78, 0.11, 235),
    cover: 0.6,
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

function encode(linear: number): number {
  const value = Math.min(Math.max(linear, 0), 1);
  return value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
}
