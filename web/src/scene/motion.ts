/** Movement with a beginning and an end: the camera's flights and the points' ways between two layouts. */
import { between, type Camera } from "./camera";
import type { CameraState } from "./types";

/** Slow at both ends. */
export function ease(t: number): number {
  return t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2;
}

/** The points' way from where they are to a layout. */
export class Journey {
  private start = 0;
  private duration = 0;
  private pace: (t: number) => number = ease;

  /** Set out now; with an even pace where journeys follow each other. */
  begin(duration: number, even = false): void {
    [this.start, this.duration, this.pace] = [performance.now(), duration, even ? (t) => t : ease];
  }

  /** The share of the way that is behind at a time. */
  at(now: number): number {
    return now - this.start >= this.duration ? 1 : this.pace(Math.max((now - this.start) / this.duration, 0));
  }
}

interface Flight {
  from: CameraState;
  to: CameraState;
  fromStrength: number;
  start: number;
  duration: number;
}

/** Moves a camera from where it is to another state. */
export class CameraFlight {
  private flight: Flight | null = null;

  constructor(private readonly camera: Camera) {}

  get active(): boolean {
    return this.flight !== null;
  }

  /** Where the camera is going, or where it is. */
  get destination(): CameraState {
    return this.flight?.to ?? this.camera.state;
  }

  to(state: CameraState, duration: number): void {
    const from = this.camera.state;
    this.flight = { from, to: state, fromStrength: this.camera.strength, start: performance.now(), duration };
    if (duration <= 0) this.finish();
  }

  /** Go on; returns whether the camera moved. */
  advance(now: number): boolean {
    if (!this.flight) return false;
    const { from, to, fromStrength, start, duration } = this.flight;
    const t = ease(Math.min(Math.max((now - start) / duration, 0), 1));
    if (t >= 1) return this.finish();
    this.camera.state = between(from, to, t);
    const strength = to.dimensions === 3 ? 1 : 0;
    this.camera.strength = fromStrength + (strength - fromStrength) * t;
    return true;
  }

  finish(): boolean {
    if (this.flight) {
      this.camera.state = this.flight.to;
      this.camera.strength = this.flight.to.dimensions === 3 ? 1 : 0;
    }
    const moved = this.flight !== null;
    this.flight = null;
    return moved;
  }

  /** Stay here. */
  stop(): void {
    if (!this.flight) return;
    this.camera.strength = this.flight.to.dimensions === 3 ? 1 : 0;
    this.flight = null;
  }
}
