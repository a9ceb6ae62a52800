// Watches what a person selects, isolates, filters and colours, and remembers each change, whichever way it was made.

import type { Level } from "./isolation.svelte";
import { pack, type Packed, sizeOf, unpack } from "./bits";
import type { Chart } from "./charts.svelte";
import type { EmbeddingView } from "./embedding.svelte";
import type { Scale } from "./coloring";
import type { History } from "./history.svelte";
import type { SelectionOrigin } from "./selection.svelte";

interface Coloring {
  by: string;
  scale: Scale;
  palette: string | undefined;
  limits: readonly [number, number] | null;
}

interface Filter {
  picked: ReadonlySet<number>;
  span: readonly [number, number] | null;
  hides: boolean;
  charts: readonly (readonly [Chart, ReadonlySet<number>])[];
}

/** How things stood at a time. */
interface Standing {
  selected: Packed | null;
  count: number;
  origin: SelectionOrigin | null;
  levels: readonly Level[];
  coloring: Coloring;
  filter: Filter;
}

export class Remembering {
  private last: Standing | null = null;
  private lastMask: Uint8Array | null = null;
  private restoring = false;

  constructor(
    private readonly view: EmbeddingView,
    private readonly history: History,
  ) {}

  /** Look at what is to be remembered; called in an effect, so that it is called again after each change. */
  observe(): void {
    const now = this.seen();
    // Colours on their way are no state; neither is what undoing passes through.
    if (!this.view.colors.settled || this.restoring) return;
    this.lastMask = this.view.selection.mask;
    const { last } = this;
    if (!last) return void (this.last = now);
    const said = changeBetween(last, now);
    if (!said) return;
    this.last = now;
    this.history.did({
      ...said,
      bytes: 512 + (last.selected === now.selected ? 0 : sizeOf(now.selected)) + levelBytes(last, now),
      undo: () => this.restore(last),
      redo: () => this.restore(now),
    });
  }

  /** What was selected stays packed as it was, where it is the same. */
  private seen(): Standing {
    const { selection, isolation, colors, charts } = this.view;
    const { mask, count, origin } = selection;
    const known = this.lastMask === mask ? this.last?.selected : null;
    const chosen = charts.list.filter((chart) => chart.chosen.size).map((chart) => [chart, chart.chosen] as const);
    return {
      selected: mask && (known ?? pack(mask, count)),
      count,
      origin,
      levels: isolation.levels,
      coloring: { by: colors.by, scale: colors.scale, palette: colors.palette, limits: colors.limits },
      filter: { picked: colors.picked, span: colors.span, hides: colors.hides, charts: chosen },
    };
  }

  private async restore(then: Standing): Promise<void> {
    this.restoring = true;
    try {
      await this.recolor(then);
      this.refilter(then.filter);
      await this.reisolate(then.levels);
      const { selection } = this.view;
      if (this.last?.selected !== then.selected) selection.put(then.selected && unpack(then.selected));
      selection.origin = then.origin;
    } finally {
      [this.last, this.lastMask] = [then, this.view.selection.mask];
      this.restoring = false;
    }
  }

  private async recolor({ coloring, filter }: Standing): Promise<void> {
    const { colors } = this.view;
    if (colors.by !== coloring.by || colors.scale !== coloring.scale) {
      await colors.use(coloring.by, coloring.scale);
      colors.hides = filter.hides;
    }
    if (coloring.palette && colors.palette !== coloring.palette) colors.palette = coloring.palette;
    if (colors.limits !== coloring.limits) colors.limits = coloring.limits ? [...coloring.limits] : null;
  }

  private refilter({ picked, span, hides, charts: chosen }: Filter): void {
    const { colors, charts } = this.view;
    Object.assign(colors, { picked, span, hides });
    for (const chart of charts.list) {
      const bins = chosen.find(([each]) => each === chart)?.[1] ?? new Set<number>();
      if (!sameSet(chart.chosen, bins)) charts.choose(chart, bins);
    }
  }

  private async reisolate(levels: readonly Level[]): Promise<void> {
    if (this.view.isolation.levels !== levels) await this.view.projecting.isolateAgain(levels);
  }
}

function changeBetween(a: Standing, b: Standing): { says: string; joins?: string } | null {
  if (a.levels !== b.levels && !sameLevels(a.levels, b.levels)) {
    const rows = b.levels.at(-1)?.rows;
    return { says: rows ? `isolating ${points(rows.length)}` : "showing all points" };
  }
  if (a.selected !== b.selected) return { says: b.count ? `selecting ${points(b.count)}` : "clearing the selection" };
  if (!sameColoring(a.coloring, b.coloring)) {
    const slides = a.coloring.by === b.coloring.by && a.coloring.scale === b.coloring.scale;
    const says = `colouring by ${b.coloring.by.replace(/^\*/, "") || "nothing"}`;
    return slides ? { says, joins: "coloring" } : { says };
  }
  if (!sameFilter(a.filter, b.filter)) return { says: "the filter", joins: "filter" };
  return null;
}

function points(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "point" : "points"}`;
}

function sameLevels(a: readonly Level[], b: readonly Level[]): boolean {
  return a.length === b.length && a.every((level, i) => level.rows === b[i]!.rows);
}

function sameColoring(a: Coloring, b: Coloring): boolean {
  return a.by === b.by && a.scale === b.scale && a.palette === b.palette && a.limits?.join() === b.limits?.join();
}

function sameFilter(a: Filter, b: Filter): boolean {
  const charts = (filter: Filter) => filter.charts.map(([{ name }, bins]) => `${name} ${[...bins].join()}`).join(";");
  return (
    sameSet(a.picked, b.picked) && a.span?.join() === b.span?.join() && a.hides === b.hides && charts(a) === charts(b)
  );
}

function sameSet(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  return a.size === b.size && [...a].every((each) => b.has(each));
}

function levelBytes(a: Standing, b: Standing): number {
  return b.levels.reduce(
    (sum, { rows }) => sum + (a.levels.some((each) => each.rows === rows) ? 0 : rows.byteLength),
    0,
  );
}
