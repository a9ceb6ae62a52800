/** Thin lines from point to point, below the points, which they follow wherever these go. */
import type { Points } from "./points";
import { Program, type UniformValue } from "./program";
import { LINK_FRAGMENT, LINK_VERTEX } from "./shaders";

/** So many lines are each as strong as one alone; of more each is weaker. */
const FEW = 400;
const STRONGEST = 0.75;
const WEAKEST = 0.06;

export class LinkLayer {
  private pairs: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  private program: Program | null = null;
  private buffer: WebGLBuffer | null = null;
  private stale = false;

  constructor(
    private gl: WebGL2RenderingContext,
    private readonly changed: () => void,
  ) {}

  /** The graphics were lost and are back. */
  attach(gl: WebGL2RenderingContext): void {
    [this.gl, this.program, this.buffer, this.stale] = [gl, null, null, true];
  }

  /** Join these rows: two and two. */
  set(pairs: Uint32Array<ArrayBuffer>): void {
    [this.pairs, this.stale] = [pairs, true];
    this.changed();
  }

  /** Draw them with the points' own arrays, which are bound. */
  draw(points: Points, view: Record<string, UniformValue>, cover: number): void {
    const { gl, pairs } = this;
    if (!pairs.length || !points.n) return;
    this.program ??= new Program(gl, LINK_VERTEX, LINK_FRAGMENT);
    this.program.use();
    const alpha = Math.max(STRONGEST * Math.min(1, (2 * FEW) / pairs.length) ** 0.35, WEAKEST);
    this.program.set({ ...view, u_pass: 3, u_alpha: alpha, u_cover: cover });
    this.buffer ??= gl.createBuffer();
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.buffer);
    if (this.stale) gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, this.within(points.n), gl.STATIC_DRAW);
    this.stale = false;
    gl.drawElements(gl.LINES, pairs.length, gl.UNSIGNED_INT, 0);
  }

  private within(n: number): Uint32Array<ArrayBuffer> {
    return this.pairs.every((row) => row < n) ? this.pairs : this.pairs.map((row) => (row < n ? row : 0));
  }
}
