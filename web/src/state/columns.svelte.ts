// The columns of one embedding, fetched when one is first asked for and kept.

import { SvelteMap } from "svelte/reactivity";
import type { ColumnOutline, EmbeddingOutline } from "../schema/messages";
import type { ColumnData } from "../source/column";
import type { Source, Step } from "../source/source";

/** Names under which people keep how often or how much, the most telling first. */
const IMPORTANCE = [
  "count",
  "counts",
  "frequency",
  "freq",
  "occurrences",
  "weight",
  "size",
  "importance",
  "rank score",
];

/** Columns that change with the step are kept at so many steps. */
const MOST_STEPS = 64;

/** Columns that did not come with the data. */
export interface Derived {
  has(name: string): boolean;
  load(name: string, step: Step): Promise<ColumnData>;
}

export class ColumnStore {
  private readonly pending = new Map<string, Promise<ColumnData>>();
  private readonly loaded = new SvelteMap<string, ColumnData>();
  private readonly changing: ReadonlySet<string>;
  private listed = $state.raw<ColumnOutline[]>([]);

  /** `step`: the one that is seen, for columns that change with it; `derived`: columns that are computed for each. */
  constructor(
    private readonly source: Source,
    private readonly outline: EmbeddingOutline,
    private readonly step: () => Step = () => null,
    private readonly derived: Derived | null = null,
  ) {
    this.changing = new Set(outline.recorded?.changing);
    this.listed = outline.columns;
  }

  get outlines(): ColumnOutline[] {
    return this.listed;
  }

  /** Somebody edited columns: these there are now, and those have other values. */
  renew(outlines: ColumnOutline[], changed: readonly string[]): void {
    this.listed = outlines;
    for (const name of changed) {
      this.pending.delete(name);
      this.loaded.delete(name);
    }
  }

  /** The column if it is here already; reactive. */
  peek(name: string): ColumnData | null {
    return this.loaded.get(this.key(name)) ?? null;
  }

  /** Whether a column has other values at other steps. */
  changes(name: string): boolean {
    return this.changing.has(name) || Boolean(this.derived?.has(name));
  }

  /** A column as it is at the step that is seen. */
  async load(name: string): Promise<ColumnData> {
    const key = this.key(name);
    const known = this.pending.get(key);
    if (known) return known;
    const index = this.listed.findIndex((column) => column.name === name);
    const step = this.changes(name) ? this.step() : null;
    const promise = this.derived?.has(name)
      ? this.derived.load(name, step)
      : this.source.column(this.outline.index, index, step);
    this.pending.set(key, promise);
    promise.then(
      (column) => this.loaded.set(key, column),
      () => this.pending.delete(key),
    );
    if (this.changes(name)) this.forget(name);
    return promise;
  }

  private key(name: string): string {
    return this.changes(name) ? `${this.step()}/${name}` : name;
  }

  /** Those that were asked for first make room. */
  private forget(name: string): void {
    const kept = [...this.pending.keys()].filter((key) => key.endsWith(`/${name}`));
    for (const key of kept.slice(0, -MOST_STEPS)) {
      this.pending.delete(key);
      this.loaded.delete(key);
    }
  }

  has(name: string): boolean {
    return this.listed.some((column) => column.name === name);
  }

  /** The column a person would read as a point's name: the first text, else the first category, else any. */
  defaultLabel(): string {
    const { columns } = this.outline;
    const first = (kind: string) => columns.find((column) => column.kind === kind)?.name;
    const named = columns.find(({ name }) => /^(token|word)$/i.test(name))?.name;
    return named ?? first("text") ?? first("category") ?? columns[0]?.name ?? "";
  }

  /** The column whose colours say most at first sight: a category, else nothing. */
  defaultColor(): string {
    const { columns } = this.outline;
    // A recorder marks few rows; that is no colour for all of them.
    const marks = ["mark", "updated"];
    const grouped = columns.filter(
      ({ name, kind }) =>
        (kind === "category" || kind === "boolean") && !(this.outline.recorded && marks.includes(name)),
    );
    const labels = columns.filter(({ name }) => /^(labels?|class|target|digit|cluster|tag)$/i.test(name));
    const best = grouped.find((column) => labels.includes(column)) ?? grouped[0];
    return best?.name ?? labels.find(({ kind }) => kind === "integer")?.name ?? "";
  }

  /** The numeric column that says how important a point is, if one is called so. */
  importance(): string {
    const numeric = this.outline.columns.filter((column) => column.kind === "integer" || column.kind === "number");
    for (const name of IMPORTANCE) {
      const found = numeric.find((column) => column.name.toLowerCase() === name);
      if (found) return found.name;
    }
    return "";
  }
}
