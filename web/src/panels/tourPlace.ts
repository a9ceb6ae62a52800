// Where a card stands so that it is beside what it speaks of, and on the page.

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const GAP = 14;
const EDGE = 12;

/** The place of a card of this size beside a box; null: in the middle of the page. */
export function beside(
  box: Box | null,
  card: { width: number; height: number },
  width: number,
  height: number,
): { left: number; top: number } {
  if (!box) return { left: (width - card.width) / 2, top: (height - card.height) / 2 };
  const within = (value: number, most: number) => Math.min(Math.max(value, EDGE), Math.max(most - EDGE, EDGE));
  const top = within(box.top + box.height / 2 - card.height / 2, height - card.height);
  const right = box.left + box.width + GAP;
  if (right + card.width + EDGE <= width) return { left: right, top };
  const left = box.left - GAP - card.width;
  if (left >= EDGE) return { left, top };
  const above = box.top - GAP - card.height;
  const along = within(box.left + box.width / 2 - card.width / 2, width - card.width);
  return { left: along, top: above >= EDGE ? above : within(box.top + box.height + GAP, height - card.height) };
}
