// Keeps the comparison and the first scene told of each other: what is asked again, and points on their way.

import type { Explorer } from "../state/explorer.svelte";
import type { Stage } from "./stage.svelte";

/** Called while a component is made, whose life it shares. */
export function comparing(explorer: Explorer, stage: Stage): void {
  const { comparing } = explorer;
  let moved = false;

  // While steps are played there is no time to compare each.
  $effect(() => {
    void comparing.wanted;
    if (!explorer.view?.replay?.playing) void comparing.look();
  });
  $effect(() => {
    void [comparing.outline, comparing.step, explorer.view?.outline];
    if (comparing.on) void comparing.findPictures();
  });
  $effect(() => {
    const { result, picture } = comparing;
    const { placement, standing } = explorer.view?.layout ?? {};
    if (result && placement && standing) void [picture, comparing.place()];
  });
  // After the layout itself, which is drawn in a task of its own.
  $effect(() => {
    const { scene } = stage;
    const placement = explorer.view?.layout.placement;
    const { blended } = comparing;
    if (!scene || !placement || (!blended && !moved)) return;
    const timer = setTimeout(() => {
      const back = !blended;
      scene.setLayout(blended ?? placement.positions, placement.dimensions, {
        animate: back,
        pace: back ? undefined : 0,
        fit: false,
      });
      moved = !back;
    });
    return () => clearTimeout(timer);
  });
}
