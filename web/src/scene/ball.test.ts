import { describe, expect, it } from "vitest";
import { ballAround, countWithin, outlineOf, rowsWithin } from "./ball";
import { countedPoints, markOf } from "./ballMark";
import { Camera } from "./camera";
import { State } from "./types";

function camera(dimensions: 2 | 3): Camera {
  return Object.assign(new Camera(), { dimensions, width: 400, height: 400, strength: dimensions === 3 ? 1 : 0 });
}

const LINE = Float32Array.of(0, 0, 0, 0.4, 0, 0, 0, 0, 0.4, 0, 0, -0.6, NaN, NaN, NaN);

describe("a ball", () => {
  it("reaches as far in depth as on the screen", () => {
    const ball = ballAround(camera(3), [0, 0, 0], 100);
    expect(ball.radius).toBeCloseTo(0.5, 5);
    expect([...rowsWithin(ball, LINE, new Uint8Array(5))]).toEqual([0, 1, 2]);
  });

  it("leaves hidden points out", () => {
    const states = new Uint8Array(5);
    states[1] = State.hidden;
    expect([...rowsWithin({ center: [0, 0, 0], radius: 1 }, LINE, states)]).toEqual([0, 2, 3]);
  });

  it("counts what is inside while it is drawn, once", () => {
    const states = new Uint8Array(5);
    const ball = ballAround(camera(3), [0, 0, 0], 100);
    const mark = markOf(camera(3), ball, [300, 200], LINE, states);
    expect([mark.count, mark.middle, mark.deep]).toEqual([3, [200, 200], true]);
    states[1] = State.hidden;
    expect([mark.count, countWithin(ball, LINE, states)]).toEqual([3, 2]);
    expect([0, 1, 12345].map(countedPoints)).toEqual(["0 points", "1 point", "12,345 points"]);
  });

  it("is drawn where the pointer is, near or far from the eye", () => {
    for (const z of [-1, 0, 1]) {
      const seen = camera(3);
      const { x, y } = seen.project(0.1, 0.2, z);
      const outline = outlineOf(seen, ballAround(seen, [0.1, 0.2, z], 60));
      for (const [px, py] of outline) expect(Math.hypot(px - x, py - y)).toBeCloseTo(60, 6);
    }
  });
});
