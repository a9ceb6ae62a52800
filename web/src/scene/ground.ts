/**
 * What lies behind the points: soft regions of colour in the plane, each where the model predicts one class.
 *
 * A small picture is stretched over its part of the plane; the graphics smooth it.
 */
import type { Camera } from "./camera";
import { Program } from "./program";
import type { Palette } from "./theme";

/** Colours on a grid in the plane, row by row from `low` to `high`, both included. */
export interface Ground {
  /** Red, green, blue, opacity: shape `(height, width, 4)`. */
  pixels: Uint8Array;
  width: number;
  height: number;
  low: [number, number];
  high: [number, number];
}

const VERTEX = `#version 300 es
precision highp float;
uniform vec2 u_low, u_high;  // layout units, the outer edges
uniform vec2 u_target, u_center, u_size;
uniform float u_scale;
out vec2 v_at;

void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  vec2 place = mix(u_low, u_high, corner) - u_target;
  vec2 pixel = u_center + vec2(place.x, -place.y) * u_scale;
  gl_Position = vec4(pixel.x / u_size.x * 2.0 - 1.0, 1.0 - pixel.y / u_size.y * 2.0, 0.0, 1.0);
  v_at = corner;
}
`;

const FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D u_ground;
uniform float u_opacity;
in vec2 v_at;
out vec4 color;

void main() {
  color = texture(u_ground, v_at) * u_opacity;
}
`;

export class GroundLayer {
  private ground: Ground | null = null;
  private program: Program | null = null;
  private texture: WebGLTexture | null = null;
  private stale = false;

  constructor(private gl: WebGL2RenderingContext) {}

  attach(gl: WebGL2RenderingContext): void {
    [this.gl, this.program, this.texture, this.stale] = [gl, null, null, true];
  }

  /** Returns whether that changes the picture. */
  set(ground: Ground | null): boolean {
    if (ground === this.ground) return false;
    [this.ground, this.stale] = [ground, true];
    return true;
  }

  /** Draw it over the whole picture, before the points; it lies in the plane, so only flat pictures have it. */
  paint(camera: Camera, { background }: Palette): void {
    const { gl, ground } = this;
    if (!ground || camera.dimensions !== 2) return;
    this.program ??= new Program(gl, VERTEX, FRAGMENT);
    this.send(ground);
    gl.bindVertexArray(null);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    const cell = [0, 1].map((axis) => (ground.high[axis] - ground.low[axis]) / (sides(ground)[axis] - 1) / 2);
    this.program.use();
    this.program.set({
      u_low: [ground.low[0] - cell[0], ground.low[1] - cell[1]],
      u_high: [ground.high[0] + cell[0], ground.high[1] + cell[1]],
      u_target: [camera.target[0], camera.target[1]],
      u_center: camera.center,
      u_size: [camera.width, camera.height],
      u_scale: camera.scale,
      u_opacity: background[0] < 0.5 ? 0.26 : 0.3,
      u_ground: 0,
    });
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  private send(ground: Ground): void {
    if (!this.stale && this.texture) return;
    const { gl } = this;
    this.texture ??= gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    const { width, height } = ground;
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, premultiplied(ground.pixels));
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
    for (const way of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, way, gl.LINEAR);
    this.stale = false;
  }
}

function sides({ width, height }: Ground): [number, number] {
  return [width, height];
}

function premultiplied(pixels: Uint8Array): Uint8Array {
  const out = new Uint8Array(pixels.length);
  for (let i = 0; i < pixels.length; i += 4) {
    const alpha = pixels[i + 3] / 255;
    for (let k = 0; k < 3; k++) out[i + k] = pixels[i + k] * alpha;
    out[i + 3] = pixels[i + 3];
  }
  return out;
}
