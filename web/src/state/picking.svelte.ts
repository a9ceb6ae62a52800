// The ways to a selection, and how what is new meets what was selected before.

import type { JobMessage } from "../schema/messages";
import type { Source } from "../source/source";
import { bitsOf, maskOfBits } from "./bits";
import type { EmbeddingView } from "./embedding.svelte";
import { rowsWhere, type SelectionOrigin, type SelectMode } from "./selection.svelte";

/** The keys that were held: Shift adds, Alt takes away, both keep only what is in both. */
export interface Held {
  shiftKey: boolean;
  altKey: boolean;
}

export const MOST_GROWN = 1000;

export class Picking {
  /** What happens where no key says otherwise. */
  combine = $state<SelectMode>("replace");
  k = $state(10);
  growing = $state.raw<JobMessage | null>(null);
  error = $state("");

  constructor(
    private readonly source: Source,
    private readonly view: EmbeddingView,
  ) {}

  modeOf({ shiftKey, altKey }: Held): SelectMode {
    if (shiftKey && altKey) return "intersect";
    return shiftKey ? "add" : altKey ? "remove" : this.combine;
  }

  /** Points were chosen in some way; those that are hidden while others are isolated stay out. */
  take(rows: ArrayLike<number>, mode: SelectMode = this.combine, origin: SelectionOrigin | null = null): void {
    const { isolation, selection } = this.view;
    const { mask } = isolation;
    const seen = mask ? Uint32Array.from(Array.prototype.filter.call(rows, (row: number) => mask[row])) : rows;
    selection.select(seen, mode, origin);
  }

  async takeNamed(id: string, mode: SelectMode = this.combine): Promise<void> {
    const mask = await this.view.editing.maskOf(id);
    if (mask) this.take(rowsWhere(mask), mode);
  }

  /** Add the k nearest of each selected point in the original space. */
  async grow(): Promise<void> {
    const { view, source } = this;
    const { editing } = source;
    const { mask } = view.selection;
    if (!mask || !editing) return;
    const k = Math.min(MOST_GROWN, Math.max(1, Math.round(this.k) || 1));
    const { index, n } = view.outline;
    this.error = "";
    try {
      const started = await editing.grow(index, { k, metric: view.neighborhood.metric }, bitsOf(mask), view.step);
      await this.finished(started);
      const grown = await editing.grown(started.job);
      // Who selected something else meanwhile keeps that.
      if (view.selection.mask === mask) this.take(rowsWhere(maskOfBits(grown.selected, n)), "replace");
    } catch (error) {
      this.error = (error as Error).message;
    } finally {
      this.growing = null;
    }
  }

  cancel(): void {
    if (this.growing) void this.source.cancel(this.growing.job);
  }

  /** One line a point, so line ends in labels become spaces; in parts, so that a million do not hold the page up. */
  async text(what: "labels" | "rows"): Promise<string> {
    const rows = this.view.selection.rows();
    const lines: string[] = [];
    const PART = 20_000;
    for (let start = 0; start < rows.length; start += PART) {
      const part = Array.from(rows.subarray(start, start + PART), (row) =>
        what === "rows" ? String(row) : this.view.nameOf(row).replace(/\s*[\r\n\u2028\u2029]+\s*/g, " "),
      );
      lines.push(part.join("\n"));
      if (start + PART < rows.length) await new Promise((resolve) => setTimeout(resolve));
    }
    return lines.join("\n");
  }

  private finished(started: JobMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      let stop: (() => void) | null = null;
      let over = false;
      const heard = (job: JobMessage) => {
        this.growing = job;
        if (job.state !== "done" && job.state !== "failed" && job.state !== "cancelled") return;
        over = true;
        stop?.();
        if (job.state === "done") resolve();
        else reject(new Error(job.state === "failed" ? job.error : "The growing was cancelled."));
      };
      stop = this.source.follow(started, heard);
      if (over) stop();
    });
  }
}
