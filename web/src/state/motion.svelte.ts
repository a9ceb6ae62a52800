// How the points of a recorded embedding move: measured by the other side once, and shown as colours and as a list.

import type { EmbeddingOutline, JobMessage, MotionMeasure } from "../schema/messages";
import { type ColumnData, formatCount, formatValue } from "../source/column";
import { Cancelled, type MotionColumnResult, type MoversResult, type Source } from "../source/source";
import { finished } from "./work";

export interface MotionChoice {
  /** The name under which points are coloured by it. */
  id: string;
  measure: MotionMeasure;
  label: string;
}

export const CHOICES: MotionChoice[] = [
  { id: "*moved", measure: "moved", label: "moved this step" },
  { id: "*path", measure: "path", label: "moved so far" },
  { id: "*changed", measure: "changed", label: "last new prediction" },
  { id: "*neighbors", measure: "neighbors", label: "new neighbours" },
];
const PREDICTION = "prediction";
/** The motion of so many points is fetched at once. */
export const BLOCK = 64;

export class Motion {
  /** What is being measured; null: nothing is. */
  job = $state.raw<JobMessage | null>(null);
  /** Who moved most, from the step `first` to the step `last`; null: from the first, to the last. */
  movers = $state.raw<MoversResult | null>(null);
  first = $state<number | null>(null);
  last = $state<number | null>(null);
  error = $state("");
  /** How far the points of each block of the list moved. */
  private readonly blocks = $state<Record<number, Float32Array>>({});
  private asked = new Set<number>();
  private measured: { key: string; job: Promise<string> } | null = null;
  private listed = "";

  /** `steps`: those that are recorded by now. */
  constructor(
    private readonly source: Source,
    private readonly outline: EmbeddingOutline,
    private readonly steps: () => number[],
  ) {}

  /** What points can be coloured by. */
  get choices(): MotionChoice[] {
    const { recorded } = this.outline;
    if (!recorded || this.steps().length < 2) return [];
    return CHOICES.filter(({ measure }) => measure !== "changed" || recorded.changing.includes(PREDICTION));
  }

  has(id: string): boolean {
    return this.choices.some((choice) => choice.id === id);
  }

  /** A number a point at a step, as a column whose scale is of all steps. */
  async load(id: string, step: number | null): Promise<ColumnData> {
    const { measure, label } = CHOICES.find((choice) => choice.id === id)!;
    const at = step ?? this.steps().at(-1)!;
    const job = measure === "neighbors" ? await this.compare(at) : await this.course();
    const found = await this.source.motionColumn(job, measure, at);
    return columnOf(label, found);
  }

  /** List who moved most between the steps that are chosen. */
  async list(): Promise<void> {
    const steps = this.steps();
    const [first, last] = [this.first ?? steps[0]!, this.last ?? steps.at(-1)!];
    const key = `${steps.length} ${first} ${last}`;
    if (key === this.listed) return;
    this.listed = key;
    this.error = "";
    try {
      const found = await this.source.movers(await this.course(), first, last);
      if (key !== this.listed) return;
      this.movers = found;
      for (const block of Object.keys(this.blocks)) delete this.blocks[Number(block)];
      this.asked.clear();
    } catch (error) {
      if (key !== this.listed) return;
      this.listed = "";
      this.error = error instanceof Cancelled ? "The measuring was cancelled." : (error as Error).message;
    }
  }

  /** How far the point at a place of the list moved to each step; null: it is not known yet. */
  moves(place: number): Float32Array | null {
    const block = this.blocks[Math.floor(place / BLOCK)];
    const count = this.movers?.steps.length ?? 0;
    const start = (place % BLOCK) * count;
    return block?.subarray(start, start + count) ?? null;
  }

  /** Have the motion of these places of the list at hand. */
  async fetch(start: number, stop: number): Promise<void> {
    for (let block = Math.floor(start / BLOCK); block * BLOCK < stop; block++) {
      const { movers } = this;
      const rows = movers?.rows.slice(block * BLOCK, (block + 1) * BLOCK);
      if (!rows?.length || this.asked.has(block)) continue;
      this.asked.add(block);
      try {
        const found = await this.source.moves(await this.course(), rows);
        if (movers === this.movers) this.blocks[block] = found;
      } catch {
        this.asked.delete(block); // it is asked for again when it is next seen
      }
    }
  }

  async cancel(): Promise<void> {
    if (this.job) await this.source.cancel(this.job.job);
  }

  /** The ways of all points, measured anew where steps have come; returns the job's name. */
  private course(): Promise<string> {
    const key = String(this.steps().length);
    if (this.measured?.key === key) return this.measured.job;
    const mine = { key, job: this.work("course", null) };
    mine.job.catch(() => this.measured === mine && (this.measured = null));
    this.measured = mine;
    return mine.job;
  }

  private compare(step: number): Promise<string> {
    return this.work("neighbors", step);
  }

  private async work(task: "course" | "neighbors", step: number | null): Promise<string> {
    const started = await this.source.motion(this.outline.index, { task, step });
    try {
      if (started.state !== "done") await finished(this.source, started, (message) => (this.job = message));
    } finally {
      if (this.job?.job === started.job) this.job = null;
    }
    return started.job;
  }
}

/** What the colours stand for, in words. */
export function sentenceOf({ measure, step, before, sentence, parts }: MotionColumnResult): string {
  const since = before === null ? "" : ` from step ${formatCount(before)} to step ${formatCount(step)}`;
  if (before === null && measure !== "path" && measure !== "changed") return "Nothing comes before the first step.";
  if (measure === "moved") return `How far each point moved${since}. ${sentence}`;
  if (measure === "path") return `How far each point moved in all, up to step ${formatCount(step)}. ${sentence}`;
  if (measure === "changed")
    return `The step, up to ${formatCount(step)}, at which the prediction changed last; grey where it never did.`;
  return `How many of each point's ${(parts ?? 16) - 1} nearest came anew${since}. ${sentence}`;
}

function columnOf(name: string, found: MotionColumnResult): ColumnData {
  const { values, low, high, positive, parts, missing, measure } = found;
  const kind = measure === "changed" || measure === "neighbors" ? "integer" : "number";
  return {
    name,
    kind,
    n: values.length,
    missing,
    codes: null,
    categories: [],
    values,
    says: sentenceOf(found),
    text: (row) => formatValue(values[row]!, kind),
    whole: { minimum: low, maximum: high, positive: positive ?? NaN, parts },
  };
}
