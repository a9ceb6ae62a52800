import { describe, expect, it } from "vitest";
import { columnFrom, formatEnd, formatNumber, formatValue, shownText } from "./column";

const head = { n: 3, missing: 1, categories: [] as string[] };

describe("a column", () => {
  it("reads texts out of UTF-8, and tells empty from missing", () => {
    const bytes = new TextEncoder().encode("añ日");
    const arrays = { bytes, offsets: Uint32Array.of(0, 6, 6, 6), missing: Uint8Array.of(0, 0, 1) };
    const column = columnFrom({ message: { ...head, name: "word", kind: "text" }, arrays });
    expect([0, 1, 2].map((row) => column.text(row))).toEqual(["añ日", "", null]);
  });

  it("reads categories by their codes", () => {
    const message = { ...head, name: "tag", kind: "category" as const, categories: ["NOUN", "VERB"] };
    const column = columnFrom({ message, arrays: { codes: Int32Array.of(1, -1, 0) } });
    expect([0, 1, 2].map((row) => column.text(row))).toEqual(["VERB", null, "NOUN"]);
  });

  it("writes values as a person reads them", () => {
    expect(formatValue(1234567, "integer")).toBe("1,234,567");
    expect(formatValue(1, "boolean")).toBe("true");
    expect(formatValue(Date.UTC(2020, 1, 3), "time")).toBe("2020-02-03");
    expect(formatValue(NaN, "number")).toBeNull();
    expect([0.1234567, -2e-9, 0, Infinity].map(formatNumber)).toEqual(["0.12346", "−2.000e−9", "0", "∞"]);
  });

  it("says times of any year, and no seconds at the ends of a long scale", () => {
    expect(formatValue(Date.UTC(12345, 0, 2), "time")).toBe("+012345-01-02");
    expect(formatValue(1e17, "time")).toMatch(/as a year$/);
    expect(formatEnd(3600_000, "time", 1e12)).toBe("1970-01-01");
    expect(formatEnd(3600_000, "time", 7200_000)).toBe("1970-01-01 01:00:00");
  });

  it("shows texts that show nothing", () => {
    expect(["", " \n", "a"].map(shownText)).toEqual(["(empty)", "(blank)", "a"]);
  });
});
