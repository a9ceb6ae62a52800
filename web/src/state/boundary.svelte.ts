// What lies behind the points of a timeline: where the model's prediction changes.

import { categorical, OTHER, type Theme } from "./palette";
import type { BoundaryResult, Source } from "../source/source";
import type { Ground } from "../scene/ground";
import type { Groups } from "./coloring";
import { groupColors } from "./coloring";

const NONE = 255;
/** As many steps as are kept: each is some ten thousand bytes. */
const MOST_KEPT = 256;

export class Boundary {
  /** Whether a person wants to see it. */
  shown = $state(false);
  result = $state.raw<BoundaryResult | null>(null);
  error = $state("");
  private readonly kept = new Map<string, Promise<BoundaryResult>>();
  private asked = "";

  constructor(private readonly source: Source) {}

  /** Why there is nothing to see, although it is wanted. */
  get reason(): string {
    return this.error || (this.result?.codes ? "" : (this.result?.reason ?? ""));
  }

  /** Another picture is seen; null: one that has nothing behind its points. */
  async look(seen: { job: string; step: number; components: number[] } | null): Promise<void> {
    const key = this.shown && seen && seen.components.length === 2 ? `${seen.job} ${seen.step} ${seen.components}` : "";
    this.asked = key;
    this.error = "";
    if (!key) return void (this.result = null);
    try {
      const found = await this.fetch(key, seen!);
      if (this.asked === key) this.result = found;
    } catch (error) {
      if (this.asked === key) [this.result, this.error] = [null, (error as Error).message];
    }
  }

  /** The colours of the ground: those of the points, where these stand for the same classes. */
  ground(groups: Groups | null, theme: Theme, palette?: string): Ground | null {
    const { result } = this;
    if (!this.shown || !result?.codes || !result.confidence) return null;
    const colors = colorsOf(result.classes, groups, theme, palette);
    const { codes, confidence, width, height } = result;
    const pixels = new Uint8Array(codes.length * 4);
    for (let i = 0; i < codes.length; i++) {
      if (codes[i] === NONE) continue;
      pixels.set(colors[codes[i]!] ?? OTHER[theme], i * 4);
      pixels[i * 4 + 3] = softened(confidence[i]! / 255, result.classes.length) * 255;
    }
    return { pixels, width, height, low: result.low as [number, number], high: result.high as [number, number] };
  }

  private fetch(key: string, { job, step, components }: { job: string; step: number; components: number[] }) {
    const known = this.kept.get(key);
    if (known) return known;
    const promise = this.source.boundary(job, step, components);
    promise.catch(() => this.kept.delete(key));
    this.kept.set(key, promise);
    for (const oldest of this.kept.keys()) if (this.kept.size > MOST_KEPT) this.kept.delete(oldest);
    return promise;
  }
}

/** The colour of each class, red, green, blue. */
export function colorsOf(
  classes: string[],
  groups: Groups | null,
  theme: Theme,
  palette?: string,
): (readonly number[])[] {
  const colors = groups && groupColors(groups, theme, palette);
  const known = groups && new Map(groups.labels.map((label, i) => [label, colors![i]!]));
  if (known && classes.some((name) => known.has(name))) return classes.map((name) => known.get(name) ?? OTHER[theme]);
  const own = categorical(theme, Math.min(classes.length, 40));
  return classes.map((_, i) => own[i] ?? OTHER[theme]);
}

/** Faint where the classes are equally likely, full where one is certain. */
function softened(confidence: number, classes: number): number {
  const chance = 1 / Math.max(classes, 2);
  return 0.35 + 0.65 * Math.min(Math.max((confidence - chance) / (1 - chance), 0), 1);
}
