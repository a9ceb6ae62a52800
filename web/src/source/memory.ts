// A source that holds everything itself: for tests, and for trying the page out without a server.
// Its runs do not learn; they spread the points on a growing spiral, as far as `advance` lets them.

import type {
  BookmarksMessage,
  ArithmeticRequest,
  AgreementMessage,
  AgreementRequest,
  CollectionMessage,
  CompareRequest,
  EmbeddingOutline,
  FidelityRequest,
  GrownMessage,
  JobMessage,
  MotionMeasure,
  MotionRequest,
  JudgedRequest,
  NeighborsRequest,
  PlacesRequest,
  PointMessage,
  ProjectionMessage,
  ProjectRequest,
  RecordingMessage,
  ReportRequest,
  RunOutline,
  SearchRequest,
  TimelineMeasures,
  TimelineMessage,
  TimelineRequest,
} from "../schema/messages";
import type { ColumnData } from "./column";
import type { ComparisonResult, PlacesResult } from "./comparing";
import { comparisonOf } from "./memoryComparing";
import type { EditingSource } from "./editing";
import { judgedOf, reportOf } from "./memoryReport";
import {
  SourceError,
  type ArithmeticResult,
  type BoundaryResult,
  type Connection,
  type FidelityResult,
  type Frame,
  type MotionColumnResult,
  type MoversResult,
  type NeighborsResult,
  type ProjectionResult,
  type ReportResult,
  type ScoresResult,
  type SearchResult,
  type Source,
  type Step,
  type ThumbnailPage,
  type TrailsResult,
  type VectorsResult,
} from "./source";

const ITERATIONS = 100;

/** One piece of work. */
interface Work {
  job: JobMessage;
  request: ProjectRequest;
  rows: Uint32Array | null;
  step: Step;
  iteration: number;
}

export class MemorySource implements Source {
  editing: EditingSource | null = null;
  /** Everything that was asked for, in order: `pause tsne-…`. */
  readonly asked: string[] = [];
  private readonly works = new Map<string, Work>();
  private readonly measures = new Map<string, FidelityRequest>();
  private readonly listeners = new Set<(job: JobMessage) => void>();
  private readonly growthListeners = new Set<(grown: GrownMessage) => void>();
  private compared: (CompareRequest & { step: Step }) | null = null;
  private watched: { job: string; listener: (frame: Frame) => void } | null = null;
  private unshown = false;
  /** Whether the agreement of layers takes its time. */
  measuring = false;

  constructor(
    readonly outline: EmbeddingOutline,
    private readonly columns: ColumnData[] = [],
  ) {}

  /** For as long as the page is open. */
  private bookmarkText = "";

  async bookmarks(): Promise<BookmarksMessage> {
    return { text: this.bookmarkText, kept: "", fault: "", brought: [] };
  }

  async keepBookmarks(text: string): Promise<BookmarksMessage> {
    this.bookmarkText = text;
    return this.bookmarks();
  }

  async collection(): Promise<CollectionMessage> {
    return { name: "memory", version: "0", hint: "", embeddings: [this.outline], notes: [] };
  }

  async column(_embedding: number, index: number): Promise<ColumnData> {
    return this.columns[index]!;
  }

  async coordinates(_embedding: number, index: number): Promise<{ dimensions: number; values: Float32Array }> {
    const { dimensions } = this.outline.coordinates[index]!;
    return { dimensions, values: Float32Array.from({ length: this.outline.n * dimensions }, (_, i) => i) };
  }

  async thumbnails(): Promise<ThumbnailPage> {
    return { files: [], notes: [] };
  }

  async point(_embedding: number, row: number): Promise<PointMessage> {
    return { row, names: [], values: [], finite: true, sounds: [] };
  }

  sound(): string {
    return "";
  }

  async vectors(_embedding: number, rows: number[], step: Step = null): Promise<VectorsResult> {
    this.asked.push(`vectors ${rows.join()} at ${step}`);
    const { d } = this.outline;
    const vectors = Float32Array.from({ length: rows.length * d }, (_, i) => rows[Math.floor(i / d)]! + (step ?? 0));
    return { d, reach: 1, vectors };
  }

  async search(_embedding: number, _request: SearchRequest): Promise<SearchResult> {
    const matches = new Uint8Array(Math.ceil(this.outline.n / 8));
    return { count: 0, understood: "", error: "", milliseconds: 0, rows: new Uint32Array(), matches };
  }

  async neighbors(_embedding: number, { row, k = 20, metric = "cosine" }: NeighborsRequest): Promise<NeighborsResult> {
    return { row, k, metric, space: "", rows: new Uint32Array(), distances: new Float32Array() };
  }

  async arithmetic(_embedding: number, { expression }: ArithmeticRequest): Promise<ArithmeticResult> {
    this.asked.push(`arithmetic ${expression}`);
    const error = expression.includes("?") ? "There is no such point." : "";
    const rows = error ? new Uint32Array() : Uint32Array.of(1, 2);
    const matches = new Uint8Array(Math.ceil(this.outline.n / 8));
    const found = { rows, distances: Float32Array.of(0.1, 0.2), given: Uint32Array.of(0), matches };
    return { understood: expression, space: "", error, near: [], ...found };
  }

  async project(
    embedding: number,
    request: ProjectRequest,
    rows: Uint32Array | null,
    step: Step = null,
  ): Promise<JobMessage> {
    const job = `${request.method}-${embedding}-${JSON.stringify(request).length}${JSON.stringify(request).replace(/\W/g, "")}${rows ? `-${rows.join("")}` : ""}`;
    this.asked.push(`project ${job}`);
    const work = this.works.get(job) ?? { job: message(job, "waiting"), request, rows, step, iteration: 0 };
    this.works.set(job, work);
    if (request.method === "pca") work.iteration = ITERATIONS;
    if (work.job.state !== "done" && work.job.state !== "paused") {
      work.job = message(job, request.method === "pca" ? "done" : "running", work.iteration / ITERATIONS);
    }
    return work.job;
  }

  async projection(job: string, components: number[]): Promise<ProjectionResult> {
    const work = this.works.get(job);
    if (!work) throw new SourceError(`There is no projection ${job}.`, 404);
    if (!work.iteration && components.length) throw new SourceError("It has no layout yet.", 409);
    const { rows, iteration } = work;
    const layout = this.layoutOf(work);
    const dimensions = dimensionsOf(work);
    const component = (k: number) => layout.filter((_, i) => i % dimensions === k);
    const head = this.headOf(work);
    return { ...head, iteration, rows, components: new Map(components.map((k) => [k, component(k)])) };
  }

  async recording(recording: number): Promise<RecordingMessage> {
    const steps = this.outline.recorded?.steps ?? [];
    const embeddings = [{ index: this.outline.index, steps }];
    const curves = [{ name: "loss", values: steps.map((step) => 1 / (1 + step)), told_steps: [], told: [] }];
    const none = steps.map(() => null);
    return {
      recording,
      name: "memory",
      growing: false,
      classes: [],
      steps,
      epochs: none,
      times: none,
      curves,
      embeddings,
    };
  }

  async timeline(embedding: number, request: TimelineRequest): Promise<JobMessage> {
    this.asked.push(`timeline ${request.method}`);
    return message(`timeline-${embedding}-${request.method}`, "done", 1);
  }

  async madeTimeline(job: string): Promise<TimelineMessage> {
    const [, embedding, method] = job.split("-") as [string, string, "axes" | "pca"];
    const frame = {
      low: [0, 0, 0],
      high: [1, 1, 1],
      variance_ratio: [0.5, 0.3, 0.1],
      sentence: "",
      measures: null,
      laid_out: null,
      newest: null,
      preparation: "raw" as const,
      reduced_to: 50,
    };
    return { job, embedding: Number(embedding), method, n_components: 3, reference: 0, ...frame };
  }

  async timelineStep(_job: string, step: number, components: number[]): Promise<Float32Array[]> {
    this.asked.push(`step ${step}`);
    return components.map(() => new Float32Array(this.outline.n).fill(step));
  }

  async boundary(job: string, step: number): Promise<BoundaryResult> {
    const box = { low: [0, 0], high: [1, 1], height: 1, width: 2, classes: ["no", "yes"] };
    const arrays = { codes: Uint8Array.of(1, 255), confidence: Uint8Array.of(255, 0) };
    return { job, step, ...box, exact: true, agreement: null, reason: "", ...arrays };
  }

  async startFilm(): Promise<JobMessage> {
    throw new SourceError("Films are made by the server.", 404);
  }

  async film(): Promise<Blob> {
    throw new SourceError("Films are made by the server.", 404);
  }

  async measureTimeline(job: string, components: number[]): Promise<JobMessage> {
    this.asked.push(`measures ${job} ${components.join()}`);
    return message(`measures-${job}`, "done", 1);
  }

  async timelineMeasures(): Promise<TimelineMeasures> {
    const steps = this.outline.recorded?.steps ?? [];
    const each = steps.map(() => 0.5);
    const measured = { neighbor_preservation: each, chance: each, displacement: each };
    return { k: 15, steps, ...measured, overall_displacement: 0.5, frozen: 0, sampled: false };
  }

  /** Each point's places at a step are the step. */
  async trails(job: string, rows: Uint32Array, components: number[]): Promise<TrailsResult> {
    const { steps } = this.outline.recorded!;
    this.asked.push(`trails of ${rows.join()}`);
    const places = Array.from(rows, () => steps.flatMap((step) => components.map(() => step))).flat();
    return { job, steps, places: Float32Array.from(places) };
  }

  async motion(_embedding: number, { task = "course", step }: MotionRequest): Promise<JobMessage> {
    this.asked.push(`motion ${task}`);
    return message(task === "course" ? "motion" : `turnover-${step}`, "done", 1);
  }

  /** The points with the larger numbers move more. */
  async motionColumn(_job: string, measure: MotionMeasure, step: number): Promise<MotionColumnResult> {
    const values = Float64Array.from({ length: this.outline.n }, (_, row) => row * step);
    const high = this.outline.n * this.outline.recorded!.steps.at(-1)!;
    const said = { before: null, low: 0, high, positive: 1, parts: null, missing: 0, sentence: "" };
    return { measure, step, ...said, values };
  }

  async movers(job: string, first: number, last: number): Promise<MoversResult> {
    this.asked.push(`movers ${first} ${last}`);
    const { steps } = this.outline.recorded!;
    const rows = Uint32Array.from({ length: this.outline.n }, (_, i) => this.outline.n - 1 - i);
    const distances = Float32Array.from(rows, (row) => row * (last - first));
    const peaks = new Uint32Array(rows.length).fill(steps.length - 1);
    const said = { means: steps.map(() => 1), longest: this.outline.n, sentence: job };
    return { first, last, steps, ...said, rows, distances, peaks };
  }

  async moves(_job: string, rows: Uint32Array): Promise<Float32Array> {
    this.asked.push(`moves ${rows.join()}`);
    const { steps } = this.outline.recorded!;
    return Float32Array.from(Array.from(rows).flatMap((row) => steps.map(() => row)));
  }

  onGrown(listener: (grown: GrownMessage) => void): void {
    this.growthListeners.add(listener);
  }

  /** New steps have come. */
  grow(steps: number[]): void {
    const recorded = this.outline.recorded!;
    recorded.steps = [...recorded.steps, ...steps];
    const last = recorded.steps.at(-1) ?? -1;
    const told = { grown: recorded.recording, steps: recorded.steps.length, growing: true, told: last };
    for (const listener of this.growthListeners) listener(told);
  }

  async report(_embedding: number, request: ReportRequest, step?: Step): Promise<ReportResult> {
    this.asked.push(`report ${request.label} ${request.prediction} ${step ?? "opened"}`);
    return reportOf(request, this.named(request.label), this.named(request.prediction));
  }

  async judged(_embedding: number, request: JudgedRequest): Promise<Uint32Array> {
    return judgedOf(request, this.named(request.label), this.named(request.prediction));
  }

  async startScores(): Promise<JobMessage> {
    return message("scores", "done", 1);
  }

  async scores(): Promise<ScoresResult> {
    const steps = this.outline.recorded?.steps ?? [];
    const rising = Float32Array.from(steps, (_, i) => i / steps.length);
    return {
      embedding: 0,
      steps,
      classes: ["a"],
      measured: steps.length,
      accuracy: rising,
      macro_f1: rising,
      f1: rising,
    };
  }

  async startAgreement(request: AgreementRequest): Promise<JobMessage> {
    this.asked.push(
      `agreement ${request.embeddings.join()} ${request.labels.join()} from ${request.first ?? "the last"}`,
    );
    return message("agreement", this.measuring ? "running" : "done", 1);
  }

  async agreement(): Promise<AgreementMessage> {
    const steps = this.outline.recorded?.steps ?? [0];
    const none = steps.map(() => null);
    const layer = { label: "", classes: 2, labelled: 4, used: 4, compared: 4, chance: 0.5, error: "" };
    const waiting = { ...layer, embedding: this.outline.index, steps, accuracy: none, silhouette: none };
    return { k: 15, layers: this.measuring ? [waiting] : [] };
  }

  async compare(_embedding: number, request: CompareRequest, step: Step = null): Promise<JobMessage> {
    this.asked.push(`compare ${step} with ${request.other} at ${request.other_step}`);
    this.compared = { ...request, step };
    return message("comparison", "done", 1);
  }

  /** All points but the last are shared, and each stands one place later in the other one. */
  async comparison(): Promise<ComparisonResult> {
    return comparisonOf(this.outline, this.compared!);
  }

  async comparedPlaces(_job: string, { components, picture }: PlacesRequest): Promise<PlacesResult> {
    this.asked.push(`places on ${picture}`);
    const places = Float32Array.from({ length: this.outline.n * components.length }, (_, i) => -i);
    return { agreement: 0.5, sentence: "Turned.", places };
  }

  async runs(): Promise<RunOutline[]> {
    return [...this.works.values()].map((work) => {
      const { job, request, rows, iteration } = work;
      const outline = {
        job: job.job,
        state: job.state,
        request,
        m: this.sizeOf(work),
        subset: rows !== null,
        step: null,
      };
      return { ...outline, sentence: "", seconds: 1, iteration, max_iter: ITERATIONS, fidelity: null };
    });
  }

  async forget(job: string): Promise<void> {
    this.asked.push(`forget ${job}`);
    this.works.delete(job);
  }

  async measure(_embedding: number, request: FidelityRequest): Promise<JobMessage> {
    const job = `fidelity-${request.picture}-${request.components.join("")}`;
    this.asked.push(`measure ${job}`);
    this.measures.set(job, request);
    return message(job, "done", 1);
  }

  async fidelity(job: string): Promise<FidelityResult> {
    const { picture, components, k = 15 } = this.measures.get(job)!;
    const work = this.works.get(picture);
    const m = work ? this.sizeOf(work) : this.outline.n;
    const numbers = {
      k,
      n: m,
      m,
      trustworthiness: 0.9,
      continuity: 0.8,
      neighbor_preservation: 0.5,
      chance: k / (m - 1),
    };
    const said = { sampled: 0, divergence: null, exact: true, sentence: "", search: "" };
    const preservation = Float32Array.from({ length: m }, (_, i) => (i % (k + 1)) / k);
    return { picture, components, ...numbers, ...said, rows: work?.rows ?? null, preservation };
  }

  follow(job: JobMessage, listener: (job: JobMessage) => void): () => void {
    const heard = (told: JobMessage) => told.job === job.job && listener(told);
    this.listeners.add(heard);
    listener(job);
    return () => this.listeners.delete(heard);
  }

  watch(job: string, listener: (frame: Frame) => void): () => void {
    const mine = (this.watched = { job, listener });
    this.unshown = false;
    return () => {
      if (this.watched === mine) this.watched = null;
    };
  }

  async pause(job: string): Promise<void> {
    this.tell(job, "paused");
  }

  async resume(job: string): Promise<void> {
    this.tell(job, "running");
  }

  async cancel(job: string): Promise<void> {
    if (this.works.has(job)) this.tell(job, "cancelled");
  }

  onConnection(listener: (connection: Connection) => void): void {
    listener("here");
  }

  /** Let a run go on for so many iterations; whoever watches it sees a frame, unless the last is not shown yet. */
  advance(job: string, iterations: number): void {
    const work = this.works.get(job)!;
    if (work.job.state !== "running") return;
    work.iteration = Math.min(work.iteration + iterations, ITERATIONS);
    this.tell(job, work.iteration === ITERATIONS ? "done" : "running");
    if (this.watched?.job !== job || this.unshown) return;
    this.unshown = true;
    const head = { job, iteration: work.iteration, max_iter: ITERATIONS, dimensions: dimensionsOf(work) };
    const shown = () => (this.unshown = false);
    this.watched.listener({ ...head, divergence: null, positions: this.layoutOf(work), shown });
  }

  fail(job: string, error: string): void {
    this.tell(job, "failed", error);
  }

  private named(name: string): ColumnData {
    return this.columns.find((column) => column.name === name)!;
  }

  private tell(job: string, state: JobMessage["state"], error = ""): void {
    const work = this.works.get(job)!;
    this.asked.push(`${state} ${job}`);
    const text = state === "running" ? `Iteration ${work.iteration} of ${ITERATIONS}` : "";
    work.job = { ...message(job, state, work.iteration / ITERATIONS), text, error };
    for (const listener of [...this.listeners]) listener(work.job);
  }

  private sizeOf({ rows }: Work): number {
    return rows?.length ?? this.outline.n;
  }

  private layoutOf(work: Work): Float32Array {
    const dimensions = dimensionsOf(work);
    const reach = 1 + work.iteration;
    return Float32Array.from({ length: this.sizeOf(work) * dimensions }, (_, i) => {
      const point = Math.floor(i / dimensions);
      return Math.cos(point * 2.4 + (i % dimensions)) * Math.sqrt(point) * reach;
    });
  }

  private headOf(work: Work): ProjectionMessage {
    const { request, iteration, job } = work;
    const n_components = dimensionsOf(work);
    const variance_ratio = request.method === "pca" ? [0.5, 0.3, 0.1] : [];
    const size = { embedding: 0, m: this.sizeOf(work), unplaced: 0, n_components, variance_ratio };
    const course = { iteration, max_iter: ITERATIONS, finished: job.state === "done", divergence: null, search: "" };
    return { ...size, ...course, method: request.method ?? "pca", sentence: "", seconds: 1, request };
  }
}

function dimensionsOf({ request }: Work): number {
  return request.method === "pca" ? 3 : (request.n_components ?? 2);
}

function message(job: string, state: JobMessage["state"], fraction = 0): JobMessage {
  return { job, state, fraction, text: "", error: "" };
}
