// The Embedding Projector's own bookmarks: an array of states, in which files from the wild lack a field here and there.

import { toHash, type Address } from "./address";
import type { Bookmark } from "./bookmark";
import { packMask, packPlaces } from "./packed";

/** What is known of the embedding that the states are of. */
export interface Target {
  name: string;
  /** Whether it is the first, which an address does not name. */
  first: boolean;
  n: number;
  d: number;
  columns: string[];
}

type Place = Record<string, number>;

/** The fields of a state that we read; all may be missing. */
interface State {
  label?: string;
  selectedProjection?: string;
  dataSetDimensions?: number[];
  tSNEis3d?: boolean;
  umapIs3d?: boolean;
  pcaComponentDimensions?: number[];
  projections?: Place[];
  filteredPoints?: number[];
  selectedPoints?: number[];
  shuffledDataIndices?: number[];
  selectedColorOptionName?: string;
  selectedLabelOption?: string;
}

const NAMES: Record<string, string> = { tsne: "t-SNE", umap: "UMAP", pca: "PCA", custom: "Custom axes" };
const PLACES: Record<string, string[]> = {
  tsne: ["tsne-0", "tsne-1", "tsne-2"],
  umap: ["umap-0", "umap-1", "umap-2"],
  custom: ["linear-x", "linear-y"],
};

/** Whether a file that was read is one of these. */
export function isProjectors(read: unknown): read is State[] {
  const known = ["selectedProjection", "projections", "cameraDef", "pcaComponentDimensions"];
  return (
    Array.isArray(read) && read.some((each) => each && typeof each === "object" && known.some((key) => key in each))
  );
}

/** Our bookmarks for the Projector's states, of which those that belong to other data are left out. */
export async function fromProjector(states: State[], target: Target): Promise<Bookmark[]> {
  const out: Bookmark[] = [];
  for (const state of states) {
    if (state && typeof state === "object" && fits(state, target)) out.push(await bookmarkOf(state, target));
  }
  if (!out.length && states.length) {
    const [n, d] = states[0]?.dataSetDimensions ?? [];
    throw new Error(`These bookmarks are of ${n} × ${d} vectors, and ${target.name} is ${target.n} × ${target.d}.`);
  }
  return out;
}

/** A state of isolated points tells their number alone; their numbers have to be among ours. */
function fits({ dataSetDimensions, filteredPoints }: State, { n, d }: Target): boolean {
  const [points, dimensions] = dataSetDimensions ?? [n, d];
  if (dimensions !== d) return false;
  return filteredPoints?.length ? filteredPoints.every((row) => row >= 0 && row < n) : points! <= n;
}

async function bookmarkOf(state: State, target: Target): Promise<Bookmark> {
  const kind = state.selectedProjection ?? "pca";
  const rows = rowsOf(state, target.n);
  const dimensions =
    kind === "custom" ? 2 : kind === "pca" ? (state.pcaComponentDimensions?.length ?? 3) : is3d(state, kind);
  const column = (name: string | undefined) => (name && target.columns.includes(name) ? name : undefined);
  const address: Address = {
    embedding: target.first ? undefined : target.name,
    dimensions: dimensions === 2 ? 2 : 3,
    color: column(state.selectedColorOptionName) ?? "",
    label: column(state.selectedLabelOption),
  };
  if (kind === "pca") {
    address.layout = "pca";
    const axes = state.pcaComponentDimensions ?? [];
    if (axes.length >= 2 && axes.every((k) => Number.isInteger(k) && k >= 0)) address.axes = [...axes, 2].slice(0, 3);
  }
  const bookmark: Bookmark = { caption: String(state.label ?? ""), address: toHash(address) };
  const places = PLACES[kind] && placesOf(state, PLACES[kind].slice(0, dimensions), rows, target.n);
  if (places) bookmark.picture = { name: NAMES[kind]!, places: await packPlaces(places, dimensions === 2 ? 2 : 3) };
  if (state.filteredPoints?.length) bookmark.isolated = await packMask(maskOf(state.filteredPoints, target.n));
  // Selected are places in the list of points that are shown.
  const selected = (state.selectedPoints ?? []).map((place) => rows[place] ?? -1);
  if (selected.length) bookmark.selected = await packMask(maskOf(selected, target.n));
  return bookmark;
}

/** The row of each of the state's points. */
function rowsOf({ filteredPoints, projections }: State, n: number): number[] {
  if (filteredPoints?.length) return filteredPoints;
  return Array.from({ length: Math.min(projections?.length || n, n) }, (_, row) => row);
}

function is3d(state: State, kind: string): 2 | 3 {
  return (kind === "umap" ? state.umapIs3d : state.tSNEis3d) ? 3 : 2;
}

function placesOf(state: State, names: string[], rows: number[], n: number): Float32Array | null {
  const { projections = [], shuffledDataIndices } = state;
  const out = new Float32Array(n * 3).fill(NaN);
  let found = false;
  projections.forEach((place, i) => {
    const row = rows[shuffledDataIndices?.[i] ?? i];
    const values = names.map((name) => place?.[name]);
    if (row === undefined || row >= n || !values.every((value) => Number.isFinite(value))) return;
    found = true;
    out.set([values[0]!, values[1]!, values[2] ?? 0], row * 3);
  });
  return found ? out : null;
}

function maskOf(rows: number[], n: number): Uint8Array {
  const mask = new Uint8Array(n);
  for (const row of rows) if (row >= 0 && row < n) mask[row] = 1;
  return mask;
}

/** What a state of the Projector is made of. */
export interface Seen {
  caption: string;
  positions: Float32Array;
  dimensions: 2 | 3;
  method: "pca" | "tsne" | "umap" | "custom";
  axes: number[];
  isolated: Uint32Array | null;
  selected: Uint32Array;
  color: string;
  label: string;
  n: number;
  d: number;
}

/** A view in the Projector's form. Its points are those that are shown; it has no place for those that are not. */
export function toProjector(seen: Seen): Record<string, unknown> {
  const { positions, dimensions, method, isolated, n, d } = seen;
  const rows = isolated ?? Uint32Array.from({ length: n }, (_, row) => row);
  const names = method === "pca" ? seen.axes.map((k) => `pca-${k}`) : PLACES[method]!;
  const place = new Map(Array.from(rows, (row, i) => [row, i]));
  const projections = Array.from(rows, (row) => {
    const numbers = names.slice(0, dimensions).map((name, k) => [name, positions[row * 3 + k] || 0] as const);
    return Object.fromEntries(numbers);
  });
  return {
    label: seen.caption,
    isSelected: true,
    selectedProjection: method,
    dataSetDimensions: [rows.length, d],
    tSNEIteration: 0,
    tSNEPerplexity: 30,
    tSNELearningRate: 10,
    tSNEis3d: method === "tsne" && dimensions === 3,
    umapIs3d: method === "umap" && dimensions === 3,
    umapNeighbors: 15,
    umapMinDist: 0.1,
    pcaComponentDimensions: seen.axes.slice(0, dimensions),
    projections,
    filteredPoints: isolated ? Array.from(isolated) : [],
    selectedPoints: Array.from(seen.selected, (row) => place.get(row) ?? -1).filter((at) => at >= 0),
    shuffledDataIndices: projections.map((_, i) => i),
    cameraDef: {
      orthographic: dimensions === 2,
      position: dimensions === 2 ? [0, 0, 4] : [0.45, 0.9, 1.6],
      target: [0, 0, 0],
      zoom: 1.2,
    },
    selectedColorOptionName: seen.color || "No color map",
    forceCategoricalColoring: false,
    selectedLabelOption: seen.label,
  };
}
