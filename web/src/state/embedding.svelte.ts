// One embedding as it is being looked at: its layout, colours, labels, search, focus and selection.

import type { EmbeddingOutline } from "../schema/messages";
import type { CameraState } from "../scene/types";
import type { ColumnData } from "../source/column";
import type { Source } from "../source/source";
import type { Address } from "./address";
import { Appearance } from "./appearance.svelte";
import { Arithmetic } from "./arithmetic.svelte";
import { axisNames } from "./axisNames";
import { Film } from "./film.svelte";
import { Boundary } from "./boundary.svelte";
import { Charts } from "./charts.svelte";
import { Colors, FIDELITY, KEPT } from "./colors.svelte";
import { ColumnStore } from "./columns.svelte";
import { Editing } from "./editing.svelte";
import { Fidelity, type Standing } from "./fidelity.svelte";
import { History } from "./history.svelte";
import { Isolation } from "./isolation.svelte";
import { Layout } from "./layout.svelte";
import { both, light } from "./lighting";
import { Motion } from "./motion.svelte";
import { Lookup } from "./lookup.svelte";
import { MotionFidelity } from "./motionFidelity.svelte";
import { Neighborhood } from "./neighborhood.svelte";
import { Picking } from "./picking.svelte";
import { Projecting } from "./projecting.svelte";
import { Remembering } from "./remembering.svelte";
import { type Replay, stepBefore } from "./replay.svelte";
import { Report } from "./report.svelte";
import { Search } from "./search.svelte";
import { descending, representatives, spreadByImportance } from "./importance";
import { rowsOfBits, rowsWhere, Selection, type SelectMode } from "./selection.svelte";
import { comeAgain } from "./standing";
import { fieldsOf, isTemplate, templateColumn } from "./template";
import { ThumbnailStore } from "./thumbnails.svelte";
import { type Followed, Trails } from "./trails.svelte";
import { addressOf, comeTo, type Kept } from "./viewAddress";

/** After the steps have come to rest, what costs the server something is asked again. */
const REST_MS = 250;

export class EmbeddingView {
  readonly columns: ColumnStore;
  readonly layout: Layout;
  readonly projecting: Projecting;
  readonly fidelity: Fidelity;
  readonly motionFidelity: MotionFidelity;
  readonly boundary: Boundary;
  readonly film: Film;
  readonly charts: Charts;
  readonly colors: Colors;
  readonly appearance: Appearance;
  readonly search: Search;
  readonly lookup: Lookup;
  readonly neighborhood: Neighborhood;
  readonly arithmetic: Arithmetic;
  readonly selection: Selection;
  readonly isolation: Isolation;
  readonly report: Report;
  readonly thumbnails: ThumbnailStore | null;
  readonly trails: Trails;
  readonly motion: Motion;
  readonly history = new History();
  readonly remembering: Remembering;
  readonly editing: Editing;
  readonly picking: Picking;
  labelBy = $state("");
  labels = $state.raw<ColumnData | null>(null);
  /** Points by importance, the most important first; null: no column says. */
  private importance = $state.raw<Uint32Array | null>(null);
  /** What it is compared with says of its points; null: nothing is compared. */
  compared = $state.raw<{ column: ColumnData; shared: Uint8Array | null } | null>(null);
  showLabels = $state(true);
  showThumbnails = $state(false);
  /** The axis of the picture along which the points are listed. */
  alongAxis = $state(0);
  camera: CameraState | null = null;
  /** Where the camera is to fly as soon as the picture stands; null in it: to the whole picture. */
  goal = $state.raw<{ camera: CameraState | null } | null>(null);
  private begun = false;
  private shown = false;
  private resting: ReturnType<typeof setTimeout> | undefined;
  private colorBefore = "";
  private orderBefore: Uint32Array | null = null;
  private orderOf: ColumnData | null = null;

  /**
   * The order in which labels get room: one point for each value of a category, else points by a column
   * such as count, spread over the picture; null leaves it to the scene to spread them.
   */
  readonly order = $derived.by(() => {
    const { labels, importance } = this;
    const { placement } = this.layout;
    if (!placement) return null;
    // While steps are played the same points keep their labels.
    if (placement.pace !== undefined && this.orderOf === labels) return this.orderBefore;
    const { positions } = placement;
    this.orderOf = labels;
    if (labels?.codes) return (this.orderBefore = representatives(labels.codes, labels.categories.length, positions));
    return (this.orderBefore = importance && spreadByImportance(importance, positions));
  });

  /** In words, which labels are shown where there is no room for all. */
  get orderSaid(): string {
    if (this.labels?.codes) return "Written once for each value";
    const name = this.columns.importance();
    return name ? `Written where there is room, largest ${name} first` : "Written where there is room, spread evenly";
  }

  private readonly legendPassed = $derived.by(() => this.colors.passed());

  /** What charts are of: the points that isolation, legend and selection let through; null: all. */
  readonly charted = $derived.by(() => both(both(this.legendPassed, this.isolation.mask), this.selection.mask));

  /** One bit a point; while one types, those of the word before stay until the next are here. */
  private readonly matches = $derived.by(() => this.found?.matches ?? null);

  readonly states = $derived.by(() =>
    light({
      n: this.outline.n,
      within: this.isolation.mask,
      passed: both(this.legendPassed, this.charts.passed),
      hides: this.colors.hides,
      shared: this.compared?.shared,
      selected: this.selection.mask,
      matches: this.matches,
      neighbors: this.neighborhood.row >= 0 ? (this.neighborhood.result?.rows ?? []) : null,
      focus: this.neighborhood.row,
    }),
  );

  /** What trails are of: the selected points and the one in focus, those of them that are shown at all. */
  readonly followed: Followed = $derived.by(() => {
    const { layout, selection, neighborhood, isolation } = this;
    const rows = selection.rows();
    const { row } = neighborhood;
    const all = row < 0 || selection.mask?.[row] ? rows : Uint32Array.of(row, ...rows);
    return {
      timeline: layout.timeline?.job ?? null,
      components: layout.standing?.components ?? [],
      iteration: layout.standing?.iteration ?? 0,
      steps: this.replay?.steps.length ?? 0,
      rows: isolation.mask ? all.filter((each) => isolation.mask![each]) : all,
    };
  });

  /** What was looked for: the points of a text that is looked up, else those that the search found. */
  get found(): { matches: Uint8Array; rows: ArrayLike<number> } | null {
    const { lookup, arithmetic, search } = this;
    if (lookup.matches) return { matches: lookup.matches, rows: lookup.lit };
    if (arithmetic.result) return arithmetic.result;
    return search.active ? search.result : null;
  }

  constructor(
    private readonly source: Source,
    readonly outline: EmbeddingOutline,
    /** The steps of the recording that it is part of; null: it was not recorded. */
    readonly replay: Replay | null = null,
  ) {
    const step = () => this.step;
    this.motion = new Motion(source, outline, () => this.steps);
    this.columns = new ColumnStore(source, outline, step, this.motion);
    this.fidelity = new Fidelity(source, outline);
    this.motionFidelity = new MotionFidelity(source);
    this.boundary = new Boundary(source);
    this.film = new Film(source);
    this.layout = new Layout(source, outline, (standing) => this.look(standing), this.moment());
    this.colorBefore = this.columns.defaultColor();
    this.colors = new Colors(this.columns, outline.n, (name) =>
      name === KEPT ? (this.compared?.column ?? null) : this.fidelity.column,
    );
    this.appearance = new Appearance(this.columns);
    this.charts = new Charts(this.columns, outline.n);
    this.search = new Search(source, outline.index, step);
    this.lookup = new Lookup(source, outline, this.columns, step);
    this.neighborhood = new Neighborhood(source, outline.index, step);
    const preparing = () => this.neighborhood.preparing;
    this.arithmetic = new Arithmetic(source, outline.index, () => this.labelColumn, preparing, step);
    this.selection = new Selection(outline.n);
    this.isolation = new Isolation(outline.n);
    this.report = new Report(source, outline, this.selection, step);
    this.projecting = new Projecting(
      this.layout,
      this.isolation,
      this.selection,
      (outline.recorded?.steps.length ?? 0) > 1,
    );
    this.layout.directions.around = {
      selected: () => this.selection.rows(),
      focused: () => {
        const { row } = this.neighborhood;
        return row < 0 ? null : { row, name: this.nameOf(row) };
      },
      shown: () => this.isolation.mask,
    };
    this.remembering = new Remembering(this, this.history);
    this.editing = new Editing(source.editing, outline, this.columns, this.selection, this.history, step);
    this.editing.onChange((names) => void this.follows(names));
    this.picking = new Picking(source, this);
    this.trails = new Trails(source);
    this.thumbnails = outline.thumbnails && new ThumbnailStore(source, outline.index, outline.thumbnails);
  }

  /** The step that is seen: the last one at which this embedding was recorded. null: it was not recorded. */
  get step(): number | null {
    return this.replay && stepBefore(this.steps, this.replay.step);
  }

  /** Those at which this embedding was recorded, by now. */
  get steps(): number[] {
    const { recorded, index } = this.outline;
    return this.replay?.recording?.embeddings.find((each) => each.index === index)?.steps ?? recorded?.steps ?? [];
  }

  /** The column of the labels, also where a sentence made of several is shown; empty: there is none. */
  get labelColumn(): string {
    return this.columns.has(this.labelBy) ? this.labelBy : this.columns.defaultLabel();
  }

  /** What the axes of the picture are called. */
  readonly axisNames = $derived.by(() => axisNames(this));

  /** Fetch what the first look needs; a second call comes back to the view. `again`: the page was loaded again. */
  begin(address: Address = {}, again = false): void {
    this.shown = true;
    if (this.replay) this.replay.player = { prepare: (step) => this.prepare(step) };
    if (this.begun) return void this.comeBack();
    this.begun = true;
    this.replay?.onStep(() => this.shown && void this.moved());
    void this.useImportance();
    void (again ? comeAgain : comeTo)(this, this.source, address);
  }

  /** Come to a view that was kept: what it does not name is as at first. */
  async restore(address: Address, kept: Kept): Promise<void> {
    this.search.clear();
    this.charts.set([]);
    if (this.replay && address.step !== undefined) this.replay.step = address.step;
    this.goal = { camera: address.camera ?? null };
    await comeTo(this, this.source, address, kept);
  }

  /** Colour the points by how far their own places can be believed; a second time: as before. */
  async colorByFidelity(): Promise<void> {
    const { colors } = this;
    if (!colors.byFidelity) this.colorBefore = colors.by;
    await colors.use(colors.byFidelity ? this.colorBefore : FIDELITY);
  }

  /** Flat or to be turned: the picture that is shown, or the next run where a method is to be run. */
  setDimensions(dimensions: 2 | 3): void {
    if (this.projecting.settings) return this.projecting.change({ n_components: dimensions });
    if (dimensions === 3 && !this.layout.canBe3d) return;
    this.layout.dimensions = dimensions;
    void this.layout.place(this.isolation.rows);
  }

  /** Label the points by a column, or by a template of several; an empty name takes the labels away. */
  async useLabel(name: string): Promise<void> {
    this.labelBy = name;
    const column = isTemplate(name) ? await this.composed(name) : name ? await this.columns.load(name) : null;
    if (this.labelBy === name) this.labels = column;
  }

  private async composed(template: string): Promise<ColumnData> {
    const names = fieldsOf(template).filter((name) => this.columns.has(name));
    const loaded = await Promise.all(names.map((name) => this.columns.load(name)));
    return templateColumn(template, new Map(loaded.map((column) => [column.name, column])));
  }

  /** Name the regions of the picture that stands, where that is wanted. */
  nameRegions(): void {
    void this.appearance.name(this.layout.placement, this.states, this.importance);
  }

  /** Another step is seen: everything that changes with it follows. */
  private async moved(): Promise<void> {
    const { run } = this.layout;
    if (run && !run.request.joint) this.fidelity.look(this.layout.standing, this.measured(this.layout.standing));
    else void this.layout.place(this.isolation.rows);
    if (this.columns.changes(this.colors.by)) void this.colors.follow();
    this.appearance.moved();
    void this.charts.moved();
    if ([this.labelBy, ...fieldsOf(this.labelBy)].some((name) => this.columns.changes(name)))
      void this.useLabel(this.labelBy);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.rest(), REST_MS);
  }

  private rest(): void {
    if (this.replay?.playing) return;
    void this.neighborhood.refresh();
    void this.arithmetic.refresh();
    if (this.search.query && this.outline.recorded?.changing.length) void this.search.run();
  }

  private async prepare(step: number): Promise<void> {
    await Promise.all([this.layout.prepare(step), this.lookup.prepare(step)]);
  }

  private comeBack(): void {
    if (this.replay) void this.moved();
    else void this.layout.comeBack(this.isolation.rows);
  }

  /** What the layout needs to know of the steps. */
  private moment() {
    const { replay } = this;
    const step = () => this.step;
    return {
      get step() {
        return step();
      },
      get pace() {
        return replay?.playing ? replay.interval : undefined;
      },
    };
  }

  /** Show where the prediction changes, or no more. */
  toggleBoundary(): void {
    this.boundary.shown = !this.boundary.shown;
    this.lookBehind();
  }

  private lookBehind(): void {
    const { standing, timeline } = this.layout;
    const { step } = this;
    const seen = standing && timeline && step !== null;
    void this.boundary.look(seen ? { job: timeline.job, step, components: standing.components } : null);
  }

  /** The view as it stands, for the address. */
  address(): Address {
    return addressOf(this);
  }

  /** A picture stands; while steps are played there is no time to measure each. */
  private look(standing: Standing | null): void {
    this.lookBehind();
    const { timeline } = this.layout;
    if (this.replay?.playing) return this.fidelity.look(null);
    this.fidelity.look(standing, this.measured(standing));
    this.motionFidelity.look(standing ? timeline : null, standing?.components ?? []);
  }

  /** What a person calls the point: its label, else its number. */
  nameOf(row: number): string {
    const label = this.labels?.text(row);
    return label?.trim() ? label : `point ${row}`;
  }

  /** Show the selected points alone; PCA is computed anew on them, any other picture stays as it is. */
  async isolate(): Promise<void> {
    if (!this.selection.count) return;
    this.isolation.set(this.selection.rows());
    this.selection.clear();
    this.neighborhood.close();
    await this.layout.place(this.isolation.rows);
  }

  async showAll(): Promise<void> {
    this.neighborhood.close();
    await this.projecting.showAll();
  }

  /** Step back to a level of what was isolated; 0: all points. */
  async isolateBack(level: number): Promise<void> {
    if (!level) return this.showAll();
    this.neighborhood.close();
    await this.projecting.isolateAgain(this.isolation.levels.slice(0, level));
  }

  /** These columns were edited: what shows them follows. */
  private async follows(names: readonly string[]): Promise<void> {
    if (!this.begun) return;
    const { colors, columns, neighborhood, search } = this;
    const fallen = (name: string) => names.includes(name) && !columns.has(name);
    if (fallen(this.labelBy)) void this.useLabel(columns.defaultLabel());
    else if ([this.labelBy, ...fieldsOf(this.labelBy)].some((name) => names.includes(name)))
      void this.useLabel(this.labelBy);
    if (names.includes(colors.by)) await (fallen(colors.by) ? colors.use(columns.defaultColor()) : colors.follow());
    void this.charts.renew(names);
    if (neighborhood.row >= 0) void neighborhood.refresh();
    if (search.query) void search.run();
  }

  /** Another embedding is looked at. */
  leave(): void {
    this.shown = false;
    this.layout.rest();
  }

  /** Select what the search found; the address keeps it as that search. */
  selectMatches(how?: SelectMode): void {
    const { result, query, column, mode } = this.search;
    if (result) this.picking.take(rowsOfBits(result.matches, this.outline.n), how, { query, column, mode });
  }

  /** Select what all charts and the legend let through. */
  selectPassing(how?: SelectMode): void {
    const passed = both(both(this.legendPassed, this.isolation.mask), this.charts.passed);
    if (passed) this.picking.take(rowsWhere(passed), how);
  }

  selectNeighbors(how?: SelectMode): void {
    const { row, result } = this.neighborhood;
    if (result) this.picking.take([row, ...result.rows], how);
  }

  /** Take away whatever is lit last: focus, then selection, then search, then the legend's filter. */
  stepBack(): void {
    if (this.neighborhood.row >= 0) this.neighborhood.close();
    else if (this.selection.count) this.selection.clear();
    else if (this.arithmetic.active) this.arithmetic.clear();
    else if (this.search.query) this.search.clear();
    else if (this.charts.filtering) this.charts.clear();
    else if (this.colors.filtering) this.colors.clearFilter();
    else if (this.isolation.rows) void this.showAll();
  }

  private measured(standing: Standing | null): (share: number) => void {
    const run = standing && this.layout.runs.find(standing.picture.split("@")[0]!);
    return (share) => {
      if (run?.iteration === standing?.iteration && run) run.fidelity = share;
    };
  }

  private async useImportance(): Promise<void> {
    const name = this.columns.importance();
    const values = name ? (await this.columns.load(name)).values : null;
    if (values) this.importance = descending(values);
  }
}
