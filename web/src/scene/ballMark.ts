/** The ball that is being drawn: its edge, its equator, the way from its middle to its edge, and how many points are inside. */
import type { Camera } from "./camera";
import { type Ball, countWithin, outlineOf } from "./ball";
import type { Outline } from "./polygon";
import { css, type Palette } from "./theme";

const FONT = '600 12px "Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif';
const AWAY = 14;
/** How flat the equator looks. */
const TILT = 0.28;

export interface BallMark {
  outline: Outline;
  middle: readonly [number, number];
  edge: readonly [number, number];
  /** Whether it reaches into depth. */
  deep: boolean;
  /** How many points are inside; found when it is asked for the first time. */
  readonly count: number;
}

/** How a ball looks whose edge is under a pixel. */
export function markOf(
  camera: Camera,
  ball: Ball,
  edge: readonly [number, number],
  positions: Float32Array,
  states: Uint8Array,
): BallMark {
  const { x, y } = camera.project(...ball.center);
  let found = -1;
  return {
    ...{ outline: outlineOf(camera, ball), middle: [x, y], edge, deep: camera.dimensions === 3 },
    get count() {
      return found < 0 ? (found = countWithin(ball, positions, states)) : found;
    },
  };
}

export function drawBallMark(context: CanvasRenderingContext2D, mark: BallMark, palette: Palette): void {
  const [[x, y], [ex, ey]] = [mark.middle, mark.edge];
  const radius = Math.hypot(ex - x, ey - y);
  context.lineWidth = 1;
  context.setLineDash([3, 4]);
  context.strokeStyle = css(palette.accent, 0.75);
  if (mark.deep) stroke(context, () => context.ellipse(x, y, radius, radius * TILT, 0, 0, 2 * Math.PI));
  stroke(context, () => (context.moveTo(x, y), context.lineTo(ex, ey)));
  context.setLineDash([]);
  context.fillStyle = css(palette.accent);
  context.beginPath();
  context.arc(x, y, 2.5, 0, 2 * Math.PI);
  context.fill();
  write(context, countedPoints(mark.count), beyond(mark, radius), ex < x, palette);
}

/** `1 point`, `12,345 points`. */
export function countedPoints(count: number): string {
  return `${count.toLocaleString("en")} point${count === 1 ? "" : "s"}`;
}

/** A little outside of the edge, where the pointer does not cover the words. */
function beyond({ middle, edge }: BallMark, radius: number): [number, number] {
  const far = radius ? (radius + AWAY) / radius : 1;
  return [middle[0] + (edge[0] - middle[0]) * far, middle[1] + (edge[1] - middle[1]) * far];
}

function stroke(context: CanvasRenderingContext2D, path: () => void): void {
  context.beginPath();
  path();
  context.stroke();
}

function write(
  context: CanvasRenderingContext2D,
  words: string,
  [x, y]: [number, number],
  before: boolean,
  palette: Palette,
): void {
  context.save();
  context.font = FONT;
  context.textBaseline = "middle";
  context.textAlign = before ? "right" : "left";
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = css(palette.background, 0.9);
  context.strokeText(words, x, y);
  context.fillStyle = css(palette.accent);
  context.fillText(words, x, y);
  context.restore();
}
