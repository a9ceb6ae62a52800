/**
 * What hands do: mouse, wheel and fingers become pans, turns, zooms, clicks and outlines.
 *
 * Drag: pan in two dimensions, orbit in three. Ctrl, middle or right drag: pan. Shift-drag: a box selection.
 * Wheel and two fingers: zoom to the place under them. Double click: look closer. Escape drops an outline.
 */
import { type Outline, rectangle } from "./polygon";
import type { Dimensions, SelectMode, Tool } from "./types";

const CLICK_DISTANCE = 4;
const LASSO_STEP = 3;

export interface GestureTarget {
  readonly dimensions: Dimensions;
  readonly tool: Tool;
  pan(dx: number, dy: number): void;
  orbit(dx: number, dy: number): void;
  zoom(factor: number, x: number, y: number): void;
  /** The pointer rests or moves there; null: it left. */
  point(at: [number, number] | null): void;
  click(x: number, y: number, keys: { additive: boolean; subtractive: boolean }): void;
  focus(x: number, y: number): void;
  /** An outline is being drawn; null: it is gone. */
  outline(outline: Outline | null): void;
  select(outline: Outline, mode: SelectMode): void;
  /** A ball is being drawn, from its middle to its edge. */
  ball(middle: [number, number], edge: [number, number]): void;
  selectBall(middle: [number, number], edge: [number, number], mode: SelectMode): void;
}

type Drag = "pan" | "orbit" | "box" | "lasso" | "sphere";

export class Gestures {
  private readonly pointers = new Map<number, [number, number]>();
  private readonly stopped = new AbortController();
  private drag: Drag | null = null;
  private start: [number, number] = [0, 0];
  private path: [number, number][] = [];
  private moved = false;

  constructor(
    private readonly element: HTMLElement,
    private readonly target: GestureTarget,
  ) {
    const on = <K extends keyof HTMLElementEventMap>(type: K, act: (event: HTMLElementEventMap[K]) => void) =>
      element.addEventListener(type, act, { signal: this.stopped.signal, passive: false });
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", (event) => this.cancel(event));
    on("pointerleave", () => this.pointers.size || target.point(null));
    on("wheel", (event) => this.wheel(event));
    on("dblclick", (event) => target.focus(...this.at(event)));
    on("contextmenu", (event) => event.preventDefault());
    const { signal } = this.stopped;
    window.addEventListener("keydown", (event) => event.key === "Escape" && this.drop(), { signal });
  }

  destroy(): void {
    this.stopped.abort();
  }

  private down(event: PointerEvent): void {
    const at = this.at(event);
    this.pointers.set(event.pointerId, at);
    this.element.setPointerCapture(event.pointerId);
    if (this.pointers.size > 1) this.drop();
    else [this.drag, this.start, this.path, this.moved] = [this.meaning(event), at, [at], false];
  }

  /** What a drag that starts like this will do. */
  private meaning(event: PointerEvent): Drag {
    const pans = event.button === 1 || event.button === 2 || event.ctrlKey || event.metaKey;
    if (pans) return "pan";
    if (this.target.tool !== "navigate") return this.target.tool;
    if (event.shiftKey) return "box";
    return this.target.dimensions === 3 ? "orbit" : "pan";
  }

  private move(event: PointerEvent): void {
    const at = this.at(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) return this.target.point(at);
    this.pointers.set(event.pointerId, at);
    if (this.pointers.size === 2) return this.pinch(event.pointerId, before, at);
    if (!this.moved && Math.hypot(at[0] - this.start[0], at[1] - this.start[1]) > CLICK_DISTANCE) {
      this.moved = true;
      this.target.point(null);
    }
    if (!this.moved || this.pointers.size > 2) return;
    const [dx, dy] = [at[0] - before[0], at[1] - before[1]];
    if (this.drag === "pan") this.target.pan(dx, dy);
    else if (this.drag === "orbit") this.target.orbit(dx, dy);
    else if (this.drag) this.draw(at);
  }

  /** Two fingers: what was under them stays under them. */
  private pinch(id: number, before: [number, number], at: [number, number]): void {
    const other = [...this.pointers].find(([pointer]) => pointer !== id)?.[1];
    if (!other) return;
    const spread = (a: [number, number]) => Math.max(Math.hypot(a[0] - other[0], a[1] - other[1]), 1);
    this.target.pan((at[0] - before[0]) / 2, (at[1] - before[1]) / 2);
    this.target.zoom(spread(at) / spread(before), (at[0] + other[0]) / 2, (at[1] + other[1]) / 2);
  }

  private draw(at: [number, number]): void {
    if (this.drag === "sphere") return this.target.ball(this.start, at);
    const last = this.path[this.path.length - 1];
    if (this.drag === "lasso" && Math.hypot(at[0] - last[0], at[1] - last[1]) > LASSO_STEP) this.path.push(at);
    this.target.outline(this.drawn(at));
  }

  private drawn(at: [number, number]): Outline {
    return this.drag === "box" ? rectangle(this.start, at) : [...this.path, at];
  }

  private up(event: PointerEvent): void {
    const at = this.at(event);
    const held = this.pointers.delete(event.pointerId);
    const { drag } = this;
    if (!held || this.pointers.size || !drag) return;
    this.drag = null;
    const additive = event.shiftKey || event.ctrlKey || event.metaKey;
    if (!this.moved) {
      if (event.button === 0) this.target.click(at[0], at[1], { additive, subtractive: event.altKey });
    } else if (drag === "sphere") {
      this.target.outline(null);
      this.target.selectBall(this.start, at, this.mode(event));
    } else if (drag === "box" || drag === "lasso") {
      const outline = drag === "box" ? rectangle(this.start, at) : [...this.path, at];
      this.target.outline(null);
      this.target.select(outline, this.mode(event));
    }
  }

  /** Shift adds, Alt takes away, both keep what is in both; with the tool for moving, Shift already means the box. */
  private mode(event: PointerEvent): SelectMode {
    const adds = this.target.tool === "navigate" ? event.ctrlKey || event.metaKey : event.shiftKey;
    if (event.altKey) return adds ? "intersect" : "remove";
    return adds ? "add" : null;
  }

  private cancel(event: PointerEvent): void {
    this.pointers.delete(event.pointerId);
    this.drop();
  }

  private drop(): void {
    this.drag = null;
    this.target.outline(null);
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1);
    const speed = event.ctrlKey ? 0.01 : 0.0018; // the browser tells a pinch on a touchpad as Ctrl and wheel
    this.target.zoom(Math.exp(-Math.max(-300, Math.min(300, pixels)) * speed), ...this.at(event));
  }

  private at(event: MouseEvent): [number, number] {
    const box = this.element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
}
