// How well the neighbours in each recorded layer agree with the labels, at every step.

import type { AgreementMessage, EmbeddingOutline, LayerMessage } from "../schema/messages";
import type { Source } from "../source/source";
import { labelOf } from "./classes";
import { Course } from "./course.svelte";
import { stepBefore } from "./replay.svelte";

export type Measure = "accuracy" | "silhouette";

/** A layer at a step. */
export interface LayerNow {
  outline: EmbeddingOutline;
  layer: LayerMessage | null;
  /** What is known of the last of its steps that is not after the one that is seen; null: nothing. */
  value: number | null;
}

export class Layers {
  measure = $state<Measure>("accuracy");
  readonly course: Course<AgreementMessage>;
  /** Those that have labels, in the order in which they were recorded. */
  readonly outlines: EmbeddingOutline[];
  readonly unlabelled: string[];
  private started = 0;
  private first: number | null = null;

  constructor(source: Source, recorded: EmbeddingOutline[]) {
    this.outlines = recorded.filter(({ columns }) => labelOf(columns));
    this.unlabelled = recorded.filter(({ columns }) => !labelOf(columns)).map(({ name }) => name);
    const embeddings = this.outlines.map(({ index }) => index);
    const labels = this.outlines.map(({ columns }) => labelOf(columns));
    this.course = new Course(
      source,
      () => source.startAgreement({ embeddings, labels, first: this.first }),
      (job) => source.agreement(job),
    );
  }

  /** Have so many steps measured, the one that is seen before the others; what is known already stays. */
  along(steps: number, first: number | null = null): void {
    const waits = first !== null && first !== this.first && this.course.running && this.lacks(first);
    if ((steps === this.started && !waits) || !this.outlines.length) return;
    [this.started, this.first] = [steps, first];
    void this.course.start();
  }

  private lacks(step: number): boolean {
    const place = (layer: LayerMessage) => layer.steps.indexOf(stepBefore(layer.steps, step));
    return this.course.result?.layers.some((layer) => (layer[this.measure][place(layer)] ?? null) === null) ?? true;
  }

  /** Each layer as it is at a step. */
  at(step: number): LayerNow[] {
    return this.outlines.map((outline) => {
      const layer = this.course.result?.layers.find(({ embedding }) => embedding === outline.index) ?? null;
      const place = layer ? layer.steps.indexOf(stepBefore(layer.steps, step)) : -1;
      return { outline, layer, value: layer?.[this.measure][place] ?? null };
    });
  }
}

export interface Bounds {
  low: number;
  high: number;
}

/** The room that all layers take together, and others beside them, so that they can be compared: whole tenths. */
export function boundsOf(layers: LayerNow[], measure: Measure, others: (number | null)[] = []): Bounds {
  const all = [...layers.flatMap(({ layer }) => layer?.[measure] ?? []), ...others];
  const known = all.filter((value) => value !== null);
  if (!known.length) return { low: 0, high: 1 };
  const low = Math.floor(Math.min(...known) * 10 - 1e-9) / 10;
  const high = Math.ceil(Math.max(...known) * 10 + 1e-9) / 10;
  return measure === "accuracy" ? { low: Math.max(low, 0), high: Math.min(high, 1) } : { low, high };
}

/** Where classes come apart, and where something is lost again, in words; empty while too little is known. */
export function turningPoint(layers: LayerNow[], measure: Measure): string {
  const known = layers.filter((each): each is LayerNow & { value: number } => each.value !== null);
  const scale = measure === "accuracy" ? 100 : 1;
  const changes = known.slice(1).map(({ outline, value }, i) => ({
    name: outline.name,
    from: known[i]!.outline.name,
    by: (value - known[i]!.value) * scale,
  }));
  if (!changes.length) return "";
  const told = (by: number) =>
    measure === "accuracy" ? `${Math.round(Math.abs(by))} points` : Math.abs(by).toFixed(2);
  const least = measure === "accuracy" ? 1 : 0.02;
  const gain = changes.reduce((a, b) => (b.by > a.by ? b : a));
  const loss = changes.reduce((a, b) => (b.by < a.by ? b : a));
  const said: string[] = [];
  if (gain.by >= least) said.push(`Classes come apart most from ${gain.from} to ${gain.name}: +${told(gain.by)}.`);
  if (loss.by <= -least) said.push(`${loss.from} to ${loss.name} loses ${told(loss.by)}.`);
  return said.join(" ") || "All layers tell the classes apart about equally well.";
}
