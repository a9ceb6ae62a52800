/** What a person's hands do to a scene: gestures become moves of its camera and events for whoever listens. */
import type { BallMark } from "./ballMark";
import type { GestureTarget } from "./gestures";
import type { Outline } from "./polygon";
import type { Scene } from "./scene";
import type { Dimensions, SelectMode, Tool } from "./types";

/** What hands may do that others may not. */
export interface Grip {
  /** Whether points are on their way to other places, so that none can be pointed at. */
  busy(): boolean;
  /** The point under a pixel, -1: none. */
  pick(x: number, y: number): number;
  /** The ball whose middle is under a pixel, and its edge under another: how it looks, and the points inside. */
  ball(middle: [number, number], edge: [number, number]): { mark: BallMark; rows(): Uint32Array };
  zoom(factor: number, x: number, y: number): void;
  /** Fly to twice the zoom. */
  approach(x: number, y: number): void;
  outline(outline: Outline | null, ball?: BallMark): void;
  cursor(name: string): void;
}

export class Hands implements GestureTarget {
  constructor(
    private readonly scene: Scene,
    private readonly grip: Grip,
  ) {}

  get dimensions(): Dimensions {
    return this.scene.camera.dimensions;
  }

  get tool(): Tool {
    return this.scene.tool;
  }

  pan(dx: number, dy: number): void {
    this.scene.steer((camera) => camera.panBy(dx, dy));
  }

  orbit(dx: number, dy: number): void {
    this.scene.steer((camera) => camera.orbitBy(dx, dy));
  }

  zoom(factor: number, x: number, y: number): void {
    this.grip.zoom(factor, x, y);
  }

  point(at: [number, number] | null): void {
    const { scene, grip } = this;
    const row = at && !grip.busy() ? grip.pick(...at) : -1;
    if (row < 0 && scene.hover < 0) return;
    scene.hover = row;
    if (scene.tool === "navigate") grip.cursor(row >= 0 ? "pointer" : "");
    scene.emit("hover", { row, x: at?.[0] ?? 0, y: at?.[1] ?? 0 });
  }

  click(x: number, y: number, keys: { additive: boolean; subtractive: boolean }): void {
    this.scene.emit("click", { row: this.grip.pick(x, y), x, y, ...keys });
  }

  focus(x: number, y: number): void {
    const row = this.grip.pick(x, y);
    if (row >= 0) this.scene.focusOn([row]);
    else this.grip.approach(x, y);
  }

  outline(outline: Outline | null): void {
    this.grip.outline(outline);
  }

  ball(middle: [number, number], edge: [number, number]): void {
    const { mark } = this.grip.ball(middle, edge);
    this.grip.outline(mark.outline, mark);
  }

  selectBall(middle: [number, number], edge: [number, number], mode: SelectMode): void {
    this.scene.emit("select", { rows: this.grip.ball(middle, edge).rows(), mode });
  }

  select(outline: Outline, mode: SelectMode): void {
    this.scene.emit("select", { rows: this.scene.rowsIn(outline), mode });
  }
}
