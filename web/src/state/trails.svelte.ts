// The ways of the selected points, and of the one in focus, through the steps of the timeline that is shown.

import type { Ways } from "../scene/trails";
import type { Source } from "../source/source";
import { interleave } from "./placement";

export const MOST_TRAILS = 300;

/** What trails are of. */
export interface Followed {
  /** The timeline's job; null: the picture is not of all steps. */
  timeline: string | null;
  components: number[];
  /** How far its run is. */
  iteration: number;
  /** How many steps there are. */
  steps: number;
  rows: Uint32Array;
}

export class Trails {
  on = $state(false);
  ways = $state.raw<Ways | null>(null);
  /** How many points they should be of. */
  wanted = $state(0);
  error = $state("");
  private key = "";
  private frame = "";

  constructor(private readonly source: Source) {}

  /** What is wanted and what there is, in words; empty where all is there. */
  get said(): string {
    if (!this.on) return "";
    if (this.error) return this.error;
    if (!this.wanted) return "Select points, or click one, to see their ways";
    return this.wanted > MOST_TRAILS ? `${MOST_TRAILS} trails, evenly chosen` : "";
  }

  /** Show the ways of these points, in this frame. */
  async follow({ timeline, components, iteration, steps, rows }: Followed): Promise<void> {
    const frame = `${timeline} ${components.join()} ${iteration}`;
    const chosen = this.on && timeline ? evenly(rows, MOST_TRAILS) : new Uint32Array();
    const key = `${frame} ${steps} ${chosen.join()}`;
    this.wanted = rows.length;
    if (key === this.key) return;
    this.key = key;
    this.error = "";
    // Ways in another frame would lie beside their points.
    if (frame !== this.frame || !chosen.length) this.ways = null;
    this.frame = frame;
    if (!chosen.length) return;
    try {
      const found = await this.source.trails(timeline!, chosen, components);
      if (key !== this.key) return;
      const count = chosen.length * found.steps.length;
      const axes = components.map((_, start) => ({ values: found.places, stride: components.length, start }));
      this.ways = { rows: chosen, steps: found.steps, places: interleave(count, axes, null) };
    } catch (error) {
      if (key === this.key) [this.ways, this.error] = [null, (error as Error).message];
    }
  }
}

/** At most so many of some rows, evenly chosen. */
export function evenly(rows: Uint32Array, most: number): Uint32Array {
  if (rows.length <= most) return rows;
  return Uint32Array.from({ length: most }, (_, i) => rows[Math.floor(((i + 0.5) * rows.length) / most)]!);
}
