import { describe, expect, it } from "vitest";
import { between, Camera, projectAll } from "./camera";

function camera(dimensions: 2 | 3): Camera {
  const made = Object.assign(new Camera(), { width: 1000, height: 600, strength: dimensions === 3 ? 1 : 0 });
  const turn = dimensions === 3 ? { yaw: 0.7, pitch: -0.4 } : { yaw: 0, pitch: 0 };
  made.state = { dimensions, target: [3, -2, 1], zoom: 0.1, ...turn };
  return made;
}

describe.each([2, 3] as const)("a camera in %i dimensions", (dimensions) => {
  it("finds the place under a pixel that it projects to that pixel", () => {
    const eye = camera(dimensions);
    const { x, y } = eye.project(...eye.unproject(123, 456));
    expect([x, y]).toEqual([expect.closeTo(123), expect.closeTo(456)]);
  });

  it("keeps what is under the pointer there while it zooms", () => {
    const eye = camera(dimensions);
    const place = eye.unproject(200, 100);
    eye.zoomAt(3, 200, 100);
    const { x, y } = eye.project(...place);
    expect([x, y]).toEqual([expect.closeTo(200), expect.closeTo(100)]);
  });

  it("moves the target by as many pixels as it is panned", () => {
    const eye = camera(dimensions);
    const place = eye.unproject(500, 300);
    eye.panBy(40, -25);
    const { x, y } = eye.project(...place);
    expect([x, y]).toEqual([expect.closeTo(540), expect.closeTo(275)]);
  });

  it("projects all points as it projects one", () => {
    const eye = camera(dimensions);
    const out = { x: new Float32Array(2), y: new Float32Array(2), depth: new Float32Array(2) };
    projectAll(eye, Float32Array.of(3.5, -1, 0, NaN, 0, 0), out);
    const one = eye.project(3.5, -1, 0);
    expect([out.x[0], out.y[0]]).toEqual([expect.closeTo(one.x, 3), expect.closeTo(one.y, 3)]);
    expect(out.x[1]).toBeNaN();
  });

  it("shows the same picture again from its state as JSON", () => {
    const eye = camera(dimensions);
    const other = camera(dimensions);
    other.panBy(50, 50);
    other.state = JSON.parse(JSON.stringify(eye.state));
    expect(other.project(1, 2, 3)).toEqual(eye.project(1, 2, 3));
  });
});

it("fits a box into what the panels leave free", () => {
  const eye = camera(2);
  eye.insets = { left: 300, right: 0, top: 0, bottom: 100 };
  eye.state = eye.fitted({ center: [5, 5, 0], half: [2, 1, 0] }, 1);
  const [low, high] = [eye.project(3, 4, 0), eye.project(7, 6, 0)];
  expect([low.x, high.x]).toEqual([expect.closeTo(300), expect.closeTo(1000)]);
  expect([high.y, low.y].every((y) => y >= 0 && y <= 500)).toBe(true);
});

it("does not move the picture when panels open beside it", () => {
  const eye = camera(3);
  const before = eye.project(3, -2, 1);
  eye.keepThrough(() => (eye.insets = { left: 200, right: 0, top: 0, bottom: 0 }));
  const after = eye.project(3, -2, 1);
  expect([after.x, after.y]).toEqual([expect.closeTo(before.x), expect.closeTo(before.y)]);
});

it("never turns over the poles", () => {
  const eye = camera(3);
  eye.orbitBy(0, 1e6);
  expect(eye.pitch).toBeLessThan(Math.PI / 2);
});

it("flies from one state to the other by the short way", () => {
  const a = { ...camera(3).state, yaw: 3 };
  const b = { ...a, yaw: -3, zoom: 2, target: [0, 0, 0] as [number, number, number] };
  expect(between(a, b, 0).yaw).toBe(3);
  expect(between(a, b, 1)).toMatchObject({ zoom: expect.closeTo(2), target: [0, 0, 0] });
  expect(between(a, b, 0.5).yaw).toBeCloseTo(Math.PI);
});
