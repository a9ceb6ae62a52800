import { describe, expect, it } from "vitest";
import { elide, encode, exampleLength, type Making, type Slot } from "./encoding";

const MAKING: Making = {
  length: 6,
  padding: 0,
  unknown: 1,
  start: null,
  end: null,
  paddingSide: "post",
  truncationSide: "post",
  chosen: false,
};
const same = (row: number) => row;

function encoded(rows: number[], making: Partial<Making> = {}, idOf = same, pointOf = same) {
  const tokens = rows.map((row) => ({ text: `w${row}`, row }));
  const made = encode(tokens, { ...MAKING, ...making }, idOf, pointOf);
  return { ...made, ids: made.slots.map(({ id }) => id), input: made.padded?.map(({ id }) => id) };
}

describe("ids", () => {
  it("are filled up in front or behind, as Keras does", () => {
    expect(encoded([1, 2, 3, 4], { paddingSide: "pre" }).input).toEqual([0, 0, 1, 2, 3, 4]);
    expect(encoded([1, 2, 5, 3, 4]).input).toEqual([1, 2, 5, 3, 4, 0]);
    expect(encoded([]).input).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("are cut off on one side, which is marked", () => {
    const after = encoded([2, 3, 4], { length: 2 });
    expect([after.input, after.cut, after.slots.map(({ cut }) => Boolean(cut))]).toEqual([
      [2, 3],
      1,
      [false, false, true],
    ]);
    const before = encoded([2, 3, 4], { length: 2, truncationSide: "pre" });
    expect([before.input, before.slots[0]!.cut]).toEqual([[3, 4], true]);
  });

  it("stand between start and end, which are never cut off", () => {
    const around = { start: 8, end: 9 };
    expect(encoded([5], around).input).toEqual([8, 5, 9, 0, 0, 0]);
    expect(encoded([2, 3, 4, 5, 6], { ...around, length: 4 }).input).toEqual([8, 2, 3, 9]);
    expect(encoded([2, 3], { ...around, length: 1 }).input).toEqual([8]);
  });

  it("of unknown tokens are one row, or there is none", () => {
    expect(encoded([4, -1], { length: null }).slots.map(({ role, id }) => [role, id])).toEqual([
      ["token", 4],
      ["unknown", 1],
    ]);
    const lost = encoded([4, -1], { length: null, unknown: null });
    expect([lost.ids, lost.lost, lost.padded]).toEqual([[4], 1, null]);
  });

  it("are the table's rows where only some are points", () => {
    const ids = [40, 0, 7];
    const made = encoded(
      [0, 2, -1],
      { chosen: true, length: 4 },
      (point) => ids[point]!,
      (id) => ids.indexOf(id),
    );
    expect(made.input).toEqual([40, 7, null, 0]);
    expect(made.padded!.map(({ row }) => row)).toEqual([0, 2, -1, 1]);
    expect(made.slots[2]!.role).toBe("unseen");
  });
});

describe("of many positions", () => {
  const slot = (role: Slot["role"]): Slot => ({ role, text: "", id: 0, row: 0 });
  const slots = (padding: number, words: number) => [
    ...Array<Slot>(padding).fill(slot("padding")),
    ...Array<Slot>(words).fill(slot("token")),
  ];

  it("the ends are shown, of words and of padding", () => {
    const shown = elide(slots(493, 7), 5, 2);
    expect(shown.slice(0, 3)).toEqual([{ at: 0 }, { from: 1, to: 492, padding: true }, { at: 492 }]);
    expect(shown).toHaveLength(10);
    expect(elide(slots(0, 500), 3, 2)).toEqual([
      { at: 0 },
      { at: 1 },
      { at: 2 },
      { from: 3, to: 498, padding: false },
      { at: 498 },
      { at: 499 },
    ]);
  });

  it("all are shown while they are few", () => {
    expect(elide(slots(2, 6), 3, 2)).toHaveLength(8);
    expect(elide([], 3, 2)).toEqual([]);
  });
});

it("an example's length leaves room for padding", () => {
  expect([0, 7, 9, 10, 600, 5000].map(exampleLength)).toEqual([10, 10, 10, 20, 1000, 5001]);
});
