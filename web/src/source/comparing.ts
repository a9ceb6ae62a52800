// Two embeddings of the same points, compared: what a source answers, and how a server is asked.

import type { CompareRequest, ComparisonMessage, JobMessage, PlacesMessage, PlacesRequest } from "../schema/messages";

export interface ComparisonResult extends ComparisonMessage {
  /** The shared points, in the embedding and in the other one. */
  rows: Uint32Array;
  other_rows: Uint32Array;
  /** The share of its nearest neighbours that each keeps. */
  kept: Float32Array;
}

export interface PlacesResult extends PlacesMessage {
  /** Point after point, a number a component; NaN without a place. */
  places: Float32Array;
}

export interface ComparingSource {
  /** Start to compare an embedding with another one, or with itself at another step. */
  compare(embedding: number, request: CompareRequest, step?: number | null): Promise<JobMessage>;
  comparison(job: string): Promise<ComparisonResult>;
  /** Lay a picture of the other one upon a picture of the first. */
  comparedPlaces(job: string, request: PlacesRequest): Promise<PlacesResult>;
}
