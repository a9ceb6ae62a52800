// Lines from point to point: which rows each joins.

import type { ColumnData } from "../source/column";

/** Names of columns that hold the next row's number, as the Embedding Projector calls them. */
const NEXT = ["__seq_next__", "__next__"];

/** The column that says which row comes after each, where there is one. */
export function nextColumn(names: string[]): string {
  return names.find((name) => NEXT.includes(name)) ?? "";
}

/** Pairs of rows, one after the other: each row and the one whose number stands in its column. Shape `(2 m,)`. */
export function linksByNext(next: ColumnData): Uint32Array<ArrayBuffer> {
  const pairs: number[] = [];
  for (let row = 0; row < next.n; row++) {
    const text = next.values ? String(next.values[row]) : (next.text(row) ?? "");
    const to = /^\d+(\.0*)?$/.test(text.trim()) ? Number(text) : -1;
    if (to >= 0 && to < next.n && to !== row) pairs.push(row, to);
  }
  return Uint32Array.from(pairs);
}

/** Pairs of rows: within each group from each point to the next one, by a column or else as they come. Shape `(2 m,)`. */
export function linksByGroup(group: ColumnData, order: ColumnData | null): Uint32Array<ArrayBuffer> {
  const lines = new Map<string | number, number[]>();
  for (let row = 0; row < group.n; row++) {
    const key = group.codes ? group.codes[row]! : group.text(row);
    if (key === null || key === -1) continue;
    const line = lines.get(key);
    if (line) line.push(row);
    else lines.set(key, [row]);
  }
  const pairs: number[] = [];
  for (const line of lines.values()) {
    const sorted = order ? inOrder(line, order) : line;
    for (let i = 1; i < sorted.length; i++) pairs.push(sorted[i - 1]!, sorted[i]!);
  }
  return Uint32Array.from(pairs);
}

function inOrder(rows: number[], { values, text }: ColumnData): number[] {
  if (values) {
    return rows.filter((row) => !Number.isNaN(values[row])).sort((a, b) => values[a]! - values[b]! || a - b);
  }
  const keys = new Map(rows.map((row) => [row, text(row) ?? ""]));
  return rows.slice().sort((a, b) => (keys.get(a)! < keys.get(b)! ? -1 : keys.get(a)! > keys.get(b)! ? 1 : a - b));
}
