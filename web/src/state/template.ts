// Labels made of several columns: "{word} ({count})".

import type { ColumnData } from "../source/column";

const FIELD = /\{([^{}]+)\}/g;

/** The columns that a template names, each once. */
export function fieldsOf(template: string): string[] {
  return [...new Set(Array.from(template.matchAll(FIELD), ([, name]) => name!.trim()))];
}

/** Whether it is a template and not a column's name. */
export function isTemplate(text: string): boolean {
  return fieldsOf(text).length > 0;
}

/** What a template says of each point. A missing value leaves its place empty; of nothing but missing values comes nothing. */
export function templateColumn(template: string, columns: ReadonlyMap<string, ColumnData>): ColumnData {
  const fields = fieldsOf(template);
  const first = columns.get(fields[0] ?? "");
  const text = (row: number) => {
    const values = new Map(fields.map((name) => [name, columns.get(name)?.text(row) ?? null]));
    if ([...values.values()].every((value) => value === null)) return null;
    return template.replace(FIELD, (_, name: string) => values.get(name.trim()) ?? "").trim();
  };
  return {
    name: template,
    kind: "text",
    n: first?.n ?? 0,
    missing: 0,
    codes: null,
    categories: [],
    values: null,
    text,
  };
}
