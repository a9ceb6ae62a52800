import { describe, expect, it } from "vitest";
import type { EmbeddingOutline, NeighborsRequest } from "../schema/messages";
import { MemorySource } from "../source/memory";
import type { NeighborsResult, Step } from "../source/source";
import { Neighborhood } from "./neighborhood.svelte";

/** Nearest are the points that follow, from the step on. */
class Stepped extends MemorySource {
  override async neighbors(
    embedding: number,
    request: NeighborsRequest,
    _signal?: AbortSignal,
    step: Step = null,
  ): Promise<NeighborsResult> {
    const rows = Uint32Array.of(1, 2, 3).map((each) => each + (step ?? 0));
    return { ...(await super.neighbors(embedding, request)), rows, distances: Float32Array.of(1, 2, 3) };
  }
}

describe("the neighbours at two steps", () => {
  it("are told apart into those that came and those that left", async () => {
    const near = new Neighborhood(new Stepped({} as EmbeddingOutline), 0, () => 2);
    await near.focus(0);
    expect(near.turnover).toBeNull();
    await near.compare(0);
    expect([...near.turnover!.came]).toEqual([4, 5]);
    expect([...near.turnover!.left]).toEqual([1, 2]);
    await near.compare(null);
    expect(near.other).toBeNull();
    near.close();
    expect(near.turnover).toBeNull();
  });
});
