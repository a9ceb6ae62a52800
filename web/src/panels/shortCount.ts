import { formatCount } from "../source/column";

/** A whole number in at most four characters: 999, 1.2k, 12k, 1.2M. */
export function shortCount(count: number): string {
  if (count < 1000) return String(count);
  const [value, unit] = count < 999_500 ? [count / 1000, "k"] : [count / 1e6, "M"];
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)}${unit}`;
}

/** A whole number as it is, where it has up to four digits, else in short. */
export function tightCount(count: number): string {
  return count < 10_000 ? formatCount(count) : shortCount(count);
}
