// A column's values as the page holds them: typed arrays, and texts left in UTF-8 until one is read,
// so that a million labels cost no objects.

import type { ColumnMessage, Kind } from "../schema/messages";
import type { Packet } from "./packet";

export interface ColumnData {
  readonly name: string;
  readonly kind: Kind;
  readonly n: number;
  readonly missing: number;
  /** The value of one point as a person reads it, null where it is missing. */
  text(row: number): string | null;
  /** Category columns: a code a point, -1 where it is missing. */
  readonly codes: Int32Array | null;
  readonly categories: string[];
  /** Integer, number, boolean and time columns: NaN where it is missing. */
  readonly values: Float64Array | null;
  /** Text columns: their bytes, where they came so. */
  readonly texts?: Texts;
  /** What it is, in a sentence, where its name does not say it all. */
  readonly says?: string;
  /** The scale of its numbers, where that is of more than these: of all steps. `parts`: how many values there are. */
  readonly whole?: { minimum: number; maximum: number; positive: number; parts: number | null };
}

/** Texts in UTF-8 one behind the other: that of a point is `bytes[offsets[row]:offsets[row + 1]]`. */
export interface Texts {
  readonly offsets: Uint32Array;
  readonly bytes: Uint8Array;
  /** 1 where a point has none. */
  readonly missing?: Uint8Array;
}

/** Beyond this JavaScript knows no dates: 275,760 years from 1970. */
const MOST_MILLISECONDS = 8.64e15;
const YEAR = 365.2425 * 86_400_000;
const MOST_BRIEF = 300;
const MANY_DAYS = 60 * 86_400_000;
const TEXT_DECODER = new TextDecoder();

/** The column that a packet holds. */
export function columnFrom({ message, arrays }: Packet<ColumnMessage>): ColumnData {
  const outline = { name: message.name, kind: message.kind, n: message.n, missing: message.missing };
  const nothing = { codes: null, categories: [] as string[], values: null };
  if (message.kind === "text") {
    const offsets = arrays.offsets as Uint32Array;
    const bytes = arrays.bytes as Uint8Array;
    const missing = arrays.missing as Uint8Array | undefined;
    const text = (row: number) =>
      missing?.[row] ? null : TEXT_DECODER.decode(bytes.subarray(offsets[row], offsets[row + 1]));
    return { ...outline, ...nothing, text, texts: { offsets, bytes, missing } };
  }
  if (message.kind === "category") {
    const codes = arrays.codes as Int32Array;
    const categories = message.categories;
    return { ...outline, ...nothing, codes, categories, text: (row) => categories[codes[row]!] ?? null };
  }
  const values = arrays.values as Float64Array;
  return { ...outline, ...nothing, values, text: (row) => formatValue(values[row]!, message.kind) };
}

/** A number, boolean or time as a person reads it; null for NaN. */
export function formatValue(value: number, kind: Kind): string | null {
  if (Number.isNaN(value)) return null;
  if (kind === "boolean") return value ? "true" : "false";
  if (kind === "time") return formatTime(value);
  if (kind === "integer") return formatCount(value);
  return formatNumber(value);
}

/** A number in at most five significant digits, with a true minus. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential(3).replaceAll("-", "−");
  const [whole, fraction] = String(Number(value.toPrecision(5))).split(".");
  return formatCount(Number(whole), whole!.startsWith("-")) + (fraction ? `.${fraction}` : "");
}

/** A whole number with commas. (Not toLocaleString: its first call holds a page up for tens of milliseconds.) */
export function formatCount(count: number, negative = count < 0): string {
  const digits = String(Math.abs(count)).replace(/\B(?=(\d{3})+$)/g, ",");
  return negative ? `−${digits}` : digits;
}

/** A share from 0 to 1 in percent. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.0005) return `${Number((share * 100).toPrecision(1))}%`;
  return `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)}%`;
}

/** The two ends of a scale: times that lie far apart are days, since nobody reads their seconds. */
export function formatEnd(value: number, kind: Kind, span: number): string {
  const text = formatValue(value, kind) ?? "";
  return kind === "time" && span > MANY_DAYS ? text.replace(/ \d\d:\d\d:\d\d$/, "") : text;
}

/** A text as it stands in a list, where one that shows nothing would look like a fault. */
export function shownText(text: string): string {
  return text === "" ? "(empty)" : text.trim() === "" ? "(blank)" : text;
}

/** As much of a text as a tooltip or a heading holds: the browser lays out all of it, seen or not. */
export function briefly(text: string): string {
  return text.length > MOST_BRIEF ? `${text.slice(0, MOST_BRIEF)}…` : text;
}

function formatTime(milliseconds: number): string {
  if (Math.abs(milliseconds) > MOST_MILLISECONDS) return `${formatNumber(milliseconds / YEAR + 1970)} as a year`;
  const [day, time] = new Date(milliseconds).toISOString().split("T") as [string, string];
  return time === "00:00:00.000Z" ? day : `${day} ${time.slice(0, 8)}`;
}
