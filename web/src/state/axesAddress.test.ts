import { describe, expect, it } from "vitest";
import { fromHash, toHash, type Address } from "./address";

describe("axes in the address", () => {
  it("come back as they were typed, with what was done to the vectors", () => {
    const address: Address = {
      layout: "directions",
      ends: [
        { kind: "is", query: "man", column: "word" },
        { kind: "regex", query: "^wom[ae]n$", column: "" },
        { kind: "selection", rows: [3, 5] },
        { kind: "is", query: "", column: "" },
      ],
      preparing: { preparation: "reduced", reduced_to: 20 },
      space: { preparation: "centred", reduced_to: 50 },
      sum: "king - man + woman",
    };
    expect(fromHash(toHash(address))).toEqual(address);
  });

  it.each(["ends=nonsense", "ends={}", "ends=[]", "prep=whitened", "prep=raw", "sp=__proto__"])(
    "that cannot be understood are passed over: %s",
    (text) => expect(fromHash(`#${text}`)).toEqual({}),
  );
});
