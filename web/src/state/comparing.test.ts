import { describe, expect, it, vi } from "vitest";
import { State } from "../scene/types";
import type { EmbeddingOutline } from "../schema/messages";
import { MemorySource } from "../source/memory";
import { comparisonOf } from "../source/memoryComparing";
import { fromHash, toHash } from "./address";
import {
  blend,
  carriedColors,
  carriedRows,
  carriedSizes,
  carriedStates,
  correspondence,
  keptColumn,
  leastKept,
  verdict,
} from "./compared";
import { Comparing } from "./comparing.svelte";
import { EmbeddingView } from "./embedding.svelte";
import { Replay } from "./replay.svelte";

const N = 5;
const outline = (index: number, steps: number[] | null = null): EmbeddingOutline => ({
  index,
  name: `words ${index}`,
  n: N,
  d: 8,
  dtype: "float32",
  columns: [],
  thumbnails: null,
  coordinates: [],
  notes: [],
  source: "",
  recorded: steps && { recording: 0, step: steps.at(-1)!, steps, changing: [] },
  lookup: null,
});
const found = () => comparisonOf(outline(0), { other: 1, step: null, k: 4 });

async function made(steps: number[] | null = null) {
  const outlines = [outline(0, steps), outline(1, steps)];
  const source = new MemorySource(outlines[0]!);
  const replay = steps && new Replay(source, 0, steps.at(-1)!);
  await replay?.load();
  const view = new EmbeddingView(source, outlines[0]!, replay);
  view.begin();
  await vi.waitFor(() => expect(view.layout.placement).not.toBeNull());
  const comparing = new Comparing(
    source,
    () => outlines,
    () => view,
  );
  return { source, view, comparing, replay, outlines };
}

describe("comparing", () => {
  it("begins with another embedding of as many points, and asks once", async () => {
    const { source, view, comparing } = await made();
    comparing.toggle();
    expect(comparing.outline!.index).toBe(1);
    await comparing.look();
    await comparing.look();
    expect(source.asked.filter((each) => each.startsWith("compare"))).toEqual(["compare null with 1 at null"]);
    expect(view.compared!.column.text(3)).toBe("15 of 15");
    expect([...view.states]).toEqual([0, 0, 0, 0, State.faded]);
  });

  it("begins with another step of itself where no other has as many points", async () => {
    const { comparing, outlines } = await made([1, 2]);
    outlines[1]!.n = N + 1;
    comparing.toggle();
    expect(comparing.outline!.index).toBe(0);
    expect(comparing.step).toBe(1);
  });

  it("leaves nothing behind when it ends", async () => {
    const { view, comparing } = await made();
    comparing.toggle();
    await comparing.look();
    comparing.toggle();
    expect(view.compared).toBeNull();
    expect(comparing.result).toBeNull();
    expect(view.states[4]).toBe(0);
  });

  it("lays the other picture upon the one that stands, and goes over into it", async () => {
    const { view, comparing } = await made();
    comparing.toggle();
    await comparing.look();
    await comparing.place();
    expect(comparing.beside!.sentence).toBe("Turned.");
    expect(comparing.blended).toBeNull();
    [comparing.way, comparing.amount] = ["morph", 1];
    const { positions } = view.layout.placement!;
    expect([...comparing.blended!.slice(0, 2)]).toEqual([...comparing.beside!.positions.slice(3, 5)]);
    expect([...comparing.blended!.slice(12)]).toEqual([...positions.slice(12)]);
  });

  it("shows the other picture before the neighbours are found", async () => {
    const { source, view, comparing } = await made();
    const job = { job: "c", state: "running" as const, fraction: 0.1, text: "Finding", error: "" };
    const none = { overlap: null, cka: null, kept: new Float32Array(N - 1).fill(NaN) };
    let tell: (message: typeof job | (typeof job & { state: "done" })) => void = () => {};
    vi.spyOn(source, "compare").mockResolvedValue(job);
    vi.spyOn(source, "follow").mockImplementation((_, listener) => ((tell = listener as typeof tell), () => {}));
    const answer = vi.spyOn(source, "comparison").mockResolvedValue({ ...found(), ...none, complete: false });
    comparing.toggle();
    const looked = comparing.look();
    await vi.waitFor(() => expect(source.follow).toHaveBeenCalled());
    tell(job);
    await vi.waitFor(() => expect(comparing.result?.complete).toBe(false));
    await comparing.place();
    expect(comparing.beside!.sentence).toBe("Turned.");
    expect([comparing.order.length, view.compared!.column.missing]).toEqual([0, N]);
    expect(verdict(comparing.result!)).toBe("4 points are in both.");
    answer.mockResolvedValue(found());
    tell({ ...job, state: "done" as never });
    await looked;
    expect([comparing.result!.complete, comparing.order.length]).toEqual([true, N - 1]);
  });

  it("compares an embedding with itself at another step, and another one at the step that is seen", async () => {
    const { source, comparing, replay } = await made([0, 10, 20]);
    expect(comparing.others.map(({ name }) => name)).toEqual(["words 0, another step", "words 1"]);
    comparing.toggle();
    expect([comparing.other, comparing.step]).toEqual([1, 20]);
    comparing.choose(0);
    expect([comparing.steps, comparing.step]).toEqual([[0, 10], 0]);
    await comparing.look();
    expect(source.asked).toContain("compare 20 with 0 at 0");
    replay!.jump(0);
    expect([comparing.steps, comparing.step]).toEqual([[10, 20], 10]);
  });

  it("says what went wrong, and asks again", async () => {
    const { source, comparing } = await made();
    const answer = vi.spyOn(source, "compare").mockRejectedValueOnce(new Error("No column says."));
    comparing.toggle();
    await comparing.look();
    expect(comparing.error).toBe("No column says.");
    comparing.again();
    await vi.waitFor(() => expect(comparing.result).not.toBeNull());
    expect(answer).toHaveBeenCalledTimes(2);
    expect(comparing.error).toBe("");
  });

  it("is kept in the address", async () => {
    const { comparing } = await made([0, 10, 20]);
    expect(comparing.address()).toBeUndefined();
    comparing.toggle();
    Object.assign(comparing, { otherStep: 10, k: 7, ids: "row", metric: "cosine", way: "morph", amount: 0.25 });
    const address = fromHash(toHash({ compare: comparing.address() })).compare!;
    const { comparing: again } = await made([0, 10, 20]);
    again.follow(address);
    expect(again.wanted).toBe(comparing.wanted);
    expect([again.way, again.amount]).toEqual(["morph", 0.25]);
    expect(fromHash("#cw=words&cwk=x&cwa=7&cws=-1").compare).toEqual({ other: "words" });
  });
});

describe("what is carried over", () => {
  const { there, back, shared } = correspondence(found(), N, 6);

  it("knows which point is which", () => {
    expect([[...there], [...back], [...shared!]]).toEqual([
      [1, 2, 3, 4, -1],
      [-1, 0, 1, 2, 3, -1],
      [1, 1, 1, 1, 0],
    ]);
    expect([...carriedRows([4, 0], there)]).toEqual([1]);
  });

  it("gives points that only the other has a colour of their own, faded or hidden", () => {
    const rgba = Uint8Array.from({ length: N * 4 }, (_, i) => i);
    const colors = carriedColors(rgba, back, [9, 9, 9, 255]);
    expect([...colors.slice(0, 8)]).toEqual([9, 9, 9, 255, 0, 1, 2, 3]);
    const states = Uint8Array.of(4, 0, 0, 0, 0);
    expect([...carriedStates(states, back, false)]).toEqual([State.faded, 4, 0, 0, 0, State.faded]);
    expect(carriedStates(states, back, true)[0]).toBe(State.hidden);
    expect([...carriedSizes(back, 4)!]).toEqual([56, 78, 78, 78, 78, 56]);
    expect(carriedSizes(back, 6)).toBeNull();
  });

  it("stands half way between the pictures, and stays where it is only in one", () => {
    const from = new Float32Array(N * 3).fill(2);
    const to = new Float32Array(6 * 3).fill(4);
    expect([...blend(from, to, there, 0.5)]).toEqual([...Array(12).fill(3), 2, 2, 2]);
  });

  it("lists who keeps least first, and says how many neighbours", () => {
    expect([...leastKept({ ...found(), kept: Float32Array.of(0.5, 0, 1, 0) })]).toEqual([1, 3, 0, 2]);
    const column = keptColumn(found(), N);
    expect([column.text(0), column.text(3), column.text(4)]).toEqual(["0 of 4", "4 of 4", null]);
  });

  it("says in words how alike they are, beside chance", () => {
    expect(verdict({ ...found(), overlap: 0.96, chance: 0.1 })).toContain("nearly all are the same");
    expect(verdict({ ...found(), overlap: 0.04, chance: 0.004 })).toContain("few are the same");
    expect(verdict({ ...found(), overlap: 0.12, chance: 0.1 })).toContain("hardly more are the same than by chance");
    expect(verdict({ ...found(), overlap: 0.4, chance: 0.001 })).toContain(
      "1.6 on average, where chance would bring 0.004",
    );
  });
});
