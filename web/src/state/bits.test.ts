import { describe, expect, it } from "vitest";
import { bitsOf, maskOfBits, pack, sizeOf, unpack } from "./bits";

describe("points as bits", () => {
  it.each([0, 1, 7, 8, 9, 64, 1001])("come back as they were, %i of them", (n) => {
    const mask = Uint8Array.from({ length: n }, (_, row) => ((row * 7919) % 3 === 0 ? 1 : 0));
    expect(maskOfBits(bitsOf(mask), n)).toEqual(mask);
  });

  it("are packed into whatever is smaller", () => {
    const n = 1_000_000;
    const few = new Uint8Array(n);
    few[999_999] = few[3] = 1;
    expect(sizeOf(pack(few, 2))).toBe(8);
    const many = new Uint8Array(n).fill(1);
    expect(sizeOf(pack(many, n))).toBe(n / 8);
    for (const mask of [few, many]) {
      const back = unpack(
        pack(
          mask,
          mask.reduce((sum, each) => sum + each, 0),
        ),
      );
      expect(back.every((each, row) => each === mask[row])).toBe(true);
    }
  });
});
