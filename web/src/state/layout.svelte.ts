// Where the points are now: which picture is shown, and how it came to stand or moves.

import type { EmbeddingOutline, JobMessage, Method, TimelineMessage } from "../schema/messages";
import { Cancelled, type Frame, type ProjectionResult, type Source, type Step } from "../source/source";
import { Directions } from "./directions.svelte";
import type { Standing } from "./fidelity.svelte";
import { METHOD_NAMES, type Settings } from "./methods";
import { axesOf, interleave, only, type Axis, type Placement } from "./placement";
import { preparingOf, RAW, type Preparing } from "./preparation";
import { COMPONENTS, Principal } from "./principal.svelte";
import { frameOf, Timeline } from "./timeline.svelte";
import type { Run } from "./run.svelte";
import { Runs } from "./runs.svelte";

export interface LayoutChoice {
  id: string;
  name: string;
  /** One sentence on how it was made. */
  description: string;
  dimensions: number;
}

/** A frame of a run, with a place for every point. */
export interface MovingPlacement extends Placement {
  shown(): void;
}

export const PCA = "pca";
export const DIRECTIONS = "directions";

export class Layout {
  /** The picture that is asked for: `pca`, `directions`, `given:0`, or a run's job. */
  id = $state("");
  /** Of PCA, of axes of one's own and of the pictures that came with the data; a run has its own. */
  dimensions = $state<2 | 3>(2);
  axes = $state.raw<number[]>([0, 1, 2]);
  /** What is done to the vectors before PCA and axes of one's own; a run has its own. */
  preparing = $state.raw<Preparing>(RAW);
  /** The names of the ends of the axes of one's own that are seen; null: none are. */
  stood = $state.raw<string[] | null>(null);
  placement = $state.raw<Placement | null>(null);
  /** Where the points are while a run computes; null: the picture stands still. */
  frame = $state.raw<MovingPlacement | null>(null);
  /** What `placement` is of. */
  standing = $state.raw<Standing | null>(null);
  projection = $state.raw<ProjectionResult | null>(null);
  error = $state("");
  /** What is shown where every step has its place in one frame. */
  timeline = $state.raw<TimelineMessage | null>(null);
  choices = $state.raw<LayoutChoice[]>([]);
  readonly runs: Runs;
  readonly directions: Directions;
  private readonly principal: Principal;
  /** The frames of all steps by the picture that they replace; none where nothing was recorded. */
  private readonly timelines = new Map<string, Timeline>();
  /** The run of all steps that was shown last. */
  private joint: { key: string; timeline: Timeline } | null = null;
  private unwatch: (() => void) | null = null;
  private readonly kept = new Map<string, { positions: Float32Array; dimensions: 2 | 3 }>();
  private asked = 0;
  /** The frame of all steps that is seen. */
  private following = $state.raw<Timeline | null>(null);
  /** The points that are shown alone. */
  private isolated: Uint32Array | null = null;

  constructor(
    private readonly source: Source,
    private readonly outline: EmbeddingOutline,
    private readonly tell: (standing: Standing | null) => void = () => {},
    private readonly moment: { readonly step: Step; readonly pace?: number } = { step: null },
  ) {
    this.runs = new Runs(source, outline, () => moment.step);
    this.directions = new Directions(source, outline, () => moment.step);
    this.principal = new Principal(source, outline);
    const pca = { id: PCA, name: "PCA", description: "Principal components", dimensions: 3 };
    const given = outline.coordinates.map((each, index) => ({ ...each, id: `given:${index}` }));
    this.choices = [...given, pca];
    this.id = this.choices[0]!.id;
    this.dimensions = given[0]?.dimensions === 3 ? 3 : 2;
  }

  /** The picture that came with the data or PCA; null: a run is shown. */
  get choice(): LayoutChoice | null {
    return this.choices.find((choice) => choice.id === this.id) ?? null;
  }

  /** The run that is shown. */
  get run(): Run | null {
    return this.runs.find(this.id);
  }

  get method(): Method | "given" {
    return this.run?.request.method ?? (this.id === PCA || this.id === DIRECTIONS ? this.id : "given");
  }

  get canBe3d(): boolean {
    return this.id === PCA || this.id === DIRECTIONS
      ? Math.min(this.outline.d, COMPONENTS) >= 3
      : this.choice?.dimensions === 3;
  }

  /** The principal components that are being computed, where they are what is asked for. */
  get job(): JobMessage | null {
    if (this.following?.job) return this.following.job;
    if (this.id === DIRECTIONS) return this.directions.job;
    return this.id === PCA && !this.projection ? this.principal.job : null;
  }

  /**
   * Take a picture that a bookmark brought, and say what it is called here: by the run that it was of, if that is
   * still there.
   */
  keep(picture: { name: string; positions: Float32Array; dimensions: 2 | 3 }, run = ""): string {
    const found = this.runs.find(run);
    if (found && METHOD_NAMES[found.request.method ?? "pca"] === picture.name) return run;
    const known = [...this.kept].find(([, { positions }]) => same(positions, picture.positions));
    if (known) return known[0];
    const id = `kept:${this.kept.size}`;
    this.kept.set(id, picture);
    const description = `${picture.name}, as a bookmark kept it`;
    this.choices = [...this.choices, { id, name: picture.name, description, dimensions: picture.dimensions }];
    return id;
  }

  /** Compute or fetch the picture that is asked for; `rows` restricts it to some points. */
  async place(rows: Uint32Array | null): Promise<void> {
    const ticket = ++this.asked;
    this.rest();
    this.following = null;
    this.error = "";
    try {
      const { run } = this;
      if (run) await this.placeRun(run, rows, ticket);
      else if (this.along(rows)) await this.placeAlong(rows, ticket);
      else if (this.id === DIRECTIONS) await this.placeDirections(rows, ticket);
      else if (this.kept.has(this.id)) this.placeKept(rows, ticket);
      else if (this.id === PCA) await this.placePca(rows, ticket);
      else await this.placeGiven(rows, ticket);
    } catch (error) {
      if (ticket === this.asked && !(error instanceof Cancelled)) this.error = (error as Error).message;
    }
  }

  /** Have what another step needs at hand. */
  async prepare(step: number): Promise<void> {
    const { run } = this;
    const timeline = run ? this.joint?.timeline : this.along(this.isolated);
    const components = run ? componentsOf(run) : this.components;
    await timeline?.at(step, components).catch(() => {});
  }

  /** Whether a run is of the step that is seen, or of all. */
  sees(run: Run): boolean {
    return Boolean(run.request.joint) || run.step === this.moment.step;
  }

  /** Start a run and show it as it moves. */
  async start(settings: Settings, rows: Uint32Array | null): Promise<Run> {
    const run = await this.runs.start(settings, rows);
    this.id = run.job;
    return run;
  }

  /** Show a run that moved on while another embedding was looked at. */
  async comeBack(rows: Uint32Array | null): Promise<void> {
    const { run, standing } = this;
    if (run && (run.moves || standing?.picture !== run.job || standing.iteration !== run.iteration))
      await this.place(rows);
  }

  /** See no more of a run that moves: another embedding is looked at. */
  rest(): void {
    this.unwatch?.();
    [this.unwatch, this.frame] = [null, null];
  }

  async cancelPca(): Promise<void> {
    if (this.principal.job) await this.source.cancel(this.principal.job.job);
  }

  private stand(
    ticket: number,
    placement: Placement,
    projection: ProjectionResult | null,
    standing: Standing | null,
    timeline: TimelineMessage | null = null,
  ): void {
    if (ticket !== this.asked) return;
    [this.placement, this.projection, this.standing] = [placement, projection, standing];
    this.timeline = timeline;
    this.stood = this.id === DIRECTIONS ? this.directions.ends.map((end) => end.name) : null;
    this.tell(standing);
  }

  private async placeGiven(rows: Uint32Array | null, ticket: number): Promise<void> {
    const picture = this.id;
    const { dimensions, values } = await this.source.coordinates(this.outline.index, Number(picture.split(":")[1]));
    const shown = dimensions === 3 ? this.dimensions : 2;
    const placement = { positions: this.spread(axesOf(values, dimensions), null, rows), dimensions: shown };
    const components = [0, 1, 2].slice(0, shown);
    this.stand(ticket, placement, null, { picture, components, iteration: 0 });
  }

  private placeKept(rows: Uint32Array | null, ticket: number): void {
    const { positions, dimensions } = this.kept.get(this.id)!;
    this.stand(ticket, { positions: rows ? only(rows, positions) : positions, dimensions }, null, null);
  }

  private async placeAlong(rows: Uint32Array | null, ticket: number): Promise<void> {
    const timeline = (this.following = this.along(rows)!);
    await this.placeStep(timeline, this.components, null, rows, ticket);
  }

  /** One step of many, in the frame of them all; `mine`: the points that the timeline is of. */
  private async placeStep(
    timeline: Timeline,
    components: number[],
    mine: Uint32Array | null,
    rows: Uint32Array | null,
    ticket: number,
    iteration = 0,
  ): Promise<void> {
    const { step, pace } = this.moment;
    const found = await timeline.at(step!, components);
    const axes = found.values.map((values) => ({ values, stride: 1, start: 0 }));
    const frame = frameOf(found.timeline, components);
    const dimensions = components.length === 3 ? 3 : 2;
    const placement = { positions: this.spread(axes, mine, rows), dimensions, frame, pace, step: step! } as const;
    const picture = `${found.timeline.job}@${step}`;
    const there = components.filter((k) => k < found.timeline.n_components);
    this.stand(ticket, placement, null, { picture, components: there, iteration }, found.timeline);
  }

  /** A step of a run of all steps; the places are others after it went on. */
  private async placeJoint(run: Run, rows: Uint32Array | null, ticket: number): Promise<void> {
    const { source } = this;
    const key = `${run.job} ${run.iteration} ${run.state}`;
    if (this.joint?.key !== key) this.joint = { key, timeline: Timeline.ofRun(source, run) };
    const mine = await this.runs.rowsOf(run);
    await this.placeStep(this.joint.timeline, componentsOf(run), mine, rows, ticket, run.iteration);
  }

  private async placePca(rows: Uint32Array | null, ticket: number): Promise<void> {
    const { dimensions } = this;
    const components = this.axes.slice(0, dimensions);
    const { job, result, values } = await this.principal.find(rows, components, this.preparing);
    const axes = values.map((each) => ({ values: each, stride: 1, start: 0 }));
    const placement = { positions: interleave(this.outline.n, axes, result.rows), dimensions };
    const found = components.filter((k) => k < result.n_components);
    this.stand(ticket, placement, result, { picture: job, components: found, iteration: 0 });
  }

  private async placeDirections(rows: Uint32Array | null, ticket: number): Promise<void> {
    const { dimensions, directions } = this;
    if (!directions.ready(dimensions)) return; // what is there stays
    const { job, result, values } = await directions.find(rows, dimensions, this.preparing);
    const axes = values.map((each) => ({ values: each, stride: 1, start: 0 }));
    const placement = { positions: interleave(this.outline.n, axes, result.rows), dimensions };
    this.stand(ticket, placement, result, { picture: job, components: [0, 1, 2].slice(0, dimensions), iteration: 0 });
  }

  /** The frame of all steps that the picture is seen in; null: it is of one step, or nothing was recorded. */
  private along(rows: Uint32Array | null): Timeline | null {
    const { source, outline, directions, dimensions } = this;
    this.isolated = rows;
    if (!outline.recorded) return null;
    if (this.id === DIRECTIONS)
      return directions.ready(dimensions) ? directions.along(rows, dimensions, this.preparing) : null;
    const prepared = this.id === PCA ? preparingOf(this.preparing) : {};
    const method = { [PCA]: "pca", "given:0": "axes" }[this.id] as "pca" | "axes" | undefined;
    if (!method) return null;
    const key = method + JSON.stringify(prepared);
    const known = this.timelines.get(key) ?? Timeline.along(source, outline.index, outline.n, { method, ...prepared });
    this.timelines.set(key, known);
    return known;
  }

  /** Which components of the picture that is asked for stand on its axes. */
  private get components(): number[] {
    return (this.id === PCA ? this.axes : [0, 1, 2]).slice(0, this.dimensions);
  }

  /** Watch a run while it moves, and show what it reached as soon as it stands still. */
  private async placeRun(run: Run, rows: Uint32Array | null, ticket: number): Promise<void> {
    if (run.moves) {
      this.tell(null);
      const mine = await this.runs.rowsOf(run).catch(() => null);
      if (ticket !== this.asked) return;
      this.unwatch = this.source.watch(run.job, (frame) => this.move(run, frame, mine, rows), this.moment.step);
      await run.rest();
    }
    if (ticket !== this.asked) return;
    this.rest();
    if (!run.finished && !run.maxIter) return; // it stopped before its first layout: what is there stays
    if (run.request.joint) return this.placeJoint(run, rows, ticket);
    const components = componentsOf(run);
    const result = await this.source.projection(run.job, components);
    if (ticket !== this.asked) return;
    const axes = components.map((k) => ({ values: result.components.get(k) ?? null, stride: 1, start: 0 }));
    const positions = this.spread(axes, result.rows, rows);
    [run.iteration, run.maxIter, run.seconds] = [result.iteration, result.max_iter, result.seconds];
    [run.divergence, run.rows] = [result.divergence, result.rows];
    const standing = { picture: run.job, components, iteration: result.iteration };
    this.stand(ticket, { positions, dimensions: components.length as 2 | 3 }, result, standing);
  }

  private move(run: Run, frame: Frame, mine: Uint32Array | null, rows: Uint32Array | null): void {
    const positions = this.spread(axesOf(frame.positions, frame.dimensions), mine, rows);
    [run.iteration, run.maxIter, run.divergence] = [frame.iteration, frame.max_iter, frame.divergence];
    this.frame = { positions, dimensions: frame.dimensions === 3 ? 3 : 2, shown: () => frame.shown() };
  }

  /** Places for all points from axes over `mine`, without those that are not among `rows`. */
  private spread(axes: Axis[], mine: Uint32Array | null, rows: Uint32Array | null): Float32Array {
    const positions = interleave(this.outline.n, axes, mine);
    return rows && rows !== mine ? only(rows, positions) : positions;
  }
}

/** Whether two pictures are the same, number by number. */
function same(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i] || (Number.isNaN(value) && Number.isNaN(b[i]!)));
}

function componentsOf(run: Run): number[] {
  return [0, 1, 2].slice(0, run.request.n_components ?? 2);
}
