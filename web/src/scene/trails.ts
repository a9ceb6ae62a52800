/**
 * The ways of some points through the steps of a timeline, as thin lines that fade towards the past.
 *
 * A way ends where its point is. While the points move to another step the ends go with them: `go` is told of the
 * step just before the scene is told of the layout.
 */
import type { Points } from "./points";
import { Program, type UniformValue } from "./program";
import { TRAIL_FRAGMENT, TRAIL_VERTEX } from "./trailShaders";
import { State } from "./types";

/** The ways of some points. */
export interface Ways {
  rows: Uint32Array;
  /** Ascending. */
  steps: number[];
  /** Shape `(rows, steps, 3)`; NaN: no place at that step. */
  places: Float32Array;
}

const WIDTH = 2;
const NOWHERE = 1e30;
/** So many lines are each as strong as one alone; of more each is weaker, so that they make no blot. */
const FEW = 12;
const FADED = 70;
/** Thumbnails are on the first one. */
const COLORS = 1;
const LENGTHS = 2;

export class TrailLayer {
  private ways: Ways | null = null;
  private program: Program | null = null;
  private places: WebGLBuffer | null = null;
  private arrays: WebGLVertexArrayObject | null = null;
  private colors: WebGLTexture | null = null;
  private lengths: WebGLTexture | null = null;
  /** Of each way to each step. Shape `(rows, steps)`. */
  private sofar: Float32Array = new Float32Array(0);
  private colored: unknown[] = [];
  private step = 0;
  private from = 0;
  private to = 0;

  constructor(
    private gl: WebGL2RenderingContext,
    private readonly points: Points,
    private readonly changed: () => void,
  ) {}

  /** The graphics were lost and are back. */
  attach(gl: WebGL2RenderingContext): void {
    this.gl = gl;
    [this.program, this.places, this.arrays, this.colors, this.lengths] = [null, null, null, null, null];
    this.colored = [];
    if (this.ways) this.send(this.ways);
  }

  /** Show the ways of other points; null: of none. */
  set(ways: Ways | null): void {
    if (ways === this.ways) return;
    const known = ways !== null && this.ways?.steps.length === ways.steps.length;
    this.ways = ways;
    this.colored = [];
    if (ways) this.send(ways);
    if (!known) this.from = this.to = this.placeOf(this.step);
    this.changed();
  }

  /** The next layout is of this step. */
  go(step: number): void {
    this.from = this.now;
    this.step = step;
    this.to = this.placeOf(step);
  }

  /** Where the points are among the steps, with the share of the way to the next one. */
  get now(): number {
    return this.from + (this.to - this.from) * this.points.progress;
  }

  /** Draw them, below what is lit, as `view` says where things are. */
  draw(view: Record<string, UniformValue>, cover: number, weight: number): void {
    const { gl, ways, now } = this;
    if (!ways || now <= 0) return;
    this.program ??= new Program(gl, TRAIL_VERTEX, TRAIL_FRAGMENT);
    this.program.use();
    this.color(ways);
    this.measure(ways, now);
    const { length } = ways.rows;
    const alpha = Math.min(1, 0.8 * weight) * Math.max((FEW / Math.max(length, FEW)) ** 0.2, 0.3);
    this.program.set({ ...view, u_steps: ways.steps.length, u_now: now, u_width: WIDTH });
    this.program.set({ u_alpha: alpha, u_cover: cover, u_colors: COLORS, u_lengths: LENGTHS });
    gl.bindVertexArray(this.arrays);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, length * ways.steps.length);
    gl.bindVertexArray(null);
  }

  /** The place of a step among those of the ways: the last one not after it. */
  private placeOf(step: number): number {
    const { steps } = this.ways ?? { steps: [] };
    let place = steps.length - 1;
    while (place > 0 && steps[place] > step) place--;
    return Math.max(place, 0);
  }

  /** A place before the first and two behind the last let each quad look at those beside it. */
  private send(ways: Ways): void {
    const { gl } = this;
    this.sofar = lengthsOf(ways);
    const sent = new Float32Array((this.sofar.length + 3) * 4).fill(NOWHERE);
    this.sofar.forEach((length, i) => {
      const place = ways.places.subarray(i * 3, i * 3 + 3);
      if (place.every(Number.isFinite)) sent.set([...place, length], i * 4 + 4);
    });
    this.places ??= gl.createBuffer();
    this.arrays ??= gl.createVertexArray();
    gl.bindVertexArray(this.arrays);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.places);
    gl.bufferData(gl.ARRAY_BUFFER, sent, gl.STATIC_DRAW);
    for (let at = 0; at < 4; at++) {
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, 4, gl.FLOAT, false, 16, at * 16);
      gl.vertexAttribDivisor(at, 1);
    }
    gl.bindVertexArray(null);
  }

  /** The colours are those of the points; what is hidden has no trail. */
  private color({ rows }: Ways): void {
    const { gl, points } = this;
    this.colors = this.bind(COLORS, this.colors);
    if (this.colored[0] !== points.colors || this.colored[1] !== points.states) {
      this.colored = [points.colors, points.states];
      const texels = colorsOf(rows, points.colors, points.states);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, rows.length, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, texels);
    }
    gl.activeTexture(gl.TEXTURE0);
  }

  /** How long each way is until now. */
  private measure({ rows, steps }: Ways, now: number): void {
    const { gl, sofar } = this;
    const before = Math.floor(now);
    const after = Math.min(before + 1, steps.length - 1);
    const lengths = Float32Array.from(rows, (_, i) => {
      const [from, to] = [sofar[i * steps.length + before], sofar[i * steps.length + after]];
      return from + (to - from) * (now - before);
    });
    this.lengths = this.bind(LENGTHS, this.lengths);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, rows.length, 1, 0, gl.RED, gl.FLOAT, lengths);
    gl.activeTexture(gl.TEXTURE0);
  }

  private bind(unit: number, known: WebGLTexture | null): WebGLTexture {
    const { gl } = this;
    gl.activeTexture(gl.TEXTURE0 + unit);
    const texture = known ?? gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
      gl.texParameteri(gl.TEXTURE_2D, filter, gl.NEAREST);
    return texture;
  }
}

/** How long each way is at each step; over steps without a place it does not grow. Shape `(rows, steps)`. */
export function lengthsOf({ rows, steps, places }: Ways): Float32Array {
  const out = new Float32Array(rows.length * steps.length);
  for (let i = 0; i < out.length; i++) {
    if (i % steps.length === 0) continue;
    const way = [0, 1, 2].map((axis) => places[i * 3 + axis] - places[i * 3 - 3 + axis]);
    out[i] = out[i - 1] + (Math.hypot(...way) || 0);
  }
  return out;
}

/** A colour a trail, shape `(rows, 4)`. */
export function colorsOf(rows: Uint32Array, colors: Uint8Array, states: Uint8Array): Uint8Array {
  const out = new Uint8Array(rows.length * 4);
  rows.forEach((row, i) => {
    out.set(colors.subarray(row * 4, row * 4 + 3), i * 4);
    out[i * 4 + 3] = states[row] & State.hidden ? 0 : states[row] & State.faded ? FADED : 255;
  });
  return out;
}
