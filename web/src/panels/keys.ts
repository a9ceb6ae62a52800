// The keyboard: every key that does something, in one list, which is also what the help shows.

import { flushSync } from "svelte";
import { FIRST_PANE, type Explorer } from "../state/explorer.svelte";
import type { Stage } from "./stage.svelte";

export interface Key {
  keys: string[];
  does: string;
  run(explorer: Explorer, stage: Stage): void;
}

const PAN = 60;

export const KEYS: Key[] = [
  { keys: ["/"], does: "Search", run: (explorer) => openSearch(explorer) },
  { keys: ["Escape"], does: "Take away what is lit last: focus, selection, search, filter", run: stepBack },
  { keys: ["h", "Home"], does: "The whole picture", run: (_, { scene }) => scene?.home() },
  { keys: ["+", "="], does: "Closer", run: (_, { scene }) => scene?.zoomBy(1.25) },
  { keys: ["-"], does: "Farther", run: (_, { scene }) => scene?.zoomBy(0.8) },
  { keys: ["ArrowLeft"], does: "Move or turn left", run: (explorer, stage) => move(explorer, stage, 1, 0) },
  { keys: ["ArrowRight"], does: "Move or turn right", run: (explorer, stage) => move(explorer, stage, -1, 0) },
  { keys: ["ArrowUp"], does: "Move or turn up", run: (explorer, stage) => move(explorer, stage, 0, 1) },
  { keys: ["ArrowDown"], does: "Move or turn down", run: (explorer, stage) => move(explorer, stage, 0, -1) },
  { keys: ["2"], does: "Two dimensions", run: ({ view }) => view?.setDimensions(2) },
  { keys: ["3"], does: "Three dimensions", run: ({ view }) => view?.setDimensions(3) },
  {
    keys: ["Control+z"],
    does: "Take back the last selection, isolation, filter, colouring, tag or name",
    run: ({ view }) => void view?.history.undo(),
  },
  { keys: ["Control+Shift+z", "Control+y"], does: "Do it again", run: ({ view }) => void view?.history.redo() },
  {
    keys: ["s"],
    does: "Select with a sphere: drag from its middle",
    run: (explorer) => (explorer.tool = "sphere"),
  },
  {
    keys: ["b"],
    does: "Select with a box (Shift adds, Alt takes away, both keep what is in both)",
    run: (explorer) => (explorer.tool = "box"),
  },
  { keys: ["l"], does: "Select with a lasso", run: (explorer) => (explorer.tool = "lasso") },
  { keys: ["v"], does: "Move about", run: (explorer) => (explorer.tool = "navigate") },
  { keys: ["i"], does: "Isolate the selection", run: (explorer) => void explorer.view?.isolate() },
  { keys: ["a"], does: "Show all points again", run: (explorer) => void explorer.view?.showAll() },
  { keys: ["r"], does: "Run the method in view", run: ({ view }) => void view?.projecting.start() },
  { keys: ["p"], does: "Pause the run, or go on", run: ({ view }) => void view?.projecting.toggle() },
  { keys: ["x"], does: "Cancel the run and keep what it reached", run: ({ view }) => void view?.projecting.cancel() },
  { keys: [","], does: "The picture before", run: ({ view }) => void view?.projecting.step(-1) },
  { keys: ["."], does: "The next picture", run: ({ view }) => void view?.projecting.step(1) },
  { keys: [" "], does: "Play the steps of a training, or pause", run: ({ view }) => view?.replay?.toggle() },
  { keys: ["<"], does: "The step before", run: ({ view }) => view?.replay?.move(-1) },
  { keys: [">"], does: "The next step", run: ({ view }) => view?.replay?.move(1) },
  { keys: ["m"], does: "Trails of the selected points, on or off", run: toggleTrails },
  { keys: ["g"], does: "Regions of the prediction, on or off", run: ({ view }) => view?.toggleBoundary() },
  { keys: ["c"], does: "Contours around where points are dense, on or off", run: toggleContours },
  { keys: ["o"], does: "Compare side by side with another embedding, run or step", run: toggleComparing },
  { keys: ["d"], does: "Colour by fidelity: what to distrust", run: ({ view }) => void view?.colorByFidelity() },
  { keys: ["f"], does: "Go to the point in focus", run: goToFocus },
  { keys: ["t"], does: "Thumbnails or points", run: (explorer) => toggle(explorer, "showThumbnails") },
  { keys: ["w"], does: "Labels on or off", run: (explorer) => toggle(explorer, "showLabels") },
  {
    keys: ["n"],
    does: "Night or day",
    run: (explorer) => explorer.setTheme(explorer.theme === "dark" ? "light" : "dark"),
  },
  { keys: ["k"], does: "Keep this view", run: ({ story }) => void story.keep() },
  { keys: ["PageDown"], does: "The next view of the story", run: ({ story }) => void story.step(1) },
  { keys: ["PageUp"], does: "The view before", run: ({ story }) => void story.step(-1) },
  { keys: ["["], does: "Left panel", run: (explorer) => explorer.toggleLeft() },
  { keys: ["]"], does: "Right panel", run: (explorer) => explorer.toggleRight() },
  { keys: ["?"], does: "These keys", run: (explorer) => (explorer.helpOpen = !explorer.helpOpen) },
];

export function keyPressed(event: KeyboardEvent, explorer: Explorer, stage: Stage): void {
  if (event.altKey || !explorer.view) return;
  const held = event.ctrlKey || event.metaKey ? `Control+${event.shiftKey ? "Shift+" : ""}` : "";
  const pressed = held ? held + event.key.toLowerCase() : event.key;
  const target = event.target as HTMLElement;
  const typing = target.matches("input, select, textarea");
  if (typing && event.key !== "Escape") return;
  if (target.matches("[role=listbox] *, [data-own-keys]") && event.key.startsWith("Arrow")) return;
  if (event.key === " " && target.matches("button, [role=button], audio")) return;
  if (event.key.startsWith("Arrow") && target.matches("audio")) return;
  const key = KEYS.find(({ keys }) => keys.includes(pressed));
  if (!key) return;
  if (typing) target.blur();
  event.preventDefault();
  key.run(explorer, stage);
}

function openSearch(explorer: Explorer): void {
  if (!explorer.rightOpen) explorer.toggleRight();
  explorer.pane = FIRST_PANE;
  flushSync();
  document.getElementById("search")?.focus();
}

function stepBack(explorer: Explorer): void {
  if (explorer.tour.stop) explorer.tour.end();
  else if (explorer.helpOpen) explorer.helpOpen = false;
  else if (explorer.tool !== "navigate") explorer.tool = "navigate";
  else explorer.view?.stepBack();
}

function move(explorer: Explorer, { scene }: Stage, x: number, y: number): void {
  if (explorer.view?.layout.placement?.dimensions === 3) scene?.steer((camera) => camera.orbitBy(x * PAN, y * PAN));
  else scene?.steer((camera) => camera.panBy(x * PAN, y * PAN));
}

/** The numbers are seen beside. */
export function toggleComparing(explorer: Explorer): void {
  explorer.comparing.toggle();
  if (explorer.comparing.on) explorer.pane = "compare";
}

function toggleTrails({ view }: Explorer): void {
  if (view?.replay) view.trails.on = !view.trails.on;
}

function toggleContours({ view }: Explorer): void {
  if (view) view.appearance.contours = !view.appearance.contours;
}

function goToFocus(explorer: Explorer, { scene }: Stage): void {
  const row = explorer.view?.neighborhood.row ?? -1;
  if (row >= 0) scene?.focusOn([row]);
}

function toggle(explorer: Explorer, what: "showThumbnails" | "showLabels"): void {
  const { view } = explorer;
  if (view && (what === "showLabels" || view.outline.thumbnails)) view[what] = !view[what];
}
