// What the right panel can show: one entry a tab, in the order of the tabs. A tab that makes no sense for what is
// open is not there; where only one is left, there are no tabs.

import type { Component } from "svelte";
import type { EmbeddingView } from "../state/embedding.svelte";
import type { Explorer } from "../state/explorer.svelte";
import ChartsPane from "./ChartsPane.svelte";
import ComparePane from "./ComparePane.svelte";
import Inspect from "./Inspect.svelte";
import MotionPane from "./MotionPane.svelte";
import Layers from "./Layers.svelte";
import Report from "./Report.svelte";
import Lookup from "./Lookup.svelte";
import StoryPane from "./StoryPane.svelte";
import AlongPane from "./AlongPane.svelte";
import type { Stage } from "./stage.svelte";

export interface PaneProps {
  explorer: Explorer;
  view: EmbeddingView;
  stage: Stage;
}

export interface Pane {
  /** What the page's address calls it. */
  id: string;
  label: string;
  /** What it does, in one line. */
  title: string;
  component: Component<PaneProps>;
  /** Whether it can use more room than the panel usually has. */
  widens?: boolean;
  /** Whether it says anything about what is open. */
  fits(explorer: Explorer, view: EmbeddingView): boolean;
}

export const PANES: Pane[] = [
  {
    id: "inspect",
    label: "Inspect",
    title: "Search, one point, and what is near it",
    component: Inspect,
    fits: () => true,
  },
  {
    id: "compare",
    label: "Compare",
    title: "How alike two embeddings are, and which points keep fewest neighbours",
    component: ComparePane,
    fits: (explorer) => explorer.comparing.on,
  },
  {
    id: "charts",
    label: "Charts",
    title: "How the values of columns are spread",
    component: ChartsPane,
    fits: (_, view) => view.columns.outlines.length > 0,
  },
  {
    id: "report",
    label: "Report",
    title: "What a classifier gets right and what it confuses",
    component: Report,
    widens: true,
    fits: (_, view) => view.report.possible,
  },
  {
    id: "layers",
    label: "Layers",
    title: "Where in the network classes come apart",
    component: Layers,
    fits: (explorer) => Boolean(explorer.layers?.outlines.length),
  },
  {
    id: "motion",
    label: "Motion",
    title: "Who moved most, and when",
    component: MotionPane,
    fits: (_, view) => view.motion.choices.length > 0,
  },
  {
    id: "along",
    label: "Along",
    title: "All points in their order along an axis of the picture",
    component: AlongPane,
    fits: ({ pane }, view) => view.axisNames.length > 0 && (view.layout.method === "directions" || pane === "along"),
  },
  {
    id: "lookup",
    label: "Lookup",
    title: "From a sentence to the rows of the table",
    component: Lookup,
    fits: (_, view) => view.lookup.fits,
  },
  {
    id: "story",
    label: "Story",
    title: "The views that you keep, and the story that they tell",
    component: StoryPane,
    fits: () => true,
  },
];

/** The tabs for what is open. */
export function panesFor(explorer: Explorer, view: EmbeddingView): Pane[] {
  return PANES.filter((pane) => pane.fits(explorer, view));
}

/** The tab that is seen: the chosen one where it is there, else the first. */
export function paneShown(explorer: Explorer, view: EmbeddingView): Pane {
  const panes = panesFor(explorer, view);
  return panes.find(({ id }) => id === explorer.pane) ?? panes[0]!;
}
