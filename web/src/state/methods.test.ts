import { describe as group, expect, it } from "vitest";
import { defaults, describe, PARAMETERS, parametersOf, requestOf, same, settingsOf } from "./methods";

group("the parameters of a method", () => {
  it("have one sentence each", () => {
    for (const parameter of [...PARAMETERS.tsne, ...PARAMETERS.umap]) {
      expect(parameter.says.length).toBeGreaterThan(30);
      expect(parameter.says).not.toMatch(/\.$/);
    }
  });

  it("are sent only where the method reads them", () => {
    expect(requestOf(defaults("tsne"))).toMatchObject({ method: "tsne", perplexity: 30, max_iter: 0 });
    expect(requestOf(defaults("tsne"))).not.toHaveProperty("min_dist");
    expect(requestOf(defaults("tsne"))).not.toHaveProperty("supervise");
    expect(requestOf({ ...defaults("umap"), supervise: "label" })).toMatchObject({ target_weight: 0.5 });
  });

  it("are fewer neighbours of each step where all are laid out together", () => {
    expect(defaults("tsne", true)).toMatchObject({ joint: true, perplexity: 30 });
    expect(defaults("umap", true)).toMatchObject({ joint: true, n_neighbors: 5 });
    expect(defaults("umap")).toMatchObject({ joint: false, n_neighbors: 15 });
  });

  it("follow the affinity", () => {
    const names = (affinity: "perplexity" | "uniform") =>
      parametersOf({ ...defaults("tsne"), affinity }).map(({ name }) => name);
    expect(names("perplexity")).not.toContain("n_neighbors");
    expect(names("uniform")).not.toContain("perplexity");
  });

  it("are said shortly: the first one, and what is not as by default", () => {
    expect(describe({ method: "tsne" })).toEqual(["perplexity 30"]);
    expect(describe({ method: "umap", n_neighbors: 50, min_dist: 0.5, n_components: 3 })).toEqual([
      "n_neighbors 50",
      "min_dist 0.5",
      "3-D",
    ]);
    expect(describe({ method: "tsne", affinity: "uniform" })).toEqual(["n_neighbors 15", "uniform neighbours"]);
  });

  it("that a method does not read make no difference", () => {
    expect(same({ method: "umap" }, { ...settingsOf({ method: "umap" }), perplexity: 5 })).toBe(true);
    expect(same({ method: "umap" }, { method: "umap", random_state: 1 })).toBe(false);
  });
});
