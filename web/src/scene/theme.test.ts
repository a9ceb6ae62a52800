import { describe, expect, it } from "vitest";
import { labToRgb, oklch, rgbToLab, type Rgb } from "./oklch";
import { PALETTES } from "./theme";

const luminance = (rgb: Rgb) => {
  const [r, g, b] = rgb.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

it("turns OKLCH white, black and red into sRGB", () => {
  expect(oklch(1, 0, 0).map(Math.round)).toEqual([255, 255, 255]);
  expect(oklch(0, 0, 0)).toEqual([0, 0, 0]);
  expect(oklch(0.628, 0.2577, 29.23).map(Math.round)).toEqual([255, 0, 0]);
});

it("OKLab there and back is the same colour", () => {
  expect(labToRgb(rgbToLab([12, 200, 99])).map(Math.round)).toEqual([12, 200, 99]);
});

describe.each(["dark", "light"] as const)("the %s palette", (theme) => {
  it("has words and accents of enough contrast on its background", () => {
    const { background, ink, accent } = PALETTES[theme];
    for (const colour of [ink, accent]) {
      const [a, b] = [luminance(colour), luminance(background)].sort((x, y) => y - x);
      expect((a + 0.05) / (b + 0.05)).toBeGreaterThan(4.5);
    }
  });
});
