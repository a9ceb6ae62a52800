/** The two canvases of a scene: the graphics below, words and outlines above. */

export interface Canvases {
  points: HTMLCanvasElement;
  overlay: HTMLCanvasElement;
  gl: WebGL2RenderingContext;
  context: CanvasRenderingContext2D;
}

const SHARPEST = 2;
const GRAPHICS: WebGLContextAttributes = {
  alpha: false,
  antialias: false,
  depth: false,
  powerPreference: "high-performance",
};
const NO_GRAPHICS =
  "This browser has no WebGL2, which draws the picture. " +
  "Turn on hardware acceleration or use a current Firefox or Chromium.";

/**
 * Lay both canvases into the container, filling it.
 *
 * Throws an Error where the browser has no WebGL2.
 */
export function layCanvases(container: HTMLElement): Canvases {
  const points = canvas();
  const overlay = canvas();
  overlay.style.pointerEvents = "none";
  const gl = points.getContext("webgl2", GRAPHICS);
  const context = overlay.getContext("2d");
  if (!gl || !context) throw new Error(NO_GRAPHICS);
  if (getComputedStyle(container).position === "static") container.style.position = "relative";
  container.style.touchAction = "none";
  container.style.userSelect = "none";
  container.append(points, overlay);
  return { points, overlay, gl, context };
}

/** Give both canvases this size in CSS pixels at this many device pixels each. */
export function sizeCanvases({ points, overlay }: Canvases, width: number, height: number, ratio: number): void {
  for (const one of [points, overlay]) {
    const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
    if (one.width !== w) one.width = w;
    if (one.height !== h) one.height = h;
  }
}

export function screenRatio(): number {
  return Math.min(Math.max(window.devicePixelRatio || 1, 1), SHARPEST);
}

/** Both canvases as one PNG. */
export async function pngOf({ points, overlay }: Canvases): Promise<Blob> {
  const whole = new OffscreenCanvas(points.width, points.height);
  const context = whole.getContext("2d");
  if (!context) throw new Error("The picture could not be made: this browser gave no canvas for it.");
  context.drawImage(points, 0, 0);
  context.drawImage(overlay, 0, 0);
  return whole.convertToBlob({ type: "image/png" });
}

function canvas(): HTMLCanvasElement {
  const made = document.createElement("canvas");
  Object.assign(made.style, { position: "absolute", inset: "0", width: "100%", height: "100%", display: "block" });
  return made;
}
