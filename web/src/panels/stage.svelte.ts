// The scene, once there is one, for the parts that steer it: toolbar, keys and lists.

import type { Scene } from "../scene";
import type { SceneStats } from "../scene/types";

export class Stage {
  scene = $state.raw<Scene | null>(null);
  stats = $state.raw<SceneStats | null>(null);
  /** Counts the camera's moves, so that the address can follow. */
  cameraMoved = $state(0);
  error = $state("");
}
