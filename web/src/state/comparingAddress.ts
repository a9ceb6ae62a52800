// What is compared, in the page's address.

export interface CompareAddress {
  /** The other embedding's name. */
  other: string;
  step?: number;
  ids?: string;
  k?: number;
  metric?: string;
  picture?: string;
  /** How far the points are on their way, where they are seen on it. */
  amount?: number;
}

const TEXTS = { other: "cw", ids: "cwi", metric: "cwm", picture: "cwp" } as const;
const NUMBERS = { step: "cws", k: "cwk", amount: "cwa" } as const;

export function writeCompare(out: URLSearchParams, compare: CompareAddress | undefined): void {
  if (!compare) return;
  for (const [key, short] of Object.entries({ ...TEXTS, ...NUMBERS })) {
    const value = compare[key as keyof CompareAddress];
    if (value !== undefined) out.set(short, String(value));
  }
}

export function compareFrom(found: URLSearchParams): CompareAddress | undefined {
  const other = found.get(TEXTS.other);
  if (!other) return undefined;
  const compare: CompareAddress = { other };
  for (const key of ["ids", "metric", "picture"] as const) {
    const value = found.get(TEXTS[key]);
    if (value) compare[key] = value;
  }
  const number = (key: keyof typeof NUMBERS) => Number(found.get(NUMBERS[key]) ?? NaN);
  if (number("step") >= 0) compare.step = number("step");
  if (number("k") >= 1 && number("k") <= 100) compare.k = Math.round(number("k"));
  if (number("amount") >= 0 && number("amount") <= 1) compare.amount = number("amount");
  return compare;
}
