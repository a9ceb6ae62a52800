// The principal components of an embedding, or of some of its points, fetched one by one as axes want them.

import type { EmbeddingOutline, JobMessage } from "../schema/messages";
import type { ProjectionResult, Source } from "../source/source";
import { preparingOf, RAW, type Preparing } from "./preparation";
import { finished } from "./work";

export const COMPONENTS = 10;
/** Components of vectors prepared in so many ways are kept. */
const MOST_PREPARED = 3;

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
  /** By how the vectors are prepared, then by the points. */
  private readonly kept = new Map<string, Map<Uint32Array | null, Promise<Kept>>>();

  constructor(
    private readonly source: Source,
    private readonly outline: EmbeddingOutline,
  ) {}

  async find(rows: Uint32Array | null, wanted: number[], preparing: Preparing = RAW): Promise<Found> {
    const kept = await this.keep(rows, preparing);
    // There are never more components than points or dimensions; an axis without one is flat.
    const d = preparing.preparation === "reduced" ? Math.min(preparing.reduced_to, this.outline.d) : this.outline.d;
    const available = Math.min(COMPONENTS, d, rows?.length ?? this.outline.n);
    const missing = wanted.filter((k) => k < available && !kept.components.has(k));
    if (missing.length || !kept.result) {
      kept.result = await this.source.projection(kept.job, missing);
      for (const [k, values] of kept.result.components) if (values) kept.components.set(k, values);
    }
    const values = wanted.map((k) => kept.components.get(k) ?? null);
    return { job: kept.job, result: kept.result, values };
  }

  /** Those of all points, and of the last part that was asked for. */
  private keep(rows: Uint32Array | null, preparing: Preparing): Promise<Kept> {
    const key = JSON.stringify(preparingOf(preparing));
    const kept = this.kept.get(key) ?? new Map<Uint32Array | null, Promise<Kept>>();
    this.kept.delete(key);
    this.kept.set(key, kept);
    for (const oldest of this.kept.keys()) if (this.kept.size > MOST_PREPARED) this.kept.delete(oldest);
    const known = kept.get(rows);
    if (known) return known;
    if (rows) for (const other of kept.keys()) if (other) kept.delete(other);
    const promise = this.compute(rows, preparing);
    kept.set(rows, promise);
    promise.catch(() => kept.delete(rows));
    return promise;
  }

  private async compute(rows: Uint32Array | null, preparing: Preparing): Promise<Kept> {
    const request = { method: "pca" as const, n_components: COMPONENTS, ...preparingOf(preparing) };
    const started = await this.source.project(this.outline.index, request, rows);
    await finished(this.source, started, (message) => (this.job = message));
    return { job: started.job, result: null, components: new Map() };
  }
}
