import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decode, encode } from "./packet";

const GOLDEN = "../spec/golden";

describe("a packet", () => {
  it("comes back as it was sent", () => {
    const sent = {
      rows: Uint32Array.of(1, 2, 4_000_000_000),
      distances: Float32Array.of(0.5),
      flags: Uint8Array.of(7, 0, 1),
    };
    const { message, arrays } = decode<{ name: string }>(encode({ name: "Wörter 日本" }, sent));
    expect(message).toEqual({ name: "Wörter 日本" });
    expect(arrays).toEqual(sent);
  });

  it("is refused when it is something else", () => {
    expect(() => decode(new TextEncoder().encode("<!doctype html>").buffer as ArrayBuffer)).toThrow("not a packet");
  });

  it("is refused when it ends too early", () => {
    const whole = encode({}, { values: Float64Array.of(1, 2, 3) });
    expect(() => decode(whole.slice(0, -8))).toThrow('its array "values"');
    expect(() => decode(whole.slice(0, 12))).toThrow("before its head");
  });

  it.skipIf(!existsSync(GOLDEN))("reads what Python wrote", () => {
    const names = readdirSync(GOLDEN).filter((name) => name.endsWith(".bin"));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const bytes = readFileSync(`${GOLDEN}/${name}`);
      const expected = JSON.parse(readFileSync(`${GOLDEN}/${name.replace(".bin", ".json")}`, "utf8"));
      const { message, arrays } = decode(
        bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
      );
      expect(message).toEqual(expected.message);
      for (const { name: key, values } of expected.arrays as { name: string; values: unknown[] }[]) {
        const found = [...arrays[key]!].map((value) => (Number.isNaN(value) ? null : value));
        expect(found).toEqual(values.flat(Infinity));
      }
    }
  });
});
