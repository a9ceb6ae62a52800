import { describe, expect, it } from "vitest";
import { fromFile, toFile } from "./bookmark";
import { fromHash } from "./address";
import { unpackMask, unpackPlaces } from "./packed";
import { fromProjector, isProjectors, toProjector } from "./projectorBookmarks";

const TARGET = { name: "words", first: false, n: 6, d: 3, columns: ["word", "kind"] };
/** As they are found: UMAP's fields and the order of the points are missing. */
const ISOLATED = {
  label: "Bad to good",
  selectedProjection: "custom",
  dataSetDimensions: [3, 3],
  projections: [4, 1, 5].map((row) => ({ "linear-x": row, "linear-y": -row, "pca-0": 0 })),
  filteredPoints: [4, 1, 5],
  selectedPoints: [2],
  selectedLabelOption: "word",
  selectedColorOptionName: "No color map",
};

describe("the Projector's bookmarks", () => {
  it("are told from others", () => {
    expect([isProjectors([ISOLATED]), isProjectors([]), isProjectors({}), isProjectors(null)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it("open with their places, their isolated and their selected points", async () => {
    const [found] = await fromProjector([ISOLATED], TARGET);
    expect(found!.caption).toBe("Bad to good");
    expect(fromHash(found!.address)).toMatchObject({ embedding: "words", label: "word", color: "", dimensions: 2 });
    expect([...(await unpackMask(found!.isolated!, 6))]).toEqual([0, 1, 0, 0, 1, 1]);
    expect([...(await unpackMask(found!.selected!, 6))]).toEqual([0, 0, 0, 0, 0, 1]);
    const places = await unpackPlaces(found!.picture!.places, 6);
    expect([places[12], places[13]]).toEqual([4, -4].map((value) => expect.closeTo(value, 3)));
    expect(places[0]).toBeNaN();
  });

  it("need nothing but a projection's name", async () => {
    const [found] = await fromProjector([{ selectedProjection: "pca", pcaComponentDimensions: [0, 2, 1] }], TARGET);
    expect(fromHash(found!.address)).toMatchObject({ layout: "pca", axes: [0, 2, 1], dimensions: 3 });
    expect(found!.picture).toBeUndefined();
  });

  it("of other data are refused with both shapes", async () => {
    await expect(fromProjector([{ ...ISOLATED, dataSetDimensions: [3, 200] }], TARGET)).rejects.toThrow(
      "3 × 200 vectors",
    );
  });

  it("are written so that they come back the same", async () => {
    const positions = Float32Array.from({ length: 18 }, (_, i) => (i % 3 === 2 ? 0 : i));
    const seen = {
      caption: "mine",
      positions,
      dimensions: 2,
      method: "tsne",
      axes: [0, 1, 2],
      color: "kind",
      label: "word",
    } as const;
    const state = toProjector({
      ...seen,
      axes: [0, 1, 2],
      isolated: Uint32Array.of(1, 3),
      selected: Uint32Array.of(3),
      n: 6,
      d: 3,
    });
    const [back] = await fromProjector(JSON.parse(JSON.stringify([state])), TARGET);
    expect([...(await unpackMask(back!.selected!, 6))]).toEqual([0, 0, 0, 1, 0, 0]);
    expect((await unpackPlaces(back!.picture!.places, 6))[9]).toBeCloseTo(9, 3);
    expect(fromHash(back!.address)).toMatchObject({ color: "kind", label: "word" });
  });
});

describe("files of bookmarks", () => {
  it("come back, without what does not belong into them", () => {
    const file = toFile("words", [{ caption: "one", address: "#c=kind" }]);
    const strange = {
      ...file,
      bookmarks: [...file.bookmarks, { caption: 3 }, { caption: "x", address: "javascript:1" }, null],
    };
    expect(fromFile(JSON.parse(JSON.stringify(strange)))).toEqual(file.bookmarks);
  });

  it("of another kind are refused", () => {
    expect(() => fromFile({ a: 1 })).toThrow("no file of bookmarks");
    expect(() => fromFile({ ...toFile("x", []), version: 9 })).toThrow("newer");
  });
});
