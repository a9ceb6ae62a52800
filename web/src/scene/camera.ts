/**
 * The camera: from layout units to CSS pixels and back.
 *
 * One formula serves both dimensions. A place is turned about the target, scaled to pixels and divided by
 * `w = 1 - z / distance`; in two dimensions the distance is infinite and `w` is 1. The camera turns like a
 * globe on its stand (yaw about the vertical, pitch held between the poles), so up stays up.
 */
import type { CameraState, Dimensions, Insets } from "./types";

const HALF_FIELD = Math.tan((32 / 2 / 180) * Math.PI);
const POLE = Math.PI / 2 - 0.01;
const MARGIN = 0.92;
const RADIANS_PER_PIXEL = 0.007;

/** Nearer to the eye than this share of the distance nothing is drawn. */
export const NEAR = 0.06;

/** The box around a layout: middle and half extents on each axis. */
export interface Bounds {
  center: [number, number, number];
  half: [number, number, number];
}

export interface Projected {
  x: number;
  y: number;
  /** Towards the eye, layout units from the target. */
  depth: number;
  /** Perspective divisor: below 1 nearer than the target, above 1 farther. */
  w: number;
}

export class Camera {
  dimensions: Dimensions = 2;
  target: [number, number, number] = [0, 0, 0];
  zoom = 1;
  yaw = 0;
  pitch = 0;
  /** How much perspective there is: 1 in three dimensions, 0 in two, in between on the way. */
  strength = 0;
  width = 1;
  height = 1;
  insets: Insets = { left: 0, right: 0, top: 0, bottom: 0 };
  private turn = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  private turnedTo: [number, number] = [0, 0];

  get state(): CameraState {
    const { dimensions, zoom, yaw, pitch } = this;
    return { dimensions, target: [...this.target], zoom, yaw, pitch };
  }

  set state(next: CameraState) {
    this.dimensions = next.dimensions;
    this.target = [...next.target];
    this.zoom = next.zoom;
    this.yaw = next.yaw;
    this.pitch = clamp(next.pitch, -POLE, POLE);
  }

  /** The free area in CSS pixels: what no panel covers. */
  get free(): { x: number; y: number; width: number; height: number } {
    const { left, right, top, bottom } = this.insets;
    const width = Math.max(this.width - left - right, this.width * 0.2, 1);
    const height = Math.max(this.height - top - bottom, this.height * 0.2, 1);
    return { x: Math.min(left, this.width - width), y: Math.min(top, this.height - height), width, height };
  }

  /** The middle of the free area, where the target sits. */
  get center(): [number, number] {
    const { x, y, width, height } = this.free;
    return [x + width / 2, y + height / 2];
  }

  /** CSS pixels a layout unit, at the target. */
  get scale(): number {
    const { width, height } = this.free;
    return (this.zoom * Math.min(width, height)) / 2;
  }

  set scale(pixels: number) {
    const { width, height } = this.free;
    this.zoom = (2 * pixels) / Math.min(width, height);
  }

  /** One over the eye's distance from the target in layout units; 0 without perspective. */
  get perspective(): number {
    return (this.strength * 2 * this.scale * HALF_FIELD) / this.free.height;
  }

  /** Rows: right, up, towards the eye. Shape `(3, 3)`, row by row. */
  get rotation(): Float64Array {
    if (this.yaw === this.turnedTo[0] && this.pitch === this.turnedTo[1]) return this.turn;
    this.turnedTo = [this.yaw, this.pitch];
    const [sy, cy, sp, cp] = [Math.sin(this.yaw), Math.cos(this.yaw), Math.sin(this.pitch), Math.cos(this.pitch)];
    this.turn = Float64Array.of(cy, 0, -sy, -sp * sy, cp, -sp * cy, cp * sy, sp, cp * cy);
    return this.turn;
  }

  project(x: number, y: number, z: number): Projected {
    const r = this.rotation;
    const [dx, dy, dz] = [x - this.target[0], y - this.target[1], z - this.target[2]];
    const depth = r[6] * dx + r[7] * dy + r[8] * dz;
    const w = 1 - this.perspective * depth;
    const [cx, cy] = this.center;
    const k = this.scale / w;
    return {
      x: cx + (r[0] * dx + r[1] * dy + r[2] * dz) * k,
      y: cy - (r[3] * dx + r[4] * dy + r[5] * dz) * k,
      depth,
      w,
    };
  }

  /** The place in the plane through the target that faces the eye, under a pixel. */
  unproject(x: number, y: number): [number, number, number] {
    const [cx, cy] = this.center;
    return this.shifted((x - cx) / this.scale, (cy - y) / this.scale);
  }

  panBy(dx: number, dy: number): void {
    this.target = this.shifted(-dx / this.scale, dy / this.scale);
  }

  /** Zoom by a factor so that what is under the pixel stays there. */
  zoomAt(factor: number, x: number, y: number): void {
    const before = this.unproject(x, y);
    this.zoom *= factor;
    const after = this.unproject(x, y);
    for (let axis = 0; axis < 3; axis++) this.target[axis] += before[axis] - after[axis];
  }

  orbitBy(dx: number, dy: number): void {
    if (this.dimensions === 2) return;
    this.yaw = wrap(this.yaw - dx * RADIANS_PER_PIXEL);
    this.pitch = clamp(this.pitch + dy * RADIANS_PER_PIXEL, -POLE, POLE);
  }

  /** The state that shows the whole box, seen from where the camera looks now. */
  fitted({ center, half }: Bounds, margin = MARGIN): CameraState {
    const { width, height } = this.free;
    const [x, y] = this.dimensions === 3 ? this.silhouette(half) : [half[0], half[1]];
    const least = Math.max(x, y) * 1e-3 || 1;
    const pixels = margin * Math.min(width / 2 / Math.max(x, least), height / 2 / Math.max(y, least));
    const zoom = (2 * pixels) / Math.min(width, height);
    return { ...this.state, target: [...center], zoom };
  }

  /** Half extents on the screen of the ellipsoid inside a turned box; its corners are seldom filled. */
  private silhouette(half: readonly number[]): [number, number] {
    const r = this.rotation;
    const along = (line: number) => Math.hypot(r[line] * half[0], r[line + 1] * half[1], r[line + 2] * half[2]);
    return [along(0) * 1.2, along(3) * 1.2];
  }

  /** Another camera that looks alike. */
  copy(): Camera {
    const { width, height, strength, insets, state } = this;
    return Object.assign(new Camera(), { width, height, strength, insets: { ...insets }, state });
  }

  /** Change what panels cover without moving the picture. */
  keepThrough(change: () => void): void {
    const [[x, y], scale] = [this.center, this.scale];
    change();
    const [nx, ny] = this.center;
    this.scale = scale;
    this.panBy(x - nx, y - ny);
  }

  private shifted(right: number, up: number): [number, number, number] {
    const r = this.rotation;
    const [x, y, z] = this.target;
    return [x + right * r[0] + up * r[3], y + right * r[1] + up * r[4], z + right * r[2] + up * r[5]];
  }
}

/** A state on the way between two: zoom moves evenly in its logarithm, turns take the short way. */
export function between(a: CameraState, b: CameraState, t: number): CameraState {
  const zoom = Math.exp(mix(Math.log(a.zoom), Math.log(b.zoom), t));
  // The target moves so that the picture seems to glide: faster while the view is wide.
  const s = Math.abs(b.zoom - a.zoom) < 1e-9 * b.zoom ? t : (1 / a.zoom - 1 / zoom) / (1 / a.zoom - 1 / b.zoom);
  const target = a.target.map((value, axis) => mix(value, b.target[axis], s)) as [number, number, number];
  const yaw = a.yaw + wrap(b.yaw - a.yaw) * t;
  return { dimensions: b.dimensions, target, zoom, yaw, pitch: mix(a.pitch, b.pitch, t) };
}

/** Where every point lies on the screen; NaN for what has no place or is behind the eye. */
export function projectAll(camera: Camera, positions: Float32Array, out: ScreenPlaces): void {
  const r = camera.rotation;
  const [tx, ty, tz] = camera.target;
  const [cx, cy] = camera.center;
  const { scale, perspective } = camera;
  const { x: xs, y: ys, depth: depths } = out;
  const [a, b, c, d, e, f, g, h, i] = r;
  for (let row = 0, at = 0; row < xs.length; row++, at += 3) {
    const x = positions[at] - tx;
    const y = positions[at + 1] - ty;
    const z = positions[at + 2] - tz;
    const depth = g * x + h * y + i * z;
    const w = 1 - perspective * depth;
    const k = w > NEAR ? scale / w : NaN;
    xs[row] = cx + (a * x + b * y + c * z) * k;
    ys[row] = cy - (d * x + e * y + f * z) * k;
    depths[row] = depth;
  }
}

export interface ScreenPlaces {
  x: Float32Array;
  y: Float32Array;
  depth: Float32Array;
}

const mix = (a: number, b: number, t: number) => a + (b - a) * t;
const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
const wrap = (angle: number) => angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
