// Keeps the scene told of how points look beside their colours: sizes, lines, contours, names of regions, fog.

import type { Explorer } from "../state/explorer.svelte";
import type { Stage } from "./stage.svelte";

/** Regions are named once the picture has stood still for so long. */
const REST_MS = 350;
const NONE = new Uint32Array(0);

/** To be called while a component is made. */
export function dressing(explorer: Explorer, stage: Stage): void {
  const drawn = () => (explorer.view?.layout.placement ? explorer.view : null);

  // After the layout, which decides how many points there are.
  $effect(() => {
    const [scene, view] = [stage.scene, drawn()];
    if (!scene || !view) return;
    const { sizes, links } = view.appearance;
    const timer = setTimeout(() => {
      scene.setSizes(sizes);
      scene.links.set(links ?? NONE);
    });
    return () => clearTimeout(timer);
  });
  $effect(() => {
    const [scene, view] = [stage.scene, drawn()];
    if (!scene || !view) return;
    scene.contouring.on = view.appearance.contours;
    scene.fog = !view.appearance.clear;
  });
  $effect(() => {
    const view = drawn();
    if (!view) return;
    void [view.layout.placement, view.states, view.order, view.appearance.nameBy];
    const timer = setTimeout(() => view.nameRegions(), REST_MS);
    return () => clearTimeout(timer);
  });
  $effect(() => {
    stage.scene?.over.names.set(drawn()?.appearance.names ?? null);
  });
}
