// What the points' colours stand for, and which of them the legend lets through.

import { shownText, type ColumnData } from "../source/column";
import { Cancelled } from "../source/source";
import type { ColumnStore } from "./columns.svelte";
import { K } from "./fidelity.svelte";
import {
  alignedTo,
  coloredGroups,
  groupColors,
  groupsOf,
  histogram,
  paintGroups,
  paintNumbers,
  paintPlain,
  palettesFor,
  position,
  rangeFor,
  scalesFor,
  type Groups,
  type LegendEntry,
  type NumberRange,
  type Scale,
  wider,
} from "./coloring";
import { css } from "../scene/oklch";
import { MISSING, type PaletteChoice, type Theme } from "./palette";

const BINS = 48;
/** The name under which points are coloured by how far their own place can be believed. */
export const FIDELITY = "*fidelity";
/** The same by how many of its neighbours each keeps in what it is compared with. */
export const KEPT = "*kept";
const SHARES = [FIDELITY, KEPT];
/** All of a point's neighbours are kept, or none: the same colours in every picture. */
const WHOLE: NumberRange = { minimum: 0, maximum: 1, positive: NaN };

export class Colors {
  by = $state("");
  scale = $state<Scale>("categories");
  scales = $state.raw<Scale[]>([]);
  groups = $state.raw<Groups | null>(null);
  /** Legend entries a person picked; empty: all are let through. */
  picked = $state.raw<ReadonlySet<number>>(new Set());
  /** The part of a numeric scale that is let through, as places from 0 to 1. */
  span = $state.raw<readonly [number, number] | null>(null);
  /** Whether what is not let through disappears; otherwise it fades. */
  hides = $state(false);
  /** The palette that a person chose; one that is not of this scale does not count. */
  private wanted = $state("");
  /** The ends of the scale that a person set, in place of the smallest and largest value. */
  limits = $state.raw<readonly [number, number] | null>(null);
  error = $state("");
  /** Whether the colours that were asked for last are here. */
  settled = $state(false);
  private loaded = $state.raw<ColumnData | null>(null);
  private valueRange = $state.raw<NumberRange | null>(null);
  private asked = 0;
  /** Steps may be asked for faster than they come, and come in another order. */
  private turn = 0;
  private shown = 0;
  /** What was painted last, and by what. */
  private last: { by: unknown[]; rgba: Uint8Array } = { by: [], rgba: new Uint8Array() };

  constructor(
    private readonly columns: ColumnStore,
    private readonly n: number,
    /** Shares of kept neighbours, by their name, as they are now. */
    private readonly share: (name: string) => ColumnData | null = () => null,
  ) {}

  /** What the colours stand for; null: nothing, or it is not here yet. */
  get column(): ColumnData | null {
    return this.byShare ? this.share(this.by) : this.loaded;
  }

  get range(): NumberRange | null {
    if (this.byShare) return WHOLE;
    const { valueRange, limits } = this;
    if (!valueRange || !limits) return valueRange;
    const [minimum, maximum] = limits;
    return { minimum, maximum, positive: minimum > 0 ? minimum : valueRange.positive };
  }

  /** The range of all values, whatever ends a person set. */
  get whole(): NumberRange | null {
    return this.byShare ? WHOLE : this.valueRange;
  }

  get palettes(): PaletteChoice[] {
    return palettesFor(this.scale);
  }

  get palette(): string | undefined {
    return (this.palettes.find(({ id }) => id === this.wanted) ?? this.palettes[0])?.id;
  }

  set palette(id: string) {
    this.wanted = id;
  }

  /** Whether the colours are shares of neighbours that are kept, here or in what is compared. */
  get byShare(): boolean {
    return SHARES.includes(this.by);
  }

  get byFidelity(): boolean {
    return this.by === FIDELITY;
  }

  /** In how many parts a histogram cuts the scale. */
  get parts(): number {
    return this.byFidelity ? K + 1 : (this.column?.whole?.parts ?? BINS);
  }

  get numeric(): boolean {
    return this.column?.values != null && this.range !== null && this.scale !== "categories";
  }

  get filtering(): boolean {
    return this.picked.size > 0 || this.span !== null;
  }

  /** Colour by a column; an empty name takes the colours away. */
  async use(name: string, scale?: Scale): Promise<void> {
    const ticket = ++this.asked;
    this.error = "";
    this.settled = false;
    this.clearFilter();
    if (name !== this.by) this.limits = null;
    this.by = name;
    if (SHARES.includes(name)) {
      [this.loaded, this.valueRange, this.scales, this.scale, this.groups] = [null, null, ["trust"], "trust", null];
      this.settled = true;
      return;
    }
    try {
      const column = name ? await this.columns.load(name) : null;
      const range = rangeFor(column);
      const scales = column ? scalesFor(column, range) : [];
      const chosen = scale && scales.includes(scale) ? scale : (scales[0] ?? "categories");
      const groups = column && chosen === "categories" ? await groupsOf(column) : null;
      if (ticket !== this.asked) return;
      [this.loaded, this.valueRange, this.scales, this.scale, this.groups] = [column, range, scales, chosen, groups];
    } catch (error) {
      if (ticket !== this.asked) return;
      this.error = error instanceof Cancelled ? "The measuring was cancelled." : (error as Error).message;
    } finally {
      // Who waits for the colours may still set their limits and filter.
      setTimeout(() => ticket === this.asked && (this.settled = true));
    }
  }

  /** The column has other values at this step: the same groups, colours and filter go on. */
  async follow(): Promise<void> {
    const { by, asked, groups, valueRange, scale } = this;
    const turn = ++this.turn;
    try {
      const column = await this.columns.load(by);
      const next = groups && scale === "categories" ? alignedTo(groups, await groupsOf(column)) : null;
      if (asked !== this.asked || by !== this.by || turn < this.shown) return;
      this.shown = turn;
      this.error = "";
      const range = rangeFor(column);
      this.loaded = column;
      this.valueRange = valueRange && range ? wider(valueRange, range) : (range ?? valueRange);
      if (next) this.groups = next;
    } catch (error) {
      if (asked === this.asked && !(error instanceof Cancelled)) this.error = (error as Error).message;
    }
  }

  /** A colour a point; the same array as before where nothing has changed. */
  paint(theme: Theme): Uint8Array {
    const { groups, palette } = this;
    if (groups) return this.painted([groups, theme, palette], () => paintGroups(groups, theme, palette));
    if (!this.numeric) return this.painted([theme], () => paintPlain(this.n, theme));
    const [values, scale, range] = [this.column!.values!, this.scale, this.range!];
    const { minimum, maximum, positive } = range;
    return this.painted([values, scale, minimum, maximum, positive, theme, palette], () =>
      paintNumbers(values, scale, range, theme, palette),
    );
  }

  private painted(by: unknown[], paint: () => Uint8Array): Uint8Array {
    const same = by.length === this.last.by.length && by.every((each, i) => Object.is(each, this.last.by[i]));
    if (!same) this.last = { by, rgba: paint() };
    return this.last.rgba;
  }

  /** The legend of a categorical colouring: groups with a colour of their own, then the others, then missing. */
  legend(theme: Theme): LegendEntry[] {
    const { groups } = this;
    if (!groups) return [];
    const colors = groupColors(groups, theme, this.palette);
    const entries = groups.labels.map((label, group) => ({
      group,
      label: shownText(label),
      count: groups.counts[group]!,
      color: css(colors[group]!),
    }));
    if (groups.missing) {
      entries.push({ group: -1, label: "(missing)", count: groups.missing, color: css(MISSING[theme]) });
    }
    return entries;
  }

  get coloredCount(): number {
    return this.groups ? coloredGroups(this.groups) : 0;
  }

  get namedCount(): number {
    return this.groups ? this.groups.named : 0;
  }

  bins(): Uint32Array {
    return this.numeric ? histogram(this.column!.values!, this.scale, this.range!, this.parts) : new Uint32Array();
  }

  /** Pick one legend entry alone, or add it to (take it from) those that are picked. */
  pick(groups: number[], additive: boolean): void {
    const next = new Set(additive ? this.picked : []);
    const all = groups.every((group) => this.picked.has(group));
    const alone = this.picked.size === groups.length;
    if (additive && all) for (const group of groups) next.delete(group);
    else if (additive || !all || !alone) for (const group of groups) next.add(group);
    this.picked = next;
  }

  clearFilter(): void {
    this.picked = new Set();
    this.span = null;
  }

  /** One byte a point: 1 where the legend lets it through. null: all are. */
  passed(): Uint8Array | null {
    if (this.picked.size && this.groups) {
      const { of } = this.groups;
      const allowed = new Uint8Array(this.groups.labels.length + 1);
      for (const group of this.picked) allowed[group + 1] = 1;
      const out = new Uint8Array(of.length);
      for (let row = 0; row < out.length; row++) out[row] = allowed[of[row]! + 1]!;
      return out;
    }
    if (this.span && this.numeric) {
      const [low, high] = this.span;
      const [values, scale, range] = [this.column!.values!, this.scale, this.range!];
      const out = new Uint8Array(values.length);
      for (let row = 0; row < out.length; row++) {
        const place = within(position(values[row]!, scale, range));
        out[row] = place >= low && place <= high ? 1 : 0;
      }
      return out;
    }
    return null;
  }
}

/** What lies beyond the ends that a person set belongs to them. */
function within(place: number): number {
  return Math.min(1, Math.max(0, place));
}
