/**
 * A pair of shaders that sets its uniforms by name.
 *
 * It is compiled in the background: nothing is asked of it, which would have to wait, before its first use.
 */

export type UniformValue = number | readonly number[] | Float32Array;

export class Program {
  private readonly program: WebGLProgram;
  private readonly shaders: WebGLShader[] = [];
  private checked = false;
  private readonly uniforms = new Map<string, { at: WebGLUniformLocation; type: number }>();

  constructor(
    private readonly gl: WebGL2RenderingContext,
    vertex: string,
    fragment: string,
  ) {
    this.program = gl.createProgram();
    for (const [type, source] of [
      [gl.VERTEX_SHADER, vertex],
      [gl.FRAGMENT_SHADER, fragment],
    ] as const) {
      const shader = gl.createShader(type);
      if (!shader) continue; // the context is lost; everything is built again when it comes back
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(this.program, shader);
      this.shaders.push(shader);
    }
    gl.linkProgram(this.program);
  }

  use(): void {
    if (!this.checked) this.check();
    this.gl.useProgram(this.program);
  }

  /** Set uniforms; names that the program has no use for are passed over. */
  set(values: Record<string, UniformValue>): void {
    for (const [name, value] of Object.entries(values)) {
      const uniform = this.uniforms.get(name);
      if (uniform) this.write(uniform.at, uniform.type, value);
    }
  }

  private write(at: WebGLUniformLocation, type: number, value: UniformValue): void {
    const { gl } = this;
    const list = typeof value === "number" ? [value] : value;
    if (type === gl.FLOAT) gl.uniform1fv(at, list);
    else if (type === gl.FLOAT_VEC2) gl.uniform2fv(at, list);
    else if (type === gl.FLOAT_VEC3) gl.uniform3fv(at, list);
    else if (type === gl.FLOAT_MAT3) gl.uniformMatrix3fv(at, true, list);
    else if (type === gl.INT_VEC3) gl.uniform3iv(at, Int32Array.from(list));
    else gl.uniform1i(at, list[0]);
  }

  private check(): void {
    const { gl, program } = this;
    this.checked = true;
    if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
      const said = [...this.shaders.map((shader) => gl.getShaderInfoLog(shader)), gl.getProgramInfoLog(program)];
      throw new Error(`The shaders cannot be used: ${said.filter(Boolean).join(" ")}`);
    }
    const count: number = gl.getProgramParameter(program, gl.ACTIVE_UNIFORMS);
    for (let i = 0; i < count; i++) {
      const info = gl.getActiveUniform(program, i);
      const at = info && gl.getUniformLocation(program, info.name);
      if (info && at) this.uniforms.set(info.name, { at, type: info.type });
    }
  }
}
