// What a classifier gets right and what it confuses, at the step that is seen.

import type { EmbeddingOutline } from "../schema/messages";
import type { ReportResult, ScoresResult, Source, Step } from "../source/source";
import { type Cell, labelColumns, labelOf, predictionColumns, predictionOf, type SortKey } from "./classes";
import { Course } from "./course.svelte";
import type { Selection } from "./selection.svelte";

/** Points of a class that are taken for a class; null: for any. */
export interface Pick {
  right: number | null;
  predicted: number | null;
  wrong?: boolean;
}

export class Report {
  label = $state("");
  prediction = $state("");
  result = $state.raw<ReportResult | null>(null);
  error = $state("");
  /** The class whose F1 is followed over the steps. */
  followed = $state("");
  sortBy = $state<SortKey>("class");
  down = $state(false);
  /** What was picked last. */
  picked = $state.raw<Pick | null>(null);
  readonly scores: Course<ScoresResult>;
  private pickedMask: Uint8Array | null = null;
  private shown = "";
  private wanted = "";
  private asking = false;
  private started = "";

  constructor(
    private readonly source: Source,
    private readonly outline: EmbeddingOutline,
    private readonly selection: Selection,
    private readonly step: () => Step,
  ) {
    this.label = labelOf(outline.columns);
    this.prediction = predictionOf(outline.columns);
    const asked = () => ({ label: this.label, prediction: this.prediction });
    this.scores = new Course(
      source,
      () => source.startScores(outline.index, asked()),
      (job) => source.scores(job),
    );
  }

  /** Whether there is something to report on. */
  get possible(): boolean {
    return this.label !== "" && this.prediction !== "";
  }

  get labels(): string[] {
    return labelColumns(this.outline.columns);
  }

  get predictions(): string[] {
    return predictionColumns(this.outline.columns);
  }

  /** Show the report of the step that is seen; while one is under way, only the newest that was asked for follows. */
  async follow(): Promise<void> {
    this.wanted = this.key;
    if (this.asking) return;
    this.asking = true;
    while (this.wanted !== this.shown) {
      const key = this.wanted;
      try {
        const { label, prediction } = this;
        const result = await this.source.report(this.outline.index, { label, prediction }, this.step());
        [this.result, this.error] = [result, ""];
      } catch (error) {
        [this.result, this.error] = [null, (error as Error).message];
      }
      this.shown = key;
    }
    this.asking = false;
  }

  /** Have the reports of so many steps made; what is known already stays. */
  along(steps: number): void {
    const key = `${this.label}|${this.prediction}|${steps}`;
    if (steps < 2 || this.started === key) return;
    if (!this.started.startsWith(`${this.label}|${this.prediction}|`)) this.scores.result = null;
    this.started = key;
    void this.scores.start();
  }

  compare(label: string, prediction: string): void {
    [this.label, this.prediction] = [label, prediction];
    [this.followed, this.picked] = ["", null];
    void this.follow();
  }

  /** The same again turns it round; numbers begin with the worst. */
  sort(by: SortKey): void {
    this.down = by === this.sortBy ? !this.down : by === "support";
    this.sortBy = by;
  }

  /** Select points; the same again lets them go. */
  async pick(pick: Pick, add: boolean): Promise<void> {
    if (!add && this.isPicked(pick)) {
      this.picked = null;
      return this.selection.clear();
    }
    const { label, prediction } = this;
    const request = { label, prediction, true: pick.right, predicted: pick.predicted, wrong: pick.wrong ?? false };
    try {
      const rows = await this.source.judged(this.outline.index, request, this.step());
      this.selection.select(rows, add ? "add" : "replace");
      [this.picked, this.pickedMask] = [add ? null : pick, this.selection.mask];
    } catch (error) {
      this.error = (error as Error).message;
    }
  }

  pickCell({ right, predicted }: Cell, add: boolean): void {
    void this.pick({ right, predicted }, add);
  }

  /** Whether just these points are selected. */
  isPicked({ right, predicted, wrong = false }: Pick): boolean {
    const { picked } = this;
    const same = picked?.right === right && picked.predicted === predicted && (picked.wrong ?? false) === wrong;
    return same && this.selection.mask !== null && this.selection.mask === this.pickedMask;
  }

  /** Of a class that is followed: its F1 at each step; null: where it is not known. */
  followedCurve(): (number | null)[] | null {
    const scores = this.scores.result;
    const code = scores?.classes.indexOf(this.followed) ?? -1;
    if (!scores || code < 0) return null;
    const count = scores.classes.length;
    return scores.steps.map((_, i) => known(scores.f1[i * count + code]!));
  }

  accuracyCurve(): (number | null)[] | null {
    return this.scores.result && Array.from(this.scores.result.accuracy, known);
  }

  private get key(): string {
    return `${this.label}|${this.prediction}|${this.step() ?? ""}`;
  }
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
