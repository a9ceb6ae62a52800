// A short tour of the page: what is where, one thing after the other, for who has not been here before.

import { readSetting, storeSetting } from "./settings";

export interface Stop {
  /** What it is about, as a CSS selector; a stop whose thing is not on the page is left out. */
  at: string;
  title: string;
  says: string;
}

const STOPS: Stop[] = [
  {
    at: ".picture",
    title: "The picture",
    says: "Each point is one of your vectors. Drag to move, turn the wheel to come nearer, point at a point for its name, click it for all that is known of it and for what is near it.",
  },
  {
    at: "section[aria-label=Projection]",
    title: "How it came to be",
    says: "PCA is a straight shadow of the data, at once. t-SNE and UMAP keep neighbours together; set and run them here, on all points or on those you selected.",
  },
  {
    at: 'footer[aria-label="What is seen"]',
    title: "How far to believe it",
    says: "This line always says what you see, and how many of each point's nearest neighbours are near it here too. Click the share for more; the key d colours the points by their own.",
  },
  {
    at: "search",
    title: "Find",
    says: "Type a word, a comparison such as count > 100, or a regular expression. Matches light up as you type, and Enter opens the first.",
  },
  {
    at: "section[aria-label=Colours]",
    title: "Colours",
    says: "Colour by any column. The legend is a control: click a value, or drag over the numbers, to see only those. Sizes, lines, contours and names of regions are under Appearance.",
  },
  {
    at: 'nav[aria-label="Tools"]',
    title: "Select",
    says: "Select with a box or a lasso, then isolate the points, tag them, take them home as a table. Everything can be undone with Ctrl+Z, and ? shows all keys.",
  },
];

const SEEN = "tour";

export class Tour {
  /** The stop that is shown, -1: none. */
  at = $state(-1);
  /** Whether it is offered: not to who has taken or refused it before. */
  offered = $state(readSetting(SEEN) === null);
  stops = $state.raw<Stop[]>([]);

  get stop(): Stop | null {
    return this.stops[this.at] ?? null;
  }

  get last(): boolean {
    return this.at === this.stops.length - 1;
  }

  start(): void {
    this.stops = STOPS.filter(({ at }) => document.querySelector(at));
    this.dismiss();
    this.at = 0;
  }

  step(by: number): void {
    const next = this.at + by;
    this.at = next >= this.stops.length ? -1 : Math.max(next, 0);
  }

  end(): void {
    this.at = -1;
  }

  /** Offer it no more. */
  dismiss(): void {
    this.offered = false;
    storeSetting(SEEN, "seen");
  }
}
