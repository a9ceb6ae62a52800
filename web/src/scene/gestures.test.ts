import { beforeEach, expect, it } from "vitest";
import { Gestures, type GestureTarget } from "./gestures";

let told: [string, ...unknown[]][];
let element: HTMLElement;
let target: { tool: string; dimensions: number };

beforeEach(() => {
  told = [];
  element = Object.assign(document.createElement("div"), { setPointerCapture: () => undefined });
  const tell =
    (name: string) =>
    (...what: unknown[]) =>
      void told.push([name, ...what]);
  const acts = ["pan", "orbit", "zoom", "point", "click", "focus", "outline", "select"];
  target = { tool: "navigate", dimensions: 2, ...Object.fromEntries(acts.map((name) => [name, tell(name)])) };
  new Gestures(element, target as unknown as GestureTarget);
});

function send(type: string, clientX: number, clientY: number, more: object = {}): void {
  const event = new MouseEvent(type, { clientX, clientY, ...more });
  element.dispatchEvent(Object.assign(event, { pointerId: (more as { pointerId?: number }).pointerId ?? 1 }));
}

function drag(more: object = {}): void {
  send("pointerdown", 10, 10, more);
  send("pointermove", 30, 20, more);
  send("pointerup", 30, 20, more);
}

const names = () => told.map(([name]) => name).filter((name) => name !== "outline" && name !== "point");

it("pans when dragged in two dimensions and orbits in three", () => {
  drag();
  target.dimensions = 3;
  drag();
  drag({ button: 2 });
  expect(told.filter(([name]) => name !== "point")).toEqual([
    ["pan", 20, 10],
    ["orbit", 20, 10],
    ["pan", 20, 10],
  ]);
});

it("clicks when the pointer hardly moved", () => {
  send("pointerdown", 10, 10);
  send("pointerup", 11, 10, { shiftKey: true });
  expect(told).toEqual([["click", 11, 10, { additive: true, subtractive: false }]]);
});

it("selects a box with Shift and takes away with Alt", () => {
  drag({ shiftKey: true });
  drag({ shiftKey: true, altKey: true });
  expect(told.filter(([name]) => name === "select").map(([, , mode]) => mode)).toEqual([null, "remove"]);
});

it("adds with Shift when the box is the tool", () => {
  target.tool = "box";
  drag({ shiftKey: true });
  const box = [
    [10, 10],
    [30, 10],
    [30, 20],
    [10, 20],
  ];
  expect(told.at(-1)).toEqual(["select", box, "add"]);
});

it("drops an outline at Escape", () => {
  target.tool = "lasso";
  send("pointerdown", 10, 10);
  send("pointermove", 30, 20);
  window.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  send("pointerup", 30, 20);
  expect(names()).toEqual([]);
  expect(told.at(-1)).toEqual(["outline", null]);
});

it("zooms and pans with two fingers", () => {
  send("pointerdown", 100, 100);
  send("pointerdown", 200, 100, { pointerId: 2 });
  send("pointermove", 300, 100, { pointerId: 2 });
  expect(told.at(-1)).toEqual(["zoom", 2, 200, 100]);
});
