// Axes of one's own: from one group of points to another. Each end is a search, an expression, what is selected,
// or one point; each says how many points it found.

import type { Among, EmbeddingOutline, JobMessage, ProjectRequest, SearchRequest } from "../schema/messages";
import type { Groups, ProjectionResult, Source, Step } from "../source/source";
import type { Found } from "./principal.svelte";
import { preparingOf, type Preparing } from "./preparation";
import { rowsOfBits } from "./selection.svelte";
import { Timeline } from "./timeline.svelte";
import { finished } from "./work";

export type EndKind = "contains" | "is" | "regex" | "selection" | "point";

/** The ends of the three axes, the low one of each first. */
export const SIDES = ["left", "right", "down", "up", "far", "near"] as const;
const REGEX_SPECIAL = /[.*+?^${}()|[\]\\]/g;
/** So many pictures along axes of a recording are kept at hand. */
const MOST_TIMELINES = 4;

/** What an end is, as the address keeps it. */
export interface EndState {
  kind: EndKind;
  query?: string;
  column?: string;
  rows?: number[];
}

/** The points at one end of an axis. */
export class End {
  kind = $state<EndKind>("is");
  query = $state("");
  /** The column that is searched; empty: all. */
  column = $state("");
  /** What was found, or taken; null: the end is open. */
  rows = $state.raw<Uint32Array | null>(null);
  /** What points that were taken are called. */
  taken = $state("");
  error = $state("");
  busy = $state(false);

  /** Take over how it is given, without its points. */
  set({ kind = "is", query = "", column = "" }: Partial<EndState>): void {
    [this.kind, this.query, this.column] = [kind, query, column];
    [this.rows, this.taken, this.error] = [null, "", ""];
  }

  get typed(): boolean {
    return this.kind !== "selection" && this.kind !== "point";
  }

  get given(): boolean {
    return this.typed ? this.query.trim() !== "" : this.rows !== null;
  }

  /** What the end is called beside the picture. */
  get name(): string {
    if (!this.given) return "";
    if (!this.typed) return this.taken;
    return this.kind === "regex" ? `/${this.query}/` : this.query.trim();
  }

  /** The search that finds its points. */
  get request(): SearchRequest {
    const { kind, column } = this;
    const query = this.query.trim();
    if (kind === "is")
      return { query: `(?i)^${query.replace(REGEX_SPECIAL, "\\$&")}$`, column, mode: "regex", limit: 0 };
    return { query, column, mode: kind === "regex" ? "regex" : "words", limit: 0 };
  }
}

/** One picture that is asked for. */
interface Asked {
  key: string;
  request: ProjectRequest;
  groups: Groups;
}

/** Who is selected or in focus, and which points are shown alone. */
export interface Around {
  selected(): Uint32Array;
  /** The point in focus with its name; null: there is none. */
  focused(): { row: number; name: string } | null;
  /** One byte a point, 0 where it is not shown; null: all are. */
  shown(): Uint8Array | null;
}

export class Directions {
  readonly ends = SIDES.map(() => new End());
  /** Whether the ends are looked for among all points, or among those that are shown alone. */
  among = $state<Among>("all");
  /** How far the work is, while it lasts. */
  job = $state.raw<JobMessage | null>(null);
  around: Around = { selected: () => new Uint32Array(), focused: () => null, shown: () => null };
  private readonly pending = new Map<End, AbortController>();
  private readonly timelines = new Map<string, Timeline>();
  /** What rows are called in keys: the same for the same array. */
  private readonly numbers = new WeakMap<Uint32Array, number>();
  private next = 0;

  constructor(
    private readonly source: Source,
    private readonly outline: EmbeddingOutline,
    private readonly step: () => Step = () => null,
  ) {}

  /** The points of an end that count; null: it is open. */
  rowsOf(end: End): Uint32Array | null {
    const shown = this.among === "shown" ? this.around.shown() : null;
    return end.given && end.rows && shown ? end.rows.filter((row) => shown[row]) : end.given ? end.rows : null;
  }

  /** Whether the axes of so many dimensions can be found: one is given, and no end is without points. */
  ready(dimensions: number): boolean {
    const ends = this.ends.slice(0, 2 * dimensions).filter((end) => end.given);
    return ends.length > 0 && ends.every((end) => !end.busy && !end.error && this.rowsOf(end)?.length);
  }

  /** Look for an end's points, or take those that are selected or in focus. */
  async look(end: End): Promise<void> {
    this.pending.get(end)?.abort();
    end.error = "";
    end.busy = false;
    if (!end.typed) return this.take(end);
    end.rows = null;
    if (!end.given) return;
    const pending = new AbortController();
    this.pending.set(end, pending);
    end.busy = true;
    try {
      const found = await this.source.search(this.outline.index, end.request, pending.signal, this.step());
      if (pending.signal.aborted) return;
      end.error = found.error;
      end.rows = found.error ? null : rowsOfBits(found.matches, this.outline.n);
    } catch (error) {
      if (!pending.signal.aborted) end.error = (error as Error).message;
    }
    if (!pending.signal.aborted) end.busy = false;
  }

  /** Let both ends of an axis change places. */
  swap(axis: number): void {
    const [low, high] = this.ends.slice(2 * axis, 2 * axis + 2) as [End, End];
    const { kind, query, column, rows, taken, error } = low;
    const kept = { kind, query, column, rows, taken, error };
    Object.assign(low, stateOf(high));
    Object.assign(high, kept);
  }

  /** The picture of these points. */
  async find(rows: Uint32Array | null, dimensions: 2 | 3, preparing: Preparing): Promise<Found> {
    const { request, groups } = this.ask(rows, dimensions, preparing);
    const started = await this.source.project(this.outline.index, request, rows, this.step(), groups);
    try {
      await finished(this.source, started, (message) => (this.job = message));
    } finally {
      this.job = null;
    }
    const components = [0, 1, 2].slice(0, dimensions);
    const result: ProjectionResult = await this.source.projection(started.job, components);
    return { job: started.job, result, values: components.map((k) => result.components.get(k) ?? null) };
  }

  /** The same at every step of a recording, in one frame. */
  along(rows: Uint32Array | null, dimensions: 2 | 3, preparing: Preparing): Timeline {
    const { key, request, groups } = this.ask(rows, dimensions, preparing);
    const { n_components, ends, among } = request;
    const shown: Groups = rows ? { rows } : {};
    const asked = { method: "directions" as const, n_components, ends, among, ...preparingOf(preparing) };
    const begin = () => this.source.timeline(this.outline.index, asked, { ...groups, ...shown });
    const known = this.timelines.get(key) ?? new Timeline(this.source, this.outline.n, begin);
    this.timelines.delete(key);
    this.timelines.set(key, known);
    for (const oldest of this.timelines.keys()) if (this.timelines.size > MOST_TIMELINES) this.timelines.delete(oldest);
    return known;
  }

  /** What the address keeps; undefined: no axis is given. */
  get address(): EndState[] | undefined {
    if (!this.ends.some((end) => end.given)) return undefined;
    return this.ends.map(({ kind, query, column, rows, typed }) =>
      typed ? { kind, query, ...(column ? { column } : {}) } : { kind, rows: Array.from(rows ?? []) },
    );
  }

  /** Come back to what the address kept; false where there is no picture along it. */
  async follow(states: EndState[], dimensions: number): Promise<boolean> {
    const { n } = this.outline;
    await Promise.all(
      this.ends.map((end, k) => {
        const { rows, ...state } = states[k] ?? {};
        end.set(state);
        if (end.typed) return this.look(end);
        const there = Uint32Array.from(rows ?? []).filter((row) => row < n);
        [end.rows, end.taken] = [there.length ? there : null, counted(there.length)];
        return null;
      }),
    );
    return this.ready(dimensions);
  }

  private take(end: End): void {
    const { around } = this;
    const focused = end.kind === "point" ? around.focused() : null;
    const rows = end.kind === "selection" ? around.selected() : focused ? Uint32Array.of(focused.row) : null;
    end.rows = rows?.length ? rows : null;
    end.taken = focused ? focused.name : counted(rows?.length ?? 0);
    if (!end.rows) end.error = end.kind === "selection" ? "Nothing is selected" : "No point is in focus; click one";
  }

  private ask(rows: Uint32Array | null, dimensions: 2 | 3, preparing: Preparing): Asked {
    const ends = this.ends.slice(0, 2 * dimensions);
    const groups: Groups = {};
    ends.forEach((end, k) => {
      const found = this.rowsOf(end);
      if (found) groups[`end_${k}`] = found;
    });
    const names = ends.map((end, k) => (groups[`end_${k}`] ? end.name : ""));
    const request = { method: "directions" as const, n_components: dimensions, ends: names, among: this.among };
    const key = JSON.stringify([
      names,
      this.among,
      preparing,
      ends.map(({ rows: r }) => this.number(r)),
      this.number(rows),
    ]);
    return { key, request: { ...request, ...preparingOf(preparing) }, groups };
  }

  private number(rows: Uint32Array | null): number {
    if (!rows) return -1;
    if (!this.numbers.has(rows)) this.numbers.set(rows, this.next++);
    return this.numbers.get(rows)!;
  }
}

function stateOf({ kind, query, column, rows, taken, error }: End) {
  return { kind, query, column, rows, taken, error };
}

function counted(count: number): string {
  return count === 1 ? "1 point" : `${count.toLocaleString("en")} points`;
}
