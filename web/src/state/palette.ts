// The palettes. Up to ten categories: the colours of Okabe and Ito (2008, "Color Universal Design"),
// which people with any common colour vision tell apart, with three more and with yellow and blue moved
// so that they hold on both grounds. Up to forty: equal lightness, each next colour the one farthest from
// all before it. Beyond: "other", in grey; a colour never stands for two things.

import { hex, labToRgb, oklch, rgbToLab, type Lab, type Rgb } from "../scene/oklch";

export type Theme = "light" | "dark";

export const MOST_COLORS = 40;

const FEW: Record<Theme, string[]> = {
  dark: ["#56b4e9", "#e69f00", "#1fbf8f", "#e98fc0", "#f0e442", "#ef6c35", "#7d8cf5", "#b7d36b", "#c9a58a", "#b58be0"],
  light: ["#2b8fd0", "#e08e00", "#009e73", "#cc5fa0", "#bfae00", "#d55e00", "#4353c4", "#7a9b1e", "#8c6a50", "#8552bd"],
};

export const OTHER: Record<Theme, Rgb> = { dark: oklch(0.52, 0.01, 260), light: oklch(0.68, 0.008, 85) };
export const PLAIN: Record<Theme, Rgb> = { dark: oklch(0.76, 0.1, 245), light: oklch(0.52, 0.12, 250) };
export const MISSING: Record<Theme, Rgb> = { dark: oklch(0.4, 0.01, 260), light: oklch(0.8, 0.006, 85) };

// Viridis (Smith and van der Walt, 2015), eleven stops, without the end that would drown in the ground.
const VIRIDIS = [
  "#440154",
  "#482475",
  "#414487",
  "#355f8d",
  "#2a788e",
  "#21918c",
  "#22a884",
  "#44bf70",
  "#7ad151",
  "#bddf26",
  "#fde725",
].map((text) => rgbToLab(hex(text)));
const VIRIDIS_SPAN: Record<Theme, [number, number]> = { dark: [0.18, 1], light: [0, 0.86] };

// From what a person should distrust, warm, to what they may trust, cool; lighter or darker all the way.
const TRUST: Record<Theme, Lab[]> = {
  dark: [
    oklch(0.5, 0.16, 25),
    oklch(0.62, 0.15, 50),
    oklch(0.74, 0.12, 85),
    oklch(0.82, 0.1, 140),
    oklch(0.88, 0.1, 185),
  ].map(rgbToLab),
  light: [
    oklch(0.8, 0.14, 70),
    oklch(0.72, 0.15, 55),
    oklch(0.6, 0.09, 150),
    oklch(0.5, 0.09, 200),
    oklch(0.38, 0.1, 250),
  ].map(rgbToLab),
};

/** A palette that a person may choose, in place of the first of its kind. */
export interface PaletteChoice {
  id: string;
  label: string;
}

export const CATEGORY_PALETTES: PaletteChoice[] = [
  { id: "safe", label: "colour-blind safe" },
  { id: "even", label: "equal lightness" },
  { id: "tableau", label: "Tableau" },
];
export const SEQUENTIAL_PALETTES: PaletteChoice[] = [
  { id: "viridis", label: "viridis" },
  { id: "cividis", label: "cividis, colour-blind safe" },
  { id: "magma", label: "magma" },
  { id: "blue", label: "one blue" },
  { id: "grey", label: "grey" },
];
export const DIVERGING_PALETTES: PaletteChoice[] = [
  { id: "blue-orange", label: "blue – orange" },
  { id: "purple-green", label: "purple – green" },
  { id: "blue-red", label: "blue – red" },
];

// The ten of Tableau 10 (Stone, 2016); beyond them the generated ones.
const TABLEAU = [
  "#4e79a7",
  "#f28e2b",
  "#e15759",
  "#76b7b2",
  "#59a14f",
  "#edc948",
  "#b07aa1",
  "#ff9da7",
  "#9c755f",
  "#bab0ac",
];

// Cividis (Nuñez, Anderton and Renslow, 2018) and magma (van der Walt and Smith, 2015) in a few stops.
const STOPS: Record<string, Lab[]> = {
  viridis: VIRIDIS,
  cividis: ["#00224e", "#35456c", "#666970", "#948e77", "#c8b866", "#fee838"].map((text) => rgbToLab(hex(text))),
  magma: ["#000004", "#2c115f", "#721f81", "#b73779", "#f1605d", "#feb078", "#fcfdbf"].map((text) =>
    rgbToLab(hex(text)),
  ),
  blue: [oklch(0.3, 0.09, 258), oklch(0.55, 0.13, 250), oklch(0.78, 0.1, 240), oklch(0.95, 0.03, 230)].map(rgbToLab),
  grey: [oklch(0.18, 0.006, 260), oklch(0.97, 0.004, 260)].map(rgbToLab),
};

/** The part of a ramp that stays apart from the ground. */
const SPANS: Record<string, Record<Theme, [number, number]>> = {
  viridis: VIRIDIS_SPAN,
  cividis: { dark: [0.16, 1], light: [0, 0.86] },
  magma: { dark: [0.24, 1], light: [0.06, 0.8] },
  blue: { dark: [0.18, 1], light: [0, 0.78] },
  grey: { dark: [0.26, 1], light: [0, 0.72] },
};

/** The two hues of a diverging palette, from below to above. */
const HUES: Record<string, [number, number]> = {
  "purple-green": [310, 150],
  "blue-red": [250, 25],
};

const DIVERGING: Record<Theme, Lab[]> = {
  dark: [
    oklch(0.72, 0.15, 245),
    oklch(0.6, 0.09, 245),
    oklch(0.48, 0.012, 260),
    oklch(0.68, 0.1, 60),
    oklch(0.82, 0.16, 65),
  ].map(rgbToLab),
  light: [
    oklch(0.42, 0.14, 255),
    oklch(0.62, 0.1, 250),
    oklch(0.83, 0.008, 85),
    oklch(0.68, 0.13, 60),
    oklch(0.52, 0.15, 48),
  ].map(rgbToLab),
};

/** `count` colours that can be told apart; never more than forty. */
export function categorical(theme: Theme, count: number, palette = "safe"): Rgb[] {
  if (palette === "even") return many(theme, Math.min(count, MOST_COLORS));
  const few = (palette === "tableau" ? TABLEAU : FEW[theme]).map(hex);
  return count <= few.length ? few.slice(0, count) : many(theme, Math.min(count, MOST_COLORS));
}

const generated = new Map<string, Rgb[]>();

function many(theme: Theme, count: number): Rgb[] {
  const key = `${theme}`;
  if (!generated.has(key)) generated.set(key, farthest(candidates(theme), MOST_COLORS));
  return generated.get(key)!.slice(0, count);
}

function candidates(theme: Theme): Lab[] {
  const lightness = theme === "dark" ? 0.76 : 0.58;
  const out: Lab[] = [];
  for (const chroma of [0.17, 0.12, 0.07]) {
    for (let hue = 0; hue < 360; hue += 5) out.push(rgbToLab(oklch(lightness, chroma, hue)));
  }
  return out;
}

/** Greedy farthest-point choice, for normal eyes and for eyes without the red–green channel alike. */
function farthest(from: Lab[], count: number): Rgb[] {
  const nearest = new Float64Array(from.length).fill(Infinity);
  const chosen: Rgb[] = [];
  let next = 0;
  while (chosen.length < count) {
    const color = from[next]!;
    chosen.push(labToRgb(color));
    for (let i = 0; i < from.length; i++) nearest[i] = Math.min(nearest[i]!, distance(color, from[i]!));
    next = nearest.indexOf(Math.max(...nearest));
  }
  return chosen;
}

function distance([l, a, b]: Lab, [m, c, d]: Lab): number {
  return Math.hypot(l - m, a - c, b - d) + Math.hypot(l - m, b - d);
}

/** 256 colours from low to high, as RGB bytes one after another. */
export function sequential(theme: Theme, palette = "viridis"): Uint8Array {
  const name = palette in STOPS ? palette : "viridis";
  const [low, high] = SPANS[name]![theme];
  return ramp(STOPS[name]!, (share) => low + (high - low) * share);
}

/** 256 colours from distrust to trust. */
export function trust(theme: Theme): Uint8Array {
  return ramp(TRUST[theme], (share) => share);
}

/** 256 colours through grey in the middle. */
export function diverging(theme: Theme, palette = "blue-orange"): Uint8Array {
  const hues = HUES[palette];
  return ramp(hues ? apart(hues, theme) : DIVERGING[theme], (share) => share);
}

/** Two hues that grow from a grey which is near the ground. */
function apart([below, above]: [number, number], theme: Theme): Lab[] {
  const [far, half, middle] = theme === "dark" ? [0.78, 0.63, 0.48] : [0.46, 0.64, 0.83];
  return [
    oklch(far, 0.15, below),
    oklch(half, 0.1, below),
    oklch(middle, 0.01, 260),
    oklch(half, 0.1, above),
    oklch(far, 0.15, above),
  ].map(rgbToLab);
}

function ramp(stops: Lab[], at: (share: number) => number): Uint8Array {
  const out = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) {
    const place = at(i / 255) * (stops.length - 1);
    const index = Math.min(stops.length - 2, Math.floor(place));
    const mix = place - index;
    const [from, to] = [stops[index]!, stops[index + 1]!];
    const rgb = labToRgb([0, 1, 2].map((k) => from[k]! * (1 - mix) + to[k]! * mix) as Lab);
    out.set(rgb.map(Math.round), i * 3);
  }
  return out;
}
