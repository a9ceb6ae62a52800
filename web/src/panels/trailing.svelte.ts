// Keeps the scene's trails told of what the state says.

import type { Explorer } from "../state/explorer.svelte";
import type { Stage } from "./stage.svelte";

/** Called while a component is made, whose life it shares. */
export function trailing(explorer: Explorer, stage: Stage): void {
  $effect(() => {
    const { view } = explorer;
    if (view?.replay) void view.trails.follow(view.followed);
  });
  $effect(() => {
    const { view } = explorer;
    // A run that still moves leaves its ways behind.
    stage.scene?.trails.set(view?.layout.frame ? null : (view?.trails.ways ?? null));
  });
}
