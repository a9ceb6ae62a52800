// What a person does to get another picture: choose a method, set its parameters, run it, hold it, go on,
// switch between runs.

import type { Method } from "../schema/messages";
import type { Isolation, Level } from "./isolation.svelte";
import { DIRECTIONS, PCA, type Layout } from "./layout.svelte";
import { defaults, same, settingsOf, type Computed, type Settings } from "./methods";
import type { Preparing } from "./preparation";
import type { Run } from "./run.svelte";
import type { Selection } from "./selection.svelte";

export type Tab = Method | "given";
/** The points to run on: those that are shown, or the selected ones among them. */
export type Scope = "shown" | "selected";

export class Projecting {
  /** The method whose parameters are in view. */
  tab = $state<Tab>("pca");
  scope = $state<Scope>("shown");
  /** Why a run could not be started, held or removed. */
  error = $state("");
  /** A run is being asked for. */
  starting = $state(false);
  private drafts = $state<Record<Computed, Settings>>({ tsne: defaults("tsne"), umap: defaults("umap") });
  /** The picture of all points that was shown last. */
  private whole: string;

  constructor(
    private readonly layout: Layout,
    private readonly isolation: Isolation,
    private readonly selection: Selection,
    /** Whether there are several steps, which a layout can be of together. */
    readonly stepped = false,
  ) {
    this.drafts = { tsne: defaults("tsne", stepped), umap: defaults("umap", stepped) };
    this.whole = layout.id;
    this.tab = layout.method;
  }

  /** The parameters that the next run of the method in view will have; null: it has none to set. */
  get settings(): Settings | null {
    return this.tab === "tsne" || this.tab === "umap" ? this.drafts[this.tab] : null;
  }

  change(changes: Partial<Settings>): void {
    const { settings } = this;
    if (!settings) return;
    const { joint = settings.joint } = changes;
    const [before, after] = [settings.joint, joint].map((each) => defaults(settings.method, each));
    // What was as usual is as usual for the other kind of layout too.
    for (const name of ["perplexity", "n_neighbors"] as const) {
      if (settings[name] === before![name]) settings[name] = after![name];
    }
    Object.assign(settings, changes);
  }

  reset(): void {
    if (this.settings) this.change(defaults(this.settings.method, this.stepped));
  }

  /** The run whose course is in view: the one that is shown, if it is of this method. */
  get run(): Run | null {
    const { run } = this.layout;
    return run?.request.method === this.tab ? run : null;
  }

  /** Whether the run in view is what its parameters and points would give again. */
  get isShown(): boolean {
    const { run, settings } = this;
    return (
      run !== null && settings !== null && same(run.request, settings) && this.sameRows(run) && this.layout.sees(run)
    );
  }

  /** How many points the next run is of. */
  count(n: number): number {
    return this.selects ? this.selection.count : (this.isolation.rows?.length ?? n);
  }

  /** Look at the parameters of a method, and at the newest picture that it made of the points that are shown. */
  async choose(tab: Tab): Promise<void> {
    this.tab = tab;
    this.error = "";
    if (tab === "pca") return this.show(PCA);
    if (tab === "directions") {
      const { layout } = this;
      if (layout.directions.ready(layout.dimensions)) await this.show(DIRECTIONS);
      return;
    }
    if (tab === "given") return this.show(this.layout.choices[0]!.id);
    const found = this.layout.runs.list.findLast(
      (run) => run.request.method === tab && !run.failed && this.sameRows(run),
    );
    if (found) await this.show(found.job);
  }

  /** What is done to the vectors of the next picture of the method in view. */
  get preparing(): Preparing {
    const { preparation, reduced_to } = this.settings ?? this.layout.preparing;
    return { preparation, reduced_to };
  }

  /** Prepare the vectors in another way: for the next run, or for the picture that is shown. */
  async prepare(preparing: Preparing): Promise<void> {
    if (this.settings) return this.change(preparing);
    this.layout.preparing = preparing;
    if (this.layout.id === PCA || this.layout.id === DIRECTIONS) await this.layout.place(this.isolation.rows);
  }

  /** The ends of axes of one's own have changed: show the picture along them, as soon as there is one. */
  async direct(): Promise<void> {
    const { layout } = this;
    if (this.tab === "directions" && layout.directions.ready(layout.dimensions)) await this.show(DIRECTIONS);
  }

  /** Show a picture: `pca`, `directions`, `given:0`, or a run's job. */
  async show(id: string): Promise<void> {
    const { layout, isolation } = this;
    layout.id = id;
    this.error = "";
    const { run } = layout;
    if (run) this.drafts[run.request.method as Computed] = settingsOf(run.request);
    else if (!layout.canBe3d) layout.dimensions = 2;
    this.tab = layout.method;
    if (run?.subset) {
      const rows = await layout.runs.rowsOf(run);
      if (layout.id !== id) return;
      isolation.set(rows, run.job);
    } else {
      if (isolation.of) isolation.clear();
      this.whole = id;
    }
    await layout.place(isolation.rows);
  }

  /** Run the method in view on the points in view. */
  async start(): Promise<void> {
    const { settings, layout, isolation } = this;
    if (!settings || this.starting) return;
    const rows = this.selects ? this.selection.rows() : isolation.rows;
    await this.attempt(async () => {
      const run = await layout.start({ ...settings }, rows);
      if (rows) {
        isolation.set(run.rows, run.job);
        this.selection.clear();
      }
      this.scope = "shown";
      void this.show(run.job);
    });
  }

  /** Whether the t-SNE that is shown can be shaken, to go on from there. */
  get canPerturb(): boolean {
    const { run } = this;
    return run !== null && run.finished && run.request.method === "tsne" && !run.request.joint;
  }

  /** Move each point a little at random and go on, as a run of its own. */
  async perturb(): Promise<void> {
    const { run, layout, isolation } = this;
    if (!run || !this.canPerturb || this.starting) return;
    await this.attempt(async () => {
      const rows = await layout.runs.rowsOf(run);
      const next = await layout.start({ ...settingsOf(run.request), perturbs: run.job }, rows);
      if (rows) isolation.set(next.rows, next.job);
      void this.show(next.job);
    });
  }

  /** Hold the run that is shown, or go on with it. */
  async toggle(): Promise<void> {
    const { run } = this.layout;
    if (run?.moves) await this.attempt(() => this.layout.runs.pause(run));
    else if (run?.halted) await this.resume();
  }

  async cancel(): Promise<void> {
    const { run } = this.layout;
    if (run?.moves || run?.state === "paused") await this.attempt(() => this.layout.runs.cancel(run));
  }

  /** Go on with a run that stands before its end, or try again what failed. */
  async resume(): Promise<void> {
    const { run, runs } = this.layout;
    if (!run || run.moves) return;
    await this.attempt(() => runs.resume(run));
    void this.layout.place(this.isolation.rows);
  }

  /** Another picture is shown first: nothing may ask for this one while it goes. */
  async remove(run: Run): Promise<void> {
    if (this.whole === run.job) this.whole = this.layout.choices[0]!.id;
    if (this.layout.run === run) await this.show(this.whole);
    await this.attempt(() => this.layout.runs.remove(run));
  }

  /** All points again: the picture of all of them that was shown last. */
  async showAll(): Promise<void> {
    const { layout, isolation } = this;
    isolation.clear();
    if (layout.run?.subset) return this.show(this.whole);
    await layout.place(null);
  }

  /** Stand at another place of the way on which points were isolated, with the picture that belongs there. */
  async isolateAgain(levels: readonly Level[]): Promise<void> {
    const { layout, isolation } = this;
    isolation.put(levels);
    const { of } = isolation;
    if (of && layout.runs.find(of)) return this.show(of);
    if (layout.run?.subset) return this.show(this.whole);
    await layout.place(isolation.rows);
  }

  /** The pictures there are, in the order in which the keys go through them. */
  get pictures(): string[] {
    const { choices, directions, dimensions } = this.layout;
    const own = directions.ready(dimensions) ? [DIRECTIONS] : [];
    return [...choices.map(({ id }) => id), ...own, ...this.layout.runs.list.map(({ job }) => job)];
  }

  /** Show the picture before or after this one. */
  async step(by: 1 | -1): Promise<void> {
    const all = this.pictures;
    const next = all[(all.indexOf(this.layout.id) + by + all.length) % all.length];
    if (next) await this.show(next);
  }

  private get selects(): boolean {
    return this.scope === "selected" && this.selection.count > 0;
  }

  private sameRows(run: Run): boolean {
    if (this.selects) return false;
    return run.subset ? this.isolation.of === run.job : this.isolation.rows === null;
  }

  private async attempt(act: () => Promise<void>): Promise<void> {
    this.error = "";
    this.starting = true;
    try {
      await act();
    } catch (error) {
      this.error = (error as Error).message;
    } finally {
      this.starting = false;
    }
  }
}
