// The selection that the page shares with the program that shows it, both ways.

import { bitsOf, maskOfBits } from "./bits";
import type { Explorer } from "./explorer.svelte";

const REST_MS = 60;

export class Sharing {
  private told: { index: number; mask: Uint8Array | null } | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly explorer: Explorer) {
    explorer.source.editing?.onSelect(() => void this.follow());
  }

  /** Tell what is selected, a moment after it was; called in an effect. */
  observe(): void {
    const { view, source } = this.explorer;
    const { editing } = source;
    if (!view || !editing) return;
    const { mask } = view.selection;
    const { index } = view.outline;
    const { told } = this;
    if (!told && !mask && !index) return void (this.told = { index, mask });
    if (told?.index === index && told.mask === mask) return;
    this.told = { index, mask };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void editing.select(index, mask && bitsOf(mask)).catch(() => undefined), REST_MS);
  }

  /** The program selected. */
  private async follow(): Promise<void> {
    const { editing } = this.explorer.source;
    if (!editing) return;
    const { embedding, selected } = await editing.selected();
    const view = this.explorer.viewOf(embedding);
    view?.selection.put(maskOfBits(selected, view.outline.n));
  }
}
