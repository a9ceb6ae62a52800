// Which columns say what is right and what a model says; and a report's classes in an order that helps.

import type { ColumnOutline } from "../schema/messages";
import type { ReportResult } from "../source/source";

/** What people call the column that says what is right, the most telling first. */
const LABELS = [
  "label",
  "labels",
  "target",
  "targets",
  "class",
  "y_true",
  "y",
  "truth",
  "ground truth",
  "actual",
  "gold",
  "tag",
  "upos",
  "pos",
  "category",
  "digit",
];
const PREDICTIONS = ["prediction", "predictions", "predicted", "pred", "y_pred", "predicted class", "predicted label"];

/** Columns that may say what is right. */
export function labelColumns(columns: ColumnOutline[]): string[] {
  return columns.filter(({ kind }) => ["category", "boolean", "integer"].includes(kind)).map(({ name }) => name);
}

/** Columns that may say what is predicted: classes, or the probability of the second of two. */
export function predictionColumns(columns: ColumnOutline[]): string[] {
  const kinds = ["category", "boolean", "integer", "number"];
  return columns.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
}

/** The column that is called so; empty: none is. */
export function labelOf(columns: ColumnOutline[]): string {
  return called(LABELS, labelColumns(columns));
}

export function predictionOf(columns: ColumnOutline[]): string {
  return called(PREDICTIONS, predictionColumns(columns));
}

function called(names: string[], columns: string[]): string {
  const plain = (name: string) => name.toLowerCase().replaceAll("_", " ");
  for (const name of names) {
    const found = columns.find((column) => plain(column) === plain(name));
    if (found !== undefined) return found;
  }
  return "";
}

export type SortKey = "class" | "precision" | "recall" | "f1" | "support";

/** The classes that occur, in an order: by a number the worst first, what has no number last. */
export function ordered(report: ReportResult, by: SortKey, down: boolean): number[] {
  const { classes, support, predicted } = report;
  const codes = [...classes.keys()].filter((code) => support[code]! + predicted[code]! > 0);
  const sign = down ? -1 : 1;
  if (by === "class") return down ? codes.reverse() : codes;
  const values = report[by];
  const last = (code: number) => Number(Number.isNaN(values[code]!));
  return codes.sort((a, b) => last(a) - last(b) || sign * (values[a]! - values[b]! || 0) || a - b);
}

export interface Cell {
  right: number;
  predicted: number;
  count: number;
}

/** What is taken for something else most often, the most frequent first. */
export function mistakes({ rows, columns, counts }: ReportResult, most: number): Cell[] {
  const cells: Cell[] = [];
  counts.forEach((count, i) => {
    if (rows[i] !== columns[i]) cells.push({ right: rows[i]!, predicted: columns[i]!, count });
  });
  return cells.sort((a, b) => b.count - a.count).slice(0, most);
}

/** How many points each cell of the confusion matrix has, row after row. */
export function cellCounts({ classes, rows, columns, counts }: ReportResult): Uint32Array {
  const out = new Uint32Array(classes.length ** 2);
  counts.forEach((count, i) => (out[rows[i]! * classes.length + columns[i]!] = count));
  return out;
}

/** A share as a report writes it; a dash where it is one of nothing. */
export function formatScore(share: number | null | undefined): string {
  return share === null || share === undefined || Number.isNaN(share) ? "–" : share.toFixed(2);
}
