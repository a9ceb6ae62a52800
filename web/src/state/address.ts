// The view in the page's address, after the #, so that a reload or a pasted link comes back to it.
// Short names, plain values, defaults left out; what cannot be understood is passed over.

import type { CameraState } from "../scene/types";
import { axesFrom, writeAxes, type AxesAddress } from "./axesAddress";
import type { Looks } from "./appearance.svelte";
import type { ChartOutline } from "./charts.svelte";
import { type CompareAddress, compareFrom, writeCompare } from "./comparingAddress";
import type { SelectionOrigin } from "./selection.svelte";

export interface Address extends AxesAddress {
  embedding?: string;
  /** What the right panel shows. */
  pane?: string;
  layout?: string;
  axes?: number[];
  dimensions?: 2 | 3;
  color?: string;
  scale?: string;
  picked?: number[];
  palette?: string;
  /** The ends of the colour scale. */
  limits?: readonly [number, number];
  looks?: Looks;
  charts?: ChartOutline[];
  /** What it is compared with. */
  compare?: CompareAddress;
  label?: string;
  /** The search whose matches are selected. */
  selected?: SelectionOrigin;
  /** The text that is looked up. */
  text?: string;
  query?: string;
  searchIn?: string;
  regex?: boolean;
  point?: number;
  metric?: string;
  k?: number;
  thumbnails?: boolean;
  /** The ways of the selected points. */
  trails?: boolean;
  camera?: CameraState;
  /** The step of the training that is seen. */
  step?: number;
}

const TEXTS = {
  embedding: "e",
  pane: "v",
  layout: "p",
  color: "c",
  scale: "s",
  label: "l",
  text: "tx",
  query: "q",
  searchIn: "in",
  metric: "m",
  palette: "pal",
} as const;

const LOOKS = { sizeBy: "sz", opacityBy: "op", linkBy: "ln", orderBy: "lo", nameBy: "nm" } as const;

export function toHash(address: Address): string {
  const out = new URLSearchParams();
  for (const [key, short] of Object.entries(TEXTS)) {
    const value = address[key as keyof typeof TEXTS];
    if (value !== undefined) out.set(short, value);
  }
  if (address.axes) out.set("a", address.axes.map((k) => k + 1).join(","));
  if (address.dimensions) out.set("d", String(address.dimensions));
  if (address.picked?.length) out.set("pick", address.picked.join(","));
  if (address.selected) {
    const { query, column, mode } = address.selected;
    out.append("sel", query);
    out.append("sel", column);
    if (mode === "regex") out.append("sel", mode);
  }
  if (address.limits) out.set("lim", address.limits.join(","));
  writeLooks(out, address.looks);
  writeCompare(out, address.compare);
  for (const [name, bins] of address.charts ?? []) {
    out.append("ch", name);
    out.append("chb", bins.join(","));
  }
  writeAxes(out, address);
  if (address.regex) out.set("re", "1");
  if (address.point !== undefined) out.set("i", String(address.point));
  if (address.k) out.set("k", String(address.k));
  if (address.step !== undefined) out.set("st", String(address.step));
  if (address.thumbnails) out.set("t", "1");
  if (address.trails) out.set("tr", "1");
  if (address.camera) out.set("cam", cameraText(address.camera));
  return out.size ? `#${out}` : "";
}

export function fromHash(hash: string): Address {
  const found = new URLSearchParams(hash.replace(/^#/, ""));
  const address: Address = axesFrom(found);
  for (const [key, short] of Object.entries(TEXTS)) {
    const value = found.get(short);
    if (value !== null) address[key as keyof typeof TEXTS] = value;
  }
  const axes = integers(found.get("a")).map((k) => k - 1);
  if (axes.length === 3 && axes.every((k) => k >= 0)) address.axes = axes;
  const dimensions = Number(found.get("d"));
  if (dimensions === 2 || dimensions === 3) address.dimensions = dimensions;
  if (found.has("pick")) address.picked = integers(found.get("pick"));
  const limits = found.has("lim") ? found.get("lim")!.split(",").map(Number) : [];
  if (limits.length === 2 && limits[0]! < limits[1]!) address.limits = [limits[0]!, limits[1]!];
  const bins = found.getAll("chb");
  const charts = found.getAll("ch").map((name, i): ChartOutline => [name, integers(bins[i] ?? null)]);
  if (charts.length) address.charts = charts;
  const compare = compareFrom(found);
  if (compare) address.compare = compare;
  const looks = looksFrom(found);
  if (Object.keys(looks).length) address.looks = looks;
  const [query, column = "", mode] = found.getAll("sel");
  if (query) address.selected = { query, column, mode: mode === "regex" ? "regex" : "words" };
  if (found.get("re") === "1") address.regex = true;
  const [point] = integers(found.get("i"));
  if (point !== undefined && point >= 0) address.point = point;
  const [k] = integers(found.get("k"));
  if (k !== undefined && k > 0) address.k = k;
  const [step] = integers(found.get("st"));
  if (step !== undefined && step >= 0) address.step = step;
  if (found.get("t") === "1") address.thumbnails = true;
  if (found.get("tr") === "1") address.trails = true;
  const camera = cameraFrom(found.get("cam"), address.dimensions);
  if (camera) address.camera = camera;
  return address;
}

function writeLooks(out: URLSearchParams, looks: Looks = {}): void {
  for (const [key, short] of Object.entries(LOOKS)) {
    const value = looks[key as keyof typeof LOOKS];
    if (value !== undefined) out.set(short, value);
  }
  if (looks.contours) out.set("ct", "1");
  if (looks.clear) out.set("fog", "0");
  if (looks.thumbnailSize) out.set("ts", String(looks.thumbnailSize));
}

function looksFrom(found: URLSearchParams): Looks {
  const looks: Looks = {};
  for (const [key, short] of Object.entries(LOOKS)) {
    const value = found.get(short);
    if (value !== null) looks[key as keyof typeof LOOKS] = value;
  }
  if (found.get("ct") === "1") looks.contours = true;
  if (found.get("fog") === "0") looks.clear = true;
  const [size] = integers(found.get("ts"));
  if (size !== undefined && size >= 8 && size <= 160) looks.thumbnailSize = size;
  return looks;
}

function cameraText({ target, zoom, yaw, pitch }: CameraState): string {
  return [...target, zoom, yaw, pitch].map((value) => Number(value.toPrecision(6))).join(",");
}

function cameraFrom(text: string | null, dimensions: 2 | 3 = 2): CameraState | null {
  const numbers = (text ?? "").split(",").map(Number);
  if (text === null || numbers.length !== 6 || !numbers.every(Number.isFinite)) return null;
  const [x, y, z, zoom, yaw, pitch] = numbers as [number, number, number, number, number, number];
  return zoom > 0 ? { dimensions, target: [x, y, z], zoom, yaw, pitch } : null;
}

function integers(text: string | null): number[] {
  return (text ?? "")
    .split(",")
    .filter((part) => /^-?\d+$/.test(part))
    .map(Number);
}
