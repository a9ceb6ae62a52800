// The columns of one embedding, fetched when one is first asked for and kept.

import { SvelteMap } from "svelte/reactivity";
import type { ColumnOutline, EmbeddingOutline } from "../schema/messages";
import type { ColumnData } from "../source/column";
import type { Source } from "../source/source";

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

export class ColumnStore {
  private readonly pending = new Map<string, Promise<ColumnData>>();
  private readonly loaded = new SvelteMap<string, ColumnData>();

  constructor(
    private readonly source: Source,
    private readonly outline: EmbeddingOutline,
  ) {}

  get outlines(): ColumnOutline[] {
    return this.outline.columns;
  }

  /** The column if it is here already; reactive. */
  peek(name: string): ColumnData | null {
    return this.loaded.get(name) ?? null;
  }

  async load(name: string): Promise<ColumnData> {
    const known = this.pending.get(name);
    if (known) return known;
    const index = this.outline.columns.findIndex((column) => column.name === name);
    const promise = this.source.column(this.outline.index, index);
    this.pending.set(name, promise);
    promise.then(
      (column) => this.loaded.set(name, column),
      () => this.pending.delete(name),
    );
    return promise;
  }

  has(name: string): boolean {
    return this.outline.columns.some((column) => column.name === name);
  }

  /** The column a person would read as a point's name: the first text, else the first category, else any. */
  defaultLabel(): string {
    const { columns } = this.outline;
    const first = (kind: string) => columns.find((column) => column.kind === kind)?.name;
    return first("text") ?? first("category") ?? columns[0]?.name ?? "";
  }

  /** The column whose colours say most at first sight: a category, else nothing. */
  defaultColor(): string {
    const { columns } = this.outline;
    const category = columns.find((column) => column.kind === "category" || column.kind === "boolean");
    const labels = columns.find((column) => /^(labels?|class|target|digit|cluster)$/i.test(column.name));
    return category?.name ?? (labels?.kind === "integer" ? labels.name : "");
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
