/**
 * The points in the memory of the graphics: two layouts, colours, states, and the lists of rows to draw.
 *
 * The arrays that came in are kept (not copied), so that everything can be sent again after the graphics
 * were lost. `place` mixes both layouts, for whoever needs a point's present place on the processor.
 */
import type { Rgb } from "./oklch";
import type { Similarity } from "./similarity";
import { dispersed } from "./order";
import { LIT, State } from "./types";

const NOWHERE = 1e30;
const FEW_LIT = 2000;
export const HAS_IMAGE = 128;
/** The size of a point where no column says another, as its byte. */
const USUAL = 64;

interface Buffers {
  from: WebGLBuffer;
  to: WebGLBuffer;
  colors: WebGLBuffer;
  states: WebGLBuffer;
  crowd: WebGLBuffer;
  sizes: WebGLBuffer;
  lit: WebGLBuffer;
  order: WebGLBuffer;
}

export class Points {
  n = 0;
  positions: Float32Array = new Float32Array(0);
  before: Float32Array | null = null;
  colors: Uint8Array = new Uint8Array(0);
  states: Uint8Array = new Uint8Array(0);
  crowd: Uint8Array = new Uint8Array(0);
  /** Diameters in 64ths of the usual one; null: all have that. */
  private sizes: Uint8Array | null = null;
  /** The rows of the lit points, in an order of which each beginning is an even part. */
  lit: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  selectedCount = 0;
  visibleCount = 0;
  /** How far the points are on their way to the present layout, 0 to 1. */
  progress = 1;
  private order: Uint32Array<ArrayBuffer> | null = null;
  private buffers!: Buffers;
  private arrays: WebGLVertexArrayObject | null = null;

  constructor(private gl: WebGL2RenderingContext) {
    this.attach(gl);
  }

  /** Build everything in this context, from the arrays at hand. */
  attach(gl: WebGL2RenderingContext): void {
    this.gl = gl;
    const make = () => gl.createBuffer();
    const [from, to, colors, states] = [make(), make(), make(), make()];
    this.buffers = { from, to, colors, states, crowd: make(), sizes: make(), lit: make(), order: make() };
    this.arrays = gl.createVertexArray();
    this.sendPlaces(this.buffers.to, this.positions);
    this.sendPlaces(this.buffers.from, this.before ?? this.positions);
    this.send(this.buffers.colors, this.colors);
    this.send(this.buffers.states, this.states);
    this.send(this.buffers.crowd, this.crowd);
    if (this.sizes) this.send(this.buffers.sizes, this.sizes);
    this.sendRows(this.buffers.lit, this.lit);
    if (this.order) this.sendRows(this.buffers.order, this.order);
  }

  /** Take a new layout; returns whether there is one before it to move from, seen in the `units` of the new one. */
  setLayout(positions: Float32Array, animate: boolean, units: Similarity | null = null): boolean {
    const moves = animate && this.n > 0 && positions.length === this.n * 3;
    const present = moves ? this.presentPlaces() : null;
    this.before = present && units ? units.all(present) : present;
    if (this.before && (this.progress < 1 || units)) this.sendPlaces(this.buffers.to, this.before);
    [this.buffers.from, this.buffers.to] = [this.buffers.to, this.buffers.from];
    this.positions = positions;
    this.resize(positions.length / 3);
    this.sendPlaces(this.buffers.to, positions);
    this.progress = moves ? 0 : 1;
    return moves;
  }

  setColors(rgba: Uint8Array): void {
    this.expect("colours", rgba.length / 4);
    this.colors = rgba;
    this.send(this.buffers.colors, rgba);
  }

  /** How large each is; null: all as usual. */
  setSizes(sizes: Uint8Array | null): void {
    if (sizes) this.expect("sizes", sizes.length);
    this.sizes = sizes;
    if (sizes) this.send(this.buffers.sizes, sizes);
  }

  /** How many times as large as usual a point is. */
  sizeOf(row: number): number {
    return this.sizes ? this.sizes[row] / USUAL : 1;
  }

  /** How dense the layout is around each point; as long as the layout. */
  setCrowd(crowd: Uint8Array): void {
    this.crowd = crowd;
    this.send(this.buffers.crowd, crowd);
  }

  /**
   * Take the states; `hasImage(row)` adds the bit that says where a thumbnail is at hand.
   *
   * Returns whether other points are hidden than before.
   */
  setStates(states: Uint8Array, hasImage: Uint8Array | null): boolean {
    this.expect("states", states.length);
    const { states: before } = this;
    const own = states.slice();
    const lit = new Uint32Array(own.length);
    let [count, selected, hidden, shows] = [0, 0, 0, before.length === own.length ? 0 : State.hidden];
    for (let row = 0; row < own.length; row++) {
      const bits = own[row];
      if (bits & LIT) lit[count++] = row;
      if (bits & State.hidden) hidden++;
      if (bits & State.selected) selected++;
      shows |= bits ^ before[row];
    }
    if (hasImage) for (let row = 0; row < own.length; row++) if (hasImage[row]) own[row] |= HAS_IMAGE;
    [this.selectedCount, this.visibleCount] = [selected, own.length - hidden];
    this.states = own;
    this.lit = dispersed(lit.subarray(0, count));
    this.send(this.buffers.states, own);
    this.sendRows(this.buffers.lit, this.lit);
    return (shows & State.hidden) !== 0;
  }

  /** Note that images of some rows have come. */
  markImages(start: number, end: number, hasImage: Uint8Array): void {
    for (let row = start; row < end; row++) if (hasImage[row]) this.states[row] |= HAS_IMAGE;
    const { gl } = this;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers.states);
    gl.bufferSubData(gl.ARRAY_BUFFER, start, this.states, start, end - start);
  }

  /** No point has an image any more. */
  clearImages(): void {
    for (let row = 0; row < this.states.length; row++) this.states[row] &= ~HAS_IMAGE;
    this.send(this.buffers.states, this.states);
  }

  /** Draw only these rows, in this order, from now on; null: all of them as they come. */
  setOrder(rows: Uint32Array<ArrayBuffer> | null): void {
    this.order = rows;
    if (rows) this.sendRows(this.buffers.order, rows);
  }

  /** Where a point is now, NaN where it has no place. */
  place(row: number): [number, number, number] {
    const { positions, before, progress } = this;
    const at = row * 3;
    const to = (axis: number) => positions[at + axis];
    if (!before || progress >= 1) return [to(0), to(1), to(2)];
    const now = (axis: number) => {
      const from = before[at + axis];
      return Number.isNaN(from) ? to(axis) : Number.isNaN(to(axis)) ? from : from + (to(axis) - from) * progress;
    };
    return [now(0), now(1), now(2)];
  }

  /** A point's colour: red, green, blue, 0–1. */
  color(row: number): Rgb {
    return Array.from(this.colors.subarray(row * 4, row * 4 + 3), (value) => value / 255) as Rgb;
  }

  /** The places of some rows in the present layout. Shape `(m, 3)`. */
  placesOf(rows: ArrayLike<number>): Float32Array {
    const places = new Float32Array(rows.length * 3);
    for (let i = 0; i < rows.length; i++) {
      const at = rows[i] * 3;
      for (let axis = 0; axis < 3; axis++) places[i * 3 + axis] = this.positions[at + axis];
    }
    return places;
  }

  arrived(): void {
    this.progress = 1;
    this.before = null;
  }

  bind(): void {
    const { gl, buffers } = this;
    gl.bindVertexArray(this.arrays);
    this.attribute(0, this.progress < 1 ? buffers.from : buffers.to, 3, gl.FLOAT);
    this.attribute(1, buffers.to, 3, gl.FLOAT);
    this.attribute(2, buffers.colors, 4, gl.UNSIGNED_BYTE);
    this.attribute(4, buffers.crowd, 1, gl.UNSIGNED_BYTE, false);
    if (this.sizes) this.attribute(5, buffers.sizes, 1, gl.UNSIGNED_BYTE, false);
    else gl.disableVertexAttribArray(5);
    gl.vertexAttrib1f(5, USUAL);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers.states);
    gl.enableVertexAttribArray(3);
    gl.vertexAttribIPointer(3, 1, gl.UNSIGNED_BYTE, 0, 0);
  }

  /** Draw the many; returns how many that were. */
  drawMany(): number {
    const { gl } = this;
    if (!this.order) gl.drawArrays(gl.POINTS, 0, this.n);
    else this.drawRows(this.buffers.order, this.order.length);
    return this.order ? this.order.length : this.n;
  }

  /** Draw the lit ones, an even part of them where `share` is less than 1; few are drawn whole. */
  drawLit(share = 1): void {
    const count = Math.min(this.lit.length, Math.max(Math.ceil(this.lit.length * share), FEW_LIT));
    if (count) this.drawRows(this.buffers.lit, count);
  }

  drawOne(row: number): void {
    this.gl.drawArrays(this.gl.POINTS, row, 1);
  }

  destroy(): void {
    for (const buffer of Object.values(this.buffers)) this.gl.deleteBuffer(buffer);
    this.gl.deleteVertexArray(this.arrays);
  }

  private expect(what: string, length: number): void {
    if (length === this.n) return;
    throw new Error(`The ${what} are for ${length} points, but the layout has ${this.n}. Set the layout first.`);
  }

  private drawRows(buffer: WebGLBuffer, count: number): void {
    const { gl } = this;
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, buffer);
    gl.drawElements(gl.POINTS, count, gl.UNSIGNED_INT, 0);
  }

  /** Bytes are read as 0 to 1 where `normal`, else as they are. */
  private attribute(at: number, buffer: WebGLBuffer, size: number, type: number, normal = true): void {
    const { gl } = this;
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(at);
    gl.vertexAttribPointer(at, size, type, normal, 0, 0);
  }

  /** Colours and states of another length than the layout would be read beyond their end: start afresh. */
  private resize(n: number): void {
    if (n === this.n) return;
    this.n = n;
    this.order = null;
    this.sizes = null;
    if (this.colors.length !== n * 4) this.setColors(new Uint8Array(n * 4).fill(160));
    if (this.states.length !== n) this.setStates(new Uint8Array(n), null);
  }

  private presentPlaces(): Float32Array {
    const { positions, before, progress } = this;
    if (!before || progress >= 1) return positions;
    const now = new Float32Array(positions.length);
    for (let i = 0; i < now.length; i++) {
      const mixed = before[i] + (positions[i] - before[i]) * progress;
      now[i] = mixed === mixed ? mixed : positions[i];
    }
    return now;
  }

  private sendPlaces(buffer: WebGLBuffer, positions: Float32Array): void {
    let sent = positions;
    for (let i = 0; i < positions.length; i++) {
      if (positions[i] - positions[i] === 0) continue;
      if (sent === positions) sent = positions.slice();
      sent[i - (i % 3)] = NOWHERE;
      sent[i] = NOWHERE;
    }
    this.send(buffer, sent);
  }

  private send(buffer: WebGLBuffer, data: Float32Array | Uint8Array): void {
    const { gl } = this;
    gl.bindVertexArray(null);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
  }

  private sendRows(buffer: WebGLBuffer, rows: Uint32Array): void {
    const { gl } = this;
    gl.bindVertexArray(null);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, rows, gl.DYNAMIC_DRAW);
  }
}
