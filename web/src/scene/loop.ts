/**
 * When to draw: only on request, never before the graphics have finished the frame before.
 *
 * A fence after each frame tells when it is done. That keeps slow graphics from falling behind the hand, and
 * it measures the true time of a frame.
 */
export class Loop {
  frameMs = 0;
  private requested = 0;
  private wanted = false;
  private fence: WebGLSync | null = null;
  private started = 0;
  private timer = 0;

  constructor(
    private gl: WebGL2RenderingContext,
    private readonly frame: (now: number) => void,
    private readonly finished: () => void,
  ) {}

  /** Whether the graphics still work on a frame. */
  get busy(): boolean {
    return this.fence !== null;
  }

  request(): void {
    this.wanted = true;
    if (this.requested || this.fence) return;
    this.requested = requestAnimationFrame((now) => {
      this.requested = 0;
      this.wanted = false;
      this.frame(now);
    });
  }

  /** The graphics have been given a whole frame since `started`. */
  submitted(started: number): void {
    this.started = started;
    if (this.fence) return;
    this.fence = this.gl.fenceSync(this.gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    this.gl.flush();
    this.timer = window.setTimeout(this.poll, 1);
  }

  /** Take a context that came back, or forget the one that went. */
  attach(gl: WebGL2RenderingContext): void {
    this.gl = gl;
    this.fence = null;
    clearTimeout(this.timer);
  }

  stop(): void {
    cancelAnimationFrame(this.requested);
    clearTimeout(this.timer);
    this.fence = null;
  }

  private readonly poll = (): void => {
    const { gl, fence } = this;
    if (!fence) return;
    const done = gl.isContextLost() || gl.getSyncParameter(fence, gl.SYNC_STATUS) === gl.SIGNALED;
    if (!done) {
      this.timer = window.setTimeout(this.poll, 4);
      return;
    }
    gl.deleteSync(fence);
    this.fence = null;
    this.frameMs = performance.now() - this.started;
    this.finished();
    if (this.wanted) this.request();
  };
}
