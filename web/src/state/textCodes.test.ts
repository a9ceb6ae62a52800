import { expect, it } from "vitest";
import { textCodes } from "./textCodes";

function texts(values: (string | null)[]) {
  const encoded = values.map((value) => new TextEncoder().encode(value ?? ""));
  const offsets = new Uint32Array(values.length + 1);
  encoded.forEach((bytes, row) => (offsets[row + 1] = offsets[row]! + bytes.length));
  const bytes = Uint8Array.from(encoded.flatMap((each) => [...each]));
  return { offsets, bytes, missing: Uint8Array.from(values, (value) => Number(value === null)) };
}

it("gives the same code to the same text, by first appearance, and none to a missing one", async () => {
  const { of, labels } = await textCodes(texts(["b", "", null, "ä", "b", ""]));
  expect([...of]).toEqual([0, 1, -1, 2, 0, 1]);
  expect(labels).toEqual(["b", "", "ä"]);
});

it("tells many thousand texts apart", async () => {
  const values = Array.from({ length: 30_000 }, (_, i) => `word ${(i * 7) % 10_000}`);
  const { of, labels } = await textCodes(texts(values));
  expect(labels.length).toBe(10_000);
  expect(values.every((value, row) => labels[of[row]!] === value)).toBe(true);
});
