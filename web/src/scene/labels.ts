/** Which labels find room, and where: greedy, the most important first, never one over another. */

export interface Rectangle {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Candidate {
  row: number;
  /** The point on the screen, CSS pixels. */
  x: number;
  y: number;
  /** Of the words, without the gap around them. */
  width: number;
  height: number;
  /** Must be seen: takes its room even beyond `most`. */
  pinned: boolean;
}

/** The side of the point on which its label stands. */
export type Side = "right" | "left" | "above" | "below";

export interface Placement extends Rectangle {
  row: number;
  side: Side;
}

const SIDES: readonly Side[] = ["right", "left", "above", "below"];
const BREATH = { across: 6, along: 3 };

/** The rectangle of a label beside a point with `gap` pixels between them. */
export function beside({ x, y, width, height }: Omit<Candidate, "row" | "pinned">, side: Side, gap: number): Rectangle {
  if (side === "right") return box(x + gap, y - height / 2, width, height);
  if (side === "left") return box(x - gap - width, y - height / 2, width, height);
  return box(x - width / 2, side === "above" ? y - gap - height : y + gap, width, height);
}

/**
 * Choose labels in the order given until `most` have room inside `area`.
 *
 * `shown` says on which side a label stands already: it stays there as long as it fits. `taken` is where something else
 * is written.
 */
export function placeLabels(
  candidates: Iterable<Candidate>,
  area: Rectangle,
  most: number,
  gap: number,
  shown: ReadonlyMap<number, Side> = new Map(),
  taken: readonly Rectangle[] = [],
): Placement[] {
  const placed: Placement[] = [];
  for (const candidate of candidates) {
    if (placed.length >= most && !candidate.pinned) continue;
    const known = shown.get(candidate.row);
    for (const side of known ? [known, ...SIDES] : SIDES) {
      const room = beside(candidate, side, gap);
      const over = (other: Rectangle) => overlaps(room, other);
      if (!inside(room, area) || placed.some(over) || taken.some(over)) continue;
      placed.push({ row: candidate.row, side, ...room });
      break;
    }
  }
  return placed;
}

/** Whether two labels touch or all but touch. */
export function overlaps(a: Rectangle, b: Rectangle): boolean {
  return (
    a.left < b.right + BREATH.across &&
    b.left < a.right + BREATH.across &&
    a.top < b.bottom + BREATH.along &&
    b.top < a.bottom + BREATH.along
  );
}

/** At most `length` characters, the last of them … where some are left out. */
export function shorten(words: string, length: number): string {
  const line = words.replace(/\s+/g, " ").trim();
  const characters = line.length > length ? [...line] : [];
  return characters.length > length
    ? `${characters
        .slice(0, length - 1)
        .join("")
        .trimEnd()}…`
    : line;
}

/** How many labels a picture of this size bears: about 50 at 1280 × 800. */
export function mostLabels(width: number, height: number): number {
  return Math.round((width * height) / 20000);
}

function box(left: number, top: number, width: number, height: number): Rectangle {
  return { left, top, right: left + width, bottom: top + height };
}

function inside(a: Rectangle, area: Rectangle): boolean {
  return a.left >= area.left && a.right <= area.right && a.top >= area.top && a.bottom <= area.bottom;
}
