import { describe, expect, it } from "vitest";
import type { Bounds } from "./camera";
import { Navigator } from "./navigator";
import { Stream } from "./stream";

const box = (half: number): Bounds => ({ center: [0, 0, 0], half: [half, half, 0] });

function streaming(calm = false): { navigator: Navigator; stream: Stream } {
  const navigator = new Navigator(calm);
  navigator.resize(800, 600);
  navigator.bounds = box(1);
  navigator.fit(2, 0);
  const stream = new Stream(navigator, calm);
  stream.begin(0, box(1));
  return { navigator, stream };
}

describe("a stream of layouts", () => {
  it("lets the camera follow a growing picture without a jump", () => {
    const { navigator, stream } = streaming();
    const before = navigator.camera.zoom;
    expect(stream.follow(box(10), 16)).toBe(true);
    expect(navigator.camera.zoom).toBeLessThan(before);
    expect(navigator.camera.zoom).toBeGreaterThan(before / 3);
    for (let now = 32; now < 3000; now += 16) stream.follow(box(10), now);
    expect(navigator.camera.zoom).toBeCloseTo(before / 10, 2);
    expect(stream.follow(box(10), 3016)).toBe(false);
  });

  it("keeps what a person looks at as large on the screen as they made it", () => {
    const { navigator, stream } = streaming();
    navigator.steer((camera) => (camera.zoom *= 4));
    const relative = navigator.camera.zoom;
    for (let now = 16; now < 3000; now += 16) stream.follow(box(10), now);
    expect(navigator.camera.zoom * 10).toBeCloseTo(relative, 1);
    expect(navigator.atHome).toBe(false);
  });

  it("takes a moment to the first frame, then as long as frames need", () => {
    const { stream } = streaming();
    expect(stream.pace(0, 5)).toBe(500);
    expect(stream.pace(1000, 5)).toBeGreaterThan(20);
    expect(stream.pace(1050, 80)).toBe(0);
  });

  it("cuts where less motion is wanted", () => expect(streaming(true).stream.pace(0, 5)).toBe(0));
});
