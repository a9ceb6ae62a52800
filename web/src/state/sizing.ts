// How large and how opaque points are, by the number in a column.

import { position, rangeOf, type NumberRange, type Scale } from "./coloring";

/** The byte of a point of the usual size. */
export const USUAL = 64;
/** The smallest point has a quarter of the area of the usual one, the largest nine times as much. */
const [SMALLEST, LARGEST] = [0.5, 3];
const FAINTEST = 0.1;
/** Where the largest value is so many times the middle one, sizes follow the logarithm. */
const SKEWED = 30;
const SAMPLE = 10_000;

/** The scale on which a column's values are seen best. */
export function scaleOf(values: Float64Array, range: NumberRange): Scale {
  if (range.minimum < 0 || !(range.positive > 0)) return "linear";
  const step = Math.max(1, Math.floor(values.length / SAMPLE));
  const seen = Float64Array.from({ length: Math.ceil(values.length / step) }, (_, i) => values[i * step]!)
    .filter((value) => value > 0)
    .sort();
  const middle = seen[seen.length >> 1] ?? 0;
  return middle > 0 && range.maximum > SKEWED * middle ? "log" : "linear";
}

/** A byte a point: its diameter in 64ths of the usual one. Areas are in proportion; a missing value is smallest. */
export function sizesBy(values: Float64Array): Uint8Array {
  return map(values, (place) => {
    const area = SMALLEST ** 2 + (LARGEST ** 2 - SMALLEST ** 2) * place;
    return Math.min(255, Math.round(USUAL * Math.sqrt(area)));
  });
}

/** A byte a point: its opacity, 255 for the whole. A missing value is faintest. */
export function opacitiesBy(values: Float64Array): Uint8Array {
  return map(values, (place) => Math.round(255 * (FAINTEST + (1 - FAINTEST) * place)));
}

function map(values: Float64Array, byte: (place: number) => number): Uint8Array {
  const range = rangeOf(values);
  const out = new Uint8Array(values.length).fill(byte(0));
  if (!range) return out;
  const scale = scaleOf(values, range);
  for (let row = 0; row < out.length; row++) {
    const place = position(values[row]!, scale, range);
    if (!Number.isNaN(place)) out[row] = byte(Math.min(1, Math.max(0, place)));
  }
  return out;
}

/** Colours with these opacities. */
export function withOpacity(rgba: Uint8Array, opacities: Uint8Array): Uint8Array {
  const out = rgba.slice();
  for (let row = 0; row < opacities.length; row++) out[row * 4 + 3] = opacities[row]!;
  return out;
}
