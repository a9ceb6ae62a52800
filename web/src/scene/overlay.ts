/** What lies over the points on a canvas of its own: contours, the hovered point, names, labels, the outline being drawn. */
import { type BallMark, drawBallMark } from "./ballMark";
import type { Camera } from "./camera";
import type { Canvases } from "./canvas";
import type { Contour } from "./contours";
import type { Labeling } from "./labeling";
import type { ScreenPlace } from "./labelLayer";
import type { Rectangle } from "./labels";
import type { Outline } from "./polygon";
import { RegionNameLayer } from "./regionNames";
import type { Rgb } from "./oklch";
import { css, type Palette } from "./theme";

/** What the overlay needs to know for one frame. */
export interface OverlayLook {
  now: number;
  ratio: number;
  /** No fading. */
  cut: boolean;
  palette: Palette;
  camera: Camera;
  homeScale: number;
  /** The free area in CSS pixels. */
  area: Rectangle;
  /** The point under the pointer, where it is drawn here. */
  hovered: { at: ScreenPlace; radius: number; color: Rgb } | null;
}

export class Overlay {
  readonly names: RegionNameLayer;
  private outline: Outline | null = null;
  private ball: BallMark | null = null;
  /** Where names of regions are written. */
  taken: Rectangle[] = [];
  private contours: { paths: { share: number; path: Path2D }[] } | null = null;

  constructor(
    private readonly canvases: Canvases,
    private readonly changed: () => void,
  ) {
    this.names = new RegionNameLayer(canvases.context, changed);
  }

  /** The outline that is being drawn, perhaps a ball's; null: none. */
  sketch(outline: Outline | null, ball: BallMark | null = null): void {
    this.outline = outline;
    this.ball = ball;
  }

  /** Lines around where points are dense; null: none. */
  setContours(contours: Contour[] | null): void {
    this.contours = contours && { paths: contours.map(({ share, pieces }) => ({ share, path: pathOf(pieces) })) };
    this.changed();
  }

  /** Draw everything; returns whether the next frame has labels to choose or to fade. */
  draw(look: OverlayLook, labeling: Labeling): boolean {
    const { context, overlay } = this.canvases;
    this.taken = this.names.lay(look.camera, look.homeScale, look.area);
    const soon = labeling.refresh(look.now);
    const bare = labeling.empty && !this.outline && !this.contours && this.names.empty;
    // An empty canvas over the picture costs as much as a full one, unless the browser knows that it is not there.
    if (!bare || overlay.style.visibility !== "hidden") clearOverlay(context, look.ratio);
    overlay.style.visibility = bare ? "hidden" : "";
    if (bare) return soon;
    this.drawContours(look);
    if (look.hovered) drawHovered(context, look.hovered.at, look.hovered.radius, look.hovered.color, look.palette);
    if (this.outline) drawOutline(context, this.outline, look.palette);
    this.names.draw(look.palette);
    const fading = labeling.draw(look.now, look.palette, look.cut);
    if (this.ball) drawBallMark(context, this.ball, look.palette);
    return fading || soon;
  }

  private drawContours({ camera, palette, ratio }: OverlayLook): void {
    const { context } = this.canvases;
    if (!this.contours || camera.dimensions !== 2) return;
    const { scale, center, target } = camera;
    context.save();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.translate(center[0], center[1]);
    context.scale(scale, -scale);
    context.translate(-target[0], -target[1]);
    context.lineCap = "round";
    for (const { share, path } of this.contours.paths) {
      context.lineWidth = (share > 0.6 ? 1 : 1.25) / scale;
      context.strokeStyle = css(palette.ink, 0.7 - 0.5 * share);
      context.stroke(path);
    }
    context.restore();
  }
}

function pathOf(pieces: Float32Array): Path2D {
  const path = new Path2D();
  for (let i = 0; i < pieces.length; i += 4) {
    path.moveTo(pieces[i], pieces[i + 1]);
    path.lineTo(pieces[i + 2], pieces[i + 3]);
  }
  return path;
}

function clearOverlay(context: CanvasRenderingContext2D, ratio: number): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
}

/** The hovered point, grown and ringed; here, so that pointing never draws a million points again. */
function drawHovered(
  context: CanvasRenderingContext2D,
  { x, y, visible }: ScreenPlace,
  radius: number,
  colour: Rgb,
  palette: Palette,
): void {
  if (!visible) return;
  for (const [size, fill] of [
    [radius + 3.5, palette.ink],
    [radius + 2, palette.background],
    [radius, colour],
  ] as const) {
    context.beginPath();
    context.arc(x, y, size, 0, 2 * Math.PI);
    context.fillStyle = css(fill);
    context.fill();
  }
}

function drawOutline(context: CanvasRenderingContext2D, outline: Outline, palette: Palette): void {
  context.beginPath();
  for (const [x, y] of outline) context.lineTo(x, y);
  context.closePath();
  context.fillStyle = css(palette.accent, 0.08);
  context.strokeStyle = css(palette.accent);
  context.lineWidth = 1.25;
  context.lineJoin = "round";
  context.fill();
  context.stroke();
}
