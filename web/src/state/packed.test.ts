import { describe, expect, it } from "vitest";
import { packed, packMask, packPlaces, unpacked, unpackMask, unpackPlaces } from "./packed";

describe("arrays as texts", () => {
  it("come back byte by byte", async () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7919) >> 3);
    expect(await unpacked(await packed(bytes), bytes.length)).toEqual(bytes);
  });

  it("hold which points are marked, in few bytes", async () => {
    const mask = Uint8Array.from({ length: 10_003 }, (_, row) => (row > 500 && row < 900 ? 1 : 0));
    const text = await packMask(mask);
    expect(text.length).toBeLessThan(100);
    expect(await unpackMask(text, mask.length)).toEqual(mask);
  });

  it("hold places to one part in 65,534 and keep who has none", async () => {
    const positions = Float32Array.of(-1, 2, 0, NaN, NaN, 0, 3, -4, 0);
    const back = await unpackPlaces(await packPlaces(positions, 2), 3);
    back.forEach((value, i) =>
      i === 3 || i === 4 ? expect(value).toBeNaN() : expect(value).toBeCloseTo(positions[i]!, 3),
    );
    await expect(packPlaces(positions, 2).then((places) => unpackPlaces(places, 4))).rejects.toThrow(
      "3 points, not of 4",
    );
  });

  it("never unpack to more than was agreed", async () => {
    await expect(packed(new Uint8Array(1_000_000)).then((text) => unpacked(text, 1000))).rejects.toThrow(
      "more than 1000",
    );
    await expect(unpacked("no text of ours", 10)).rejects.toThrow();
  });
});
