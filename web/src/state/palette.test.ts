import { describe, expect, it } from "vitest";
import { oklch, rgbToLab } from "../scene/oklch";
import { categorical, diverging, MOST_COLORS, sequential, type Theme } from "./palette";

const THEMES: Theme[] = ["light", "dark"];
const GROUND = { light: oklch(0.985, 0.006, 85), dark: oklch(0.17, 0.015, 260) };

describe.each(THEMES)("the palettes on %s ground", (theme) => {
  it("never repeat a colour", () => {
    for (const count of [3, 10, 11, 40]) {
      const colors = categorical(theme, count).map((rgb) => rgb.map(Math.round).join());
      expect(new Set(colors).size).toBe(count);
    }
  });

  it("stop at forty", () => expect(categorical(theme, 1000)).toHaveLength(MOST_COLORS));

  it("keep every category visible against the ground", () => {
    const ground = rgbToLab(GROUND[theme])[0];
    for (const rgb of categorical(theme, 10)) expect(Math.abs(rgbToLab(rgb)[0] - ground)).toBeGreaterThan(0.2);
  });

  it("rise or fall in lightness all along the sequential scale", () => {
    const bytes = sequential(theme);
    const lightness = Array.from(
      { length: 256 },
      (_, i) => rgbToLab([bytes[i * 3]!, bytes[i * 3 + 1]!, bytes[i * 3 + 2]!])[0],
    );
    for (let i = 8; i < 256; i += 8) expect(lightness[i]!).toBeGreaterThan(lightness[i - 8]!);
  });

  it("are grey in the middle of the diverging scale", () => {
    const bytes = diverging(theme);
    const [, a, b] = rgbToLab([bytes[127 * 3]!, bytes[127 * 3 + 1]!, bytes[127 * 3 + 2]!]);
    expect(Math.hypot(a, b)).toBeLessThan(0.03);
  });
});
