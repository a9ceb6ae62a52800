/** What lies over the points on a canvas of its own: the hovered point and the outline being drawn. */
import type { ScreenPlace } from "./labelLayer";
import type { Outline } from "./polygon";
import type { Rgb } from "./oklch";
import { css, type Palette } from "./theme";

export function clearOverlay(context: CanvasRenderingContext2D, ratio: number): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
}

/** The hovered point, grown and ringed; here, so that pointing never draws a million points again. */
export function drawHovered(
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

export function drawOutline(context: CanvasRenderingContext2D, outline: Outline, palette: Palette): void {
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
