// From a view to the page's address and back: what is seen, in the words of the address.

import type { Source } from "../source/source";
import type { Address } from "./address";
import { axesAddress, followAxes } from "./axesAddress";
import type { Scale } from "./coloring";
import type { EndState } from "./directions.svelte";
import { FIDELITY, KEPT } from "./colors.svelte";
import type { EmbeddingView } from "./embedding.svelte";
import { DIRECTIONS, PCA } from "./layout.svelte";
import { Search } from "./search.svelte";
import { rowsOfBits, type SelectionOrigin } from "./selection.svelte";
import { isTemplate } from "./template";

/** What a bookmark holds beside the address. */
export interface Kept {
  selected: Uint32Array | null;
  isolated: Uint32Array | null;
  picture: { name: string; positions: Float32Array; dimensions: 2 | 3 } | null;
}

/** The view as it stands. */
export function addressOf(view: EmbeddingView): Address {
  const { layout, colors, search, neighborhood, columns, replay } = view;
  const first = layout.choices[0]!.id;
  return {
    layout: layout.id === first ? undefined : layout.id,
    axes: layout.id === PCA && layout.axes.join() !== "0,1,2" ? layout.axes : undefined,
    dimensions: layout.dimensions,
    color: colors.by === columns.defaultColor() ? undefined : colors.by,
    scale: colors.scale === (colors.scales[0] ?? "categories") ? undefined : colors.scale,
    palette: colors.palette === colors.palettes[0]?.id ? undefined : colors.palette,
    limits: colors.limits ?? undefined,
    looks: view.appearance.looks(),
    charts: view.charts.list.length ? view.charts.outlines() : undefined,
    picked: colors.picked.size ? [...colors.picked] : undefined,
    label: view.labelBy === columns.defaultLabel() ? undefined : view.labelBy,
    selected: view.selection.origin ?? undefined,
    text: view.lookup.typed,
    query: search.query || undefined,
    searchIn: search.column || undefined,
    regex: search.mode === "regex" || undefined,
    point: neighborhood.row >= 0 ? neighborhood.row : undefined,
    metric: neighborhood.metric === "cosine" ? undefined : neighborhood.metric,
    k: neighborhood.k === 20 ? undefined : neighborhood.k,
    thumbnails: view.showThumbnails || undefined,
    trails: view.trails.on || undefined,
    camera: view.camera ?? undefined,
    ...axesAddress(view),
    step: replay && !replay.atEnd && !replay.playing ? replay.step : undefined,
  };
}

/** Bring a view to what an address names, and to what was kept beside it; what neither names is as at first. */
export async function comeTo(view: EmbeddingView, source: Source, address: Address, kept?: Kept): Promise<void> {
  const { search, neighborhood, selection, outline } = view;
  if (kept) view.isolation.set(kept.isolated);
  const id = kept?.picture ? view.layout.keep(kept.picture, address.layout) : address.layout;
  follow(view, { ...address, layout: id });
  const seen = showFirst(view, id, address.ends);
  dress(view, address);
  if (search.query) void search.run();
  if (address.selected) void selectFound(view, source, address.selected);
  else if (kept?.selected) selection.select(kept.selected);
  else selection.clear();
  if (address.point !== undefined && address.point < outline.n) void neighborhood.focus(address.point);
  else neighborhood.close();
  await seen;
}

function follow(view: EmbeddingView, address: Address): void {
  const { layout, search, neighborhood, columns } = view;
  const named = layout.choices.find((choice) => choice.id === address.layout);
  layout.id = (named ?? layout.choices[0]!).id;
  layout.dimensions = !named && layout.choices[0]!.dimensions === 3 && layout.id !== PCA ? 3 : 2;
  view.projecting.tab = layout.method;
  if (address.dimensions && (address.dimensions === 2 || layout.canBe3d)) layout.dimensions = address.dimensions;
  layout.axes = address.axes?.every((k) => k < 10) ? address.axes : [0, 1, 2];
  view.lookup.text = address.text ?? "";
  search.query = address.query ?? "";
  search.column = address.searchIn && columns.has(address.searchIn) ? address.searchIn : "";
  search.mode = address.regex ? "regex" : "words";
  neighborhood.metric = address.metric === "euclidean" ? "euclidean" : "cosine";
  neighborhood.k = address.k ?? 20;
  view.showThumbnails = Boolean(address.thumbnails && view.outline.thumbnails);
  view.trails.on = Boolean(address.trails && view.replay);
  view.camera = address.camera ?? null;
  followAxes(view, address);
}

/** Colours, labels, looks and charts. */
function dress(view: EmbeddingView, address: Address): void {
  const { columns, colors, motion } = view;
  const { color, label } = address;
  const colorable =
    color !== undefined && (columns.has(color) || motion.has(color) || ["", FIDELITY, KEPT].includes(color));
  void colors.use(colorable ? color : columns.defaultColor(), address.scale as Scale | undefined).then(() => {
    if (address.palette) colors.palette = address.palette;
    colors.limits = address.limits ?? null;
    if (address.picked?.length) colors.pick(address.picked, false);
  });
  view.appearance.follow(address.looks);
  view.charts.set(address.charts ?? []);
  const labelled = label !== undefined && (columns.has(label) || !label || isTemplate(label));
  void view.useLabel(labelled ? label : columns.defaultLabel());
}

/** Select again what a search found. */
async function selectFound(view: EmbeddingView, source: Source, origin: SelectionOrigin): Promise<void> {
  const search = new Search(source, view.outline.index, () => view.step);
  Object.assign(search, { ...origin, column: view.columns.has(origin.column) ? origin.column : "" });
  await search.run();
  if (search.result) view.selection.select(rowsOfBits(search.result.matches, view.outline.n), "replace", origin);
}

/** Show what the address names; a run has to be found before it can be shown. */
async function showFirst(view: EmbeddingView, named?: string, ends?: EndState[]): Promise<void> {
  const { layout, projecting, isolation } = view;
  const runs = layout.runs.load().catch((error: unknown) => (projecting.error = (error as Error).message));
  if (!named || layout.id === named) return layout.place(isolation.rows);
  if (named === DIRECTIONS && ends && (await layout.directions.follow(ends, layout.dimensions)))
    return projecting.show(named);
  await runs;
  if (layout.runs.find(named)) return projecting.show(named);
  await layout.place(isolation.rows);
  if (layout.id !== named) layout.error = "The run that this address names is not kept any more.";
}
