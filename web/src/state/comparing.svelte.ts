// Another embedding beside the one that is seen, or the same at another step: what is compared, and what came of it.

import type { EmbeddingOutline, JobMessage, Metric, ProjectRequest, RunOutline } from "../schema/messages";
import type { ComparisonResult } from "../source/comparing";
import { Cancelled, type Source, type Step } from "../source/source";
import type { CompareAddress } from "./comparingAddress";
import { blend, correspondence, type Correspondence, keptColumn, leastKept, spreadPlaces } from "./compared";
import type { EmbeddingView } from "./embedding.svelte";
import { describe, METHOD_NAMES } from "./methods";
import { stepBefore } from "./replay.svelte";
import { finished } from "./work";

export const K = 15;
/** From this share of the work on, it is known which points are the same. */
const MATCHED = 0.1;

/** A picture of the other one, laid upon the one that is seen. */
export interface Beside {
  positions: Float32Array;
  dimensions: 2 | 3;
  sentence: string;
  agreement: number | null;
  /** What it was laid upon. */
  onto: Float32Array;
  /** What was asked for. */
  asked: string;
}

/** What is looked at beside. */
export interface Other {
  index: number;
  name: string;
}

export class Comparing {
  on = $state(false);
  /** The other embedding, and the step of it that a person chose; null: the one that fits what is seen. */
  other = $state(-1);
  otherStep = $state<Step>(null);
  /** The column that names the points; empty: found out. */
  ids = $state("");
  k = $state(K);
  metric = $state<Metric>("euclidean");
  /** The other's picture; empty: its principal components. */
  picture = $state("");
  way = $state<"beside" | "morph">("beside");
  /** How far the points are on their way, 0 to 1. */
  amount = $state(0);
  result = $state.raw<ComparisonResult | null>(null);
  beside = $state.raw<Beside | null>(null);
  job = $state.raw<JobMessage | null>(null);
  error = $state("");
  readonly map: Correspondence | null = $derived.by(() => {
    const { result } = this;
    const n = (index: number) => this.outlines().find((each) => each.index === index)?.n ?? 0;
    return result && correspondence(result, n(result.embedding), n(result.other));
  });
  /** Places among the shared points, those that keep fewest neighbours first. */
  readonly order = $derived.by(() => (this.result?.complete ? leastKept(this.result) : new Uint32Array()));
  /** What was laid out of the other one. */
  private made = $state.raw<RunOutline[]>([]);
  private of: EmbeddingView | null = null;
  private asked = "";
  private early = "";
  private turn = 0;

  constructor(
    private readonly source: Source,
    private readonly outlines: () => EmbeddingOutline[],
    private readonly view: () => EmbeddingView | null,
    /** Where an embedding comes from, in a word: its run or its file. */
    private readonly origin: (outline: EmbeddingOutline) => string = ({ source }) => lastPart(source),
  ) {}

  /** What the one that is seen can be compared with. */
  get others(): Other[] {
    const own = this.view()?.outline.index;
    const all = this.outlines().filter(({ index }) => index !== own || (this.view()?.steps.length ?? 0) > 1);
    return all.map((outline) => {
      const { index, name } = outline;
      return { index, name: index === own ? `${name}, another step` : this.nameOf(outline) };
    });
  }

  /** What an embedding is called, and where it comes from where there is more than one such place. */
  nameOf(outline: EmbeddingOutline): string {
    const several = new Set(this.outlines().map(this.origin)).size > 1;
    const origin = several ? this.origin(outline) : "";
    return origin && origin !== outline.name ? `${outline.name} (${origin})` : outline.name;
  }

  get possible(): boolean {
    return this.others.length > 0;
  }

  get outline(): EmbeddingOutline | null {
    return this.others.some(({ index }) => index === this.other)
      ? (this.outlines().find(({ index }) => index === this.other) ?? null)
      : null;
  }

  /** The steps of the other one, those that can be chosen. */
  get steps(): number[] {
    const { outline } = this;
    const all = outline?.recorded?.steps ?? [];
    return outline?.index === this.view()?.outline.index ? all.filter((step) => step !== this.view()?.step) : all;
  }

  /** The step of the other one that is compared: the chosen one, else what fits the step that is seen. */
  get step(): Step {
    const { outline, otherStep, steps } = this;
    const view = this.view();
    if (!outline?.recorded || !view) return null;
    if (otherStep !== null && steps.includes(otherStep)) return otherStep;
    if (outline.index === view.outline.index) return steps[0] ?? null;
    return view.step === null ? (steps.at(-1) ?? null) : stepBefore(steps, view.step);
  }

  /** The pictures of the other one that there are beside its principal components. */
  get pictures(): { id: string; name: string }[] {
    const given = this.outline?.coordinates.map(({ name }, index) => ({ id: `given:${index}`, name })) ?? [];
    const made = this.made.filter(({ step, request }) => step === this.step && !request.joint);
    return [...given, ...made.map(({ job, request }) => ({ id: job, name: named(request) }))];
  }

  /** Look again for what was made of the other one. */
  async findPictures(): Promise<void> {
    const { outline } = this;
    const found = outline ? await this.source.runs(outline.index).catch(() => []) : [];
    if (outline !== this.outline) return;
    this.made = found.filter(({ state, subset, request }) => state === "done" && !subset && request.method !== "pca");
    if (this.picture && !this.pictures.some(({ id }) => id === this.picture)) this.picture = "";
  }

  /** What is to be compared; empty: nothing. */
  get wanted(): string {
    const { outline, step, ids, k, metric } = this;
    const view = this.view();
    if (!this.on || !view || !outline) return "";
    return JSON.stringify([view.outline.index, view.step, outline.index, step, ids, k, metric]);
  }

  /** Side by side, where there is room for two pictures. */
  get split(): boolean {
    return this.on && this.way === "beside";
  }

  /** Where the points are on their way to the other picture; null: nothing moves them. */
  get blended(): Float32Array | null {
    const { on, way, amount, beside, map } = this;
    const placement = this.view()?.layout.placement;
    if (!on || way !== "morph" || !beside || !map || !placement || beside.onto !== placement.positions) return null;
    return blend(placement.positions, beside.positions, map.there, amount);
  }

  toggle(): void {
    this.on = !this.on && this.possible;
    if (this.on) this.settle();
    else this.stop();
  }

  /** Choose something to compare with where what was chosen is not there. */
  settle(): void {
    if (this.outline) return;
    const own = this.view()?.outline;
    const { others } = this;
    const alike = others.find(({ index }) => index !== own?.index && this.outlines()[index]?.n === own?.n);
    const itself = others.find(({ index }) => index === own?.index); // at another step
    this.choose((alike ?? itself ?? others[0])?.index ?? -1);
  }

  choose(index: number): void {
    [this.other, this.otherStep, this.ids, this.picture] = [index, null, "", ""];
  }

  stop(): void {
    this.on = false;
    this.amount = 0;
    this.drop();
  }

  /** Compare what is to be compared, unless it is what was. */
  async look(): Promise<void> {
    const { wanted } = this;
    if (wanted === this.asked) return;
    if (this.job) void this.source.cancel(this.job.job).catch(() => {});
    this.drop();
    this.asked = wanted;
    const view = this.view();
    if (!wanted || !view) return;
    const { other, step, ids, k, metric } = this;
    try {
      const request = { other, other_step: step, ids, k, metric };
      const started = await this.source.compare(view.outline.index, request, view.step);
      if (wanted === this.asked) this.job = started;
      const heard = (job: JobMessage) => {
        if (wanted !== this.asked) return;
        this.job = job;
        if (job.fraction >= MATCHED && !this.result) void this.takeEarly(view, job.job, wanted);
      };
      if (started.state !== "done") await finished(this.source, started, heard);
      const result = await this.source.comparison(started.job);
      if (wanted === this.asked) this.take(view, started.job, result);
    } catch (error) {
      if (wanted === this.asked)
        this.error = error instanceof Cancelled ? "It was cancelled." : (error as Error).message;
    }
    if (wanted === this.asked) this.job = null;
  }

  /** Lay the other picture upon the one that stands. */
  async place(): Promise<void> {
    const { result, picture } = this;
    const view = this.view();
    const { standing, placement } = view?.layout ?? {};
    if (!result || !standing || !placement || view !== this.of) return;
    const request = { picture: standing.picture, components: standing.components, other_picture: picture };
    const asked = JSON.stringify([this.name, request]);
    if (this.beside?.asked === asked && this.beside.onto === placement.positions) return;
    const turn = ++this.turn;
    try {
      const { places, sentence, agreement } = await this.source.comparedPlaces(this.name, request);
      if (turn !== this.turn || !this.result) return;
      const positions = spreadPlaces(places, standing.components.length);
      const { dimensions, positions: onto } = placement;
      this.beside = { positions, dimensions, sentence, agreement, onto, asked };
    } catch (error) {
      if (turn === this.turn) this.error = (error as Error).message;
    }
  }

  async cancel(): Promise<void> {
    if (this.job) await this.source.cancel(this.job.job);
  }

  /** Ask again after it failed or was cancelled. */
  again(): void {
    this.asked = "";
    void this.look();
  }

  /** What the address keeps; undefined: nothing is compared. */
  address(): CompareAddress | undefined {
    const { outline, otherStep, ids, k, metric, picture, way, amount } = this;
    if (!this.on || !outline) return undefined;
    return {
      other: outline.name,
      step: otherStep ?? undefined,
      ids: ids || undefined,
      k: k === K ? undefined : k,
      metric: metric === "euclidean" ? undefined : metric,
      picture: picture || undefined,
      amount: way === "morph" ? amount : undefined,
    };
  }

  follow(address: CompareAddress): void {
    const named = this.outlines().find(({ name }) => name === address.other);
    if (!named) return;
    this.choose(named.index);
    this.otherStep = address.step ?? null;
    this.ids = address.ids ?? "";
    this.k = address.k ?? K;
    this.metric = address.metric === "cosine" ? "cosine" : "euclidean";
    this.picture = address.picture ?? "";
    this.way = address.amount === undefined ? "beside" : "morph";
    this.amount = address.amount ?? 0;
    this.on = true;
    this.settle();
  }

  private name = "";

  /** Both pictures are seen before the neighbours are found. */
  private async takeEarly(view: EmbeddingView, job: string, wanted: string): Promise<void> {
    if (this.early === wanted) return;
    this.early = wanted;
    const begun = await this.source.comparison(job).catch(() => null);
    if (begun && wanted === this.asked && !this.result?.complete) this.take(view, job, begun);
  }

  private take(view: EmbeddingView, job: string, result: ComparisonResult): void {
    [this.name, this.of, this.result] = [job, view, result];
    view.compared = { column: keptColumn(result, view.outline.n), shared: this.map?.shared ?? null };
  }

  private drop(): void {
    this.turn++;
    if (this.of) this.of.compared = null;
    [this.of, this.result, this.beside, this.job] = [null, null, null, null];
    [this.error, this.asked, this.early] = ["", "", ""];
  }
}

function named(request: ProjectRequest): string {
  return [METHOD_NAMES[request.method ?? "pca"], ...describe(request)].join(", ");
}

function lastPart(source: string): string {
  return source.split(/[/\\]/).at(-1) ?? "";
}
