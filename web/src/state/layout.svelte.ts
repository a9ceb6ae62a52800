// Where the points are: which projection, which of its components on which axis, on which points.

import type { EmbeddingOutline, JobMessage } from "../schema/messages";
import { Cancelled, type ProjectionResult, type Source } from "../source/source";

export interface LayoutChoice {
  id: string;
  name: string;
  /** One sentence on how it was made. */
  description: string;
  dimensions: number;
}

export interface Placement {
  /** n × 3, NaN where a point has no place. */
  positions: Float32Array;
  dimensions: 2 | 3;
}

export const PCA = "pca";
const COMPONENTS = 10;

export class Layout {
  id = $state("");
  dimensions = $state<2 | 3>(2);
  axes = $state.raw<number[]>([0, 1, 2]);
  placement = $state.raw<Placement | null>(null);
  projection = $state.raw<ProjectionResult | null>(null);
  job = $state.raw<JobMessage | null>(null);
  error = $state("");
  readonly choices: LayoutChoice[];
  private components = new Map<number, Float32Array>();
  private jobId = "";
  private asked = 0;

  constructor(
    private readonly source: Source,
    private readonly outline: EmbeddingOutline,
  ) {
    const pca = { id: PCA, name: "PCA", description: "Principal components", dimensions: 3 };
    const given = outline.coordinates.map((each, index) => ({ ...each, id: `given:${index}` }));
    this.choices = [...given, pca];
    this.id = this.choices[0]!.id;
    this.dimensions = given[0]?.dimensions === 3 ? 3 : 2;
  }

  get choice(): LayoutChoice {
    return this.choices.find((choice) => choice.id === this.id) ?? this.choices[0]!;
  }

  get canBe3d(): boolean {
    return this.id === PCA ? Math.min(this.outline.d, COMPONENTS) >= 3 : this.choice.dimensions === 3;
  }

  get running(): boolean {
    return this.job?.state === "running" || this.job?.state === "waiting";
  }

  /** Compute or fetch what `id`, `axes` and `dimensions` ask for; `rows` restricts it to a subset. */
  async place(rows: Uint32Array | null): Promise<void> {
    const ticket = ++this.asked;
    this.error = "";
    try {
      const placement = this.id === PCA ? await this.placePca(rows, ticket) : await this.placeGiven(rows);
      if (ticket === this.asked && placement) this.placement = placement;
    } catch (error) {
      if (ticket === this.asked && !(error instanceof Cancelled)) this.error = (error as Error).message;
    }
  }

  async cancel(): Promise<void> {
    if (this.job) await this.source.cancel(this.job.job);
  }

  /** The projection was made for other points: the next `place` asks again. */
  forget(): void {
    this.jobId = "";
    this.components.clear();
  }

  private async placeGiven(rows: Uint32Array | null): Promise<Placement> {
    const index = Number(this.id.split(":")[1]);
    const { dimensions, values } = await this.source.coordinates(this.outline.index, index);
    const axes = Array.from({ length: dimensions }, (_, k) => ({ values, stride: dimensions, start: k }));
    this.projection = null;
    const all = interleave(this.outline.n, axes, null);
    const positions = rows ? only(rows, all) : all;
    return { positions, dimensions: dimensions === 3 ? this.dimensions : 2 };
  }

  private async placePca(rows: Uint32Array | null, ticket: number): Promise<Placement | null> {
    if (!this.jobId) {
      const request = { method: "pca" as const, n_components: COMPONENTS };
      const job = await this.source.project(this.outline.index, request, rows, (message) => {
        if (ticket === this.asked) this.job = message;
      });
      if (ticket !== this.asked) return null;
      this.jobId = job;
    }
    const wanted = this.axes.slice(0, this.dimensions);
    // There are never more components than points or dimensions; an axis without one is flat.
    const available = Math.min(COMPONENTS, this.outline.d, rows?.length ?? this.outline.n);
    const missing = wanted.filter((k) => k < available && !this.components.has(k));
    if (missing.length || !this.projection) {
      const result = await this.source.projection(this.jobId, missing);
      if (ticket !== this.asked) return null;
      for (const [k, values] of result.components) if (values) this.components.set(k, values);
      this.projection = result;
    }
    const axes = wanted.map((k) => ({ values: this.components.get(k) ?? null, stride: 1, start: 0 }));
    return { positions: interleave(this.outline.n, axes, this.projection!.rows), dimensions: this.dimensions };
  }
}

interface Axis {
  /** null: the embedding has no such component; the axis is flat. */
  values: Float32Array | null;
  stride: number;
  start: number;
}

/** The positions of some points; the others lose their place, so that the picture is of these alone. */
function only(rows: Uint32Array, positions: Float32Array): Float32Array {
  const out = new Float32Array(positions.length).fill(NaN);
  for (const row of rows) out.set(positions.subarray(row * 3, row * 3 + 3), row * 3);
  return out;
}

/** n × 3 positions from separate axes; points outside of `rows` get no place. */
function interleave(n: number, axes: Axis[], rows: Uint32Array | null): Float32Array {
  const out = new Float32Array(n * 3);
  if (rows) out.fill(NaN);
  const count = rows ? rows.length : n;
  for (let k = 0; k < 3; k++) {
    const axis = axes[k];
    const values = axis?.values ?? null;
    for (let i = 0; i < count; i++) {
      out[(rows ? rows[i]! : i) * 3 + k] = values ? values[i * axis!.stride + axis!.start]! : 0;
    }
  }
  return out;
}
