/** Where the camera is, where it flies to, and how near or far it may go. */
import { type Bounds, Camera } from "./camera";
import { boundsOf } from "./density";
import type { Rectangle } from "./labels";
import { CameraFlight } from "./motion";
import type { Similarity } from "./similarity";
import type { CameraState, Dimensions, Insets } from "./types";

const FLY_MS = 450;
const START_3D = { yaw: -0.55, pitch: 0.35 };
const CLOSEST = 0.04;
const FARTHEST = 0.2;
const NEAREST = 1e5;
/** Radians a second; after a frame that took long it goes on from where it is. */
const TURN_SPEED = 0.16;
const TURN_STEP_MS = 100;

export class Navigator {
  readonly camera = new Camera();
  /** The box that home brings into view. */
  bounds: Bounds = { center: [0, 0, 0], half: [1, 1, 1] };
  /** Whether everything is in view, since nobody has moved the camera. */
  atHome = true;
  /** Whether a picture in three dimensions turns by itself, until a person moves it. */
  turns = false;
  private turnedAt = 0;
  private readonly flight = new CameraFlight(this.camera);

  constructor(private readonly calm: boolean) {}

  get flying(): boolean {
    return this.flight.active;
  }

  /** Of the layout that is shown, or that the camera is flying to. */
  get dimensions(): Dimensions {
    return this.flight.destination.dimensions;
  }

  /** CSS pixels a layout unit when everything is in view. */
  get homeScale(): number {
    const { width, height } = this.camera.free;
    return (this.camera.fitted(this.bounds).zoom * Math.min(width, height)) / 2;
  }

  /** What no panel covers, CSS pixels. */
  get area(): Rectangle {
    const { x, y, width, height } = this.camera.free;
    return { left: x, top: y, right: x + width, bottom: y + height };
  }

  /** Go on; returns whether the camera moved. */
  advance(now: number): boolean {
    return this.flight.advance(now) || this.turn(now);
  }

  private turn(now: number): boolean {
    const elapsed = Math.min(now - this.turnedAt, TURN_STEP_MS);
    this.turnedAt = now;
    if (!this.turns || this.calm || this.camera.dimensions !== 3) return false;
    this.camera.yaw += (elapsed / 1000) * TURN_SPEED;
    return true;
  }

  /** Bring everything into view. */
  fit(dimensions = this.dimensions, duration = FLY_MS): void {
    const goal = this.camera.copy();
    goal.state = { ...goal.state, dimensions, ...this.viewpoint(dimensions) };
    this.fly(goal.fitted(this.bounds), duration);
    this.atHome = true;
  }

  /** Show this box at once; it is home while the layout is being computed. */
  ease(bounds: Bounds): void {
    this.camera.state = this.camera.fitted(bounds);
  }

  /** The layout's units are others now: look at the same picture in these. */
  rescale(units: Similarity): void {
    const { target, zoom } = this.camera;
    this.camera.target = units.place(target);
    this.camera.zoom = zoom / units.scale;
  }

  /** Change only the dimensions, where the layout has others than the one before. */
  orient(dimensions: Dimensions, duration: number): void {
    if (dimensions === this.dimensions) return;
    this.fly({ ...this.flight.destination, dimensions, ...this.viewpoint(dimensions) }, duration);
  }

  jump(state: CameraState): void {
    const flat = this.dimensions === 2 ? { yaw: 0, pitch: 0 } : {};
    this.fly({ ...state, dimensions: this.dimensions, ...flat }, 0);
  }

  /** Fly to a view of this layout. */
  flyTo(state: CameraState): void {
    this.fly({ ...state, dimensions: this.dimensions }, FLY_MS);
  }

  /** Bring these places into view, shape `(n, 3)`; returns whether there were any. */
  focus(places: Float32Array): boolean {
    if (!places.some((value) => !Number.isNaN(value))) return false;
    const { center, half } = boundsOf(places);
    const least = Math.hypot(...this.bounds.half) * CLOSEST || 1;
    const wide = half.map((extent) => Math.max(extent, least)) as Bounds["half"];
    this.fly(this.camera.fitted({ center, half: wide }, 0.7), FLY_MS);
    return true;
  }

  /** Fly to twice the zoom, so that what is under the pixel stays there. */
  approach(x: number, y: number): void {
    const goal = this.camera.copy();
    goal.zoomAt(2, x, y);
    this.fly(goal.state, FLY_MS);
  }

  /** A person moves the camera: every flight ends. */
  steer(move: (camera: Camera) => void): void {
    this.flight.stop();
    this.turns = false;
    move(this.camera);
    this.atHome = false;
  }

  /** Zoom within the limits. */
  zoomAt(factor: number, x: number, y: number): void {
    const home = this.homeScale;
    const scale = Math.min(Math.max(this.camera.scale * factor, home * FARTHEST), home * NEAREST);
    this.camera.zoomAt(scale / this.camera.scale, x, y);
  }

  resize(width: number, height: number): void {
    Object.assign(this.camera, { width, height });
    if (this.atHome) this.fit(this.dimensions, 0);
  }

  setInsets(insets: Insets): void {
    const { dimensions } = this;
    this.flight.finish();
    if (!this.atHome) return this.camera.keepThrough(() => (this.camera.insets = { ...insets }));
    this.camera.insets = { ...insets };
    this.fit(dimensions, 0);
  }

  private fly(state: CameraState, duration: number): void {
    this.flight.to(state, this.calm ? 0 : duration);
    this.atHome = false;
  }

  private viewpoint(dimensions: Dimensions): { yaw: number; pitch: number } {
    const { dimensions: before, yaw, pitch } = this.flight.destination;
    if (dimensions === 2) return { yaw: 0, pitch: 0 };
    return before === 3 ? { yaw, pitch } : START_3D;
  }
}
