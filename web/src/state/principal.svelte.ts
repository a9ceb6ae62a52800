// The principal components of an embedding, or of some of its points, fetched one by one as axes want them.

import type { EmbeddingOutline, JobMessage } from "../schema/messages";
import type { ProjectionResult, Source } from "../source/source";
import { finished } from "./work";

export const COMPONENTS = 10;

/** The components of some points, as far as they are here. */
interface Kept {
  job: string;
  result: ProjectionResult | null;
  components: Map<number, Float32Array>;
}

export interface Found {
  job: string;
  result: ProjectionResult;
  /** One array for each component that was asked for; null: there is none. */
  values: (Float32Array | null)[];
}

export class Principal {
  /** How far they are, while they are computed. */
  job = $state.raw<JobMessage | null>(null);
  private readonly kept = new Map<Uint32Array | null, Promise<Kept>>();

  constructor(
    private readonly source: Source,
    private readonly outline: EmbeddingOutline,
  ) {}

  async find(rows: Uint32Array | null, wanted: number[]): Promise<Found> {
    const kept = await this.keep(rows);
    // There are never more components than points or dimensions; an axis without one is flat.
    const available = Math.min(COMPONENTS, this.outline.d, rows?.length ?? this.outline.n);
    const missing = wanted.filter((k) => k < available && !kept.components.has(k));
    if (missing.length || !kept.result) {
      kept.result = await this.source.projection(kept.job, missing);
      for (const [k, values] of kept.result.components) if (values) kept.components.set(k, values);
    }
    const values = wanted.map((k) => kept.components.get(k) ?? null);
    return { job: kept.job, result: kept.result, values };
  }

  /** Those of all points, and of the last part that was asked for. */
  private keep(rows: Uint32Array | null): Promise<Kept> {
    const known = this.kept.get(rows);
    if (known) return known;
    if (rows) for (const other of this.kept.keys()) if (other) this.kept.delete(other);
    const promise = this.compute(rows);
    this.kept.set(rows, promise);
    promise.catch(() => this.kept.delete(rows));
    return promise;
  }

  private async compute(rows: Uint32Array | null): Promise<Kept> {
    const request = { method: "pca" as const, n_components: COMPONENTS };
    const started = await this.source.project(this.outline.index, request, rows);
    await finished(this.source, started, (message) => (this.job = message));
    return { job: started.job, result: null, components: new Map() };
  }
}
