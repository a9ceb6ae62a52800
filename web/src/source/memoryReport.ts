// The report of two category columns with the same categories, for the source in memory.

import type { JudgedRequest, ReportRequest } from "../schema/messages";
import type { ColumnData } from "./column";
import type { ReportResult } from "./source";

export function reportOf(request: ReportRequest, label: ColumnData, prediction: ColumnData): ReportResult {
  const classes = label.categories;
  const count = classes.length;
  const cells = new Map<number, number>();
  label.codes!.forEach((right, row) => {
    const told = prediction.codes![row]!;
    if (right >= 0 && told >= 0) cells.set(right * count + told, (cells.get(right * count + told) ?? 0) + 1);
  });
  const entries = [...cells].sort(([a], [b]) => a - b);
  const rows = Uint32Array.from(entries, ([cell]) => Math.floor(cell / count));
  const columns = Uint32Array.from(entries, ([cell]) => cell % count);
  const counts = Uint32Array.from(entries, ([, points]) => points);
  const sum = (wanted: (cell: number) => boolean) =>
    counts.reduce((all, points, i) => all + (wanted(i) ? points : 0), 0);
  const each = (of: (c: number) => number) => Array.from(classes, (_, c) => of(c));
  const support = Uint32Array.from(each((c) => sum((i) => rows[i] === c)));
  const predicted = Uint32Array.from(each((c) => sum((i) => columns[i] === c)));
  const right = each((c) => sum((i) => rows[i] === c && columns[i] === c));
  const share = (part: number, whole: number) => (whole ? part / whole : NaN);
  const used = sum(() => true);
  const all = right.reduce((a, b) => a + b, 0);
  const none = { precision: null, recall: null, f1: null };
  return {
    ...request,
    classes,
    n: label.n,
    used,
    right: all,
    accuracy: used ? all / used : null,
    macro: none,
    weighted: none,
    said: "",
    precision: Float64Array.from(right, (hits, c) => share(hits, predicted[c]!)),
    recall: Float64Array.from(right, (hits, c) => share(hits, support[c]!)),
    f1: Float64Array.from(right, (hits, c) => share(2 * hits, support[c]! + predicted[c]!)),
    support,
    predicted,
    rows,
    columns,
    counts,
  };
}

export function judgedOf(
  { true: right = null, predicted = null, wrong = false }: JudgedRequest,
  label: ColumnData,
  prediction: ColumnData,
): Uint32Array {
  const rows = Array.from({ length: label.n }, (_, row) => row);
  return Uint32Array.from(
    rows.filter((row) => {
      const [is, told] = [label.codes![row]!, prediction.codes![row]!];
      if (is < 0 || told < 0 || (wrong && is === told)) return false;
      return (right === null || is === right) && (predicted === null || told === predicted);
    }),
  );
}
