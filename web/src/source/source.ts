// Where the page's data comes from. Today a server; a self-contained page and a notebook's widget are
// two more implementations of the same interface. Nothing outside this folder knows which one it is.

import type {
  CollectionMessage,
  JobMessage,
  NeighborsMessage,
  NeighborsRequest,
  OpeningMessage,
  PointMessage,
  ProjectionMessage,
  ProjectRequest,
  SearchMessage,
  SearchRequest,
} from "../schema/messages";
import type { ColumnData } from "./column";

export interface SearchResult extends SearchMessage {
  /** The first matches, in the points' order. */
  rows: Uint32Array;
  /** One bit a point: bit `i & 7` of byte `i >> 3`. */
  matches: Uint8Array;
}

export interface NeighborsResult extends NeighborsMessage {
  rows: Uint32Array;
  distances: Float32Array;
}

export interface ProjectionResult extends ProjectionMessage {
  /** The points that were projected; null: all of them. */
  rows: Uint32Array | null;
  /** One array for each component that was asked for, by its number. */
  components: Map<number, Float32Array>;
}

export interface ThumbnailPage {
  /** Raw pixels, row-major; or one bitmap a point, null where there is none; or the whole sprite. */
  pixels?: Uint8Array;
  files?: (Blob | null)[];
  sprite?: Blob;
  /** What is wrong with some of them. */
  notes: string[];
}

export interface Source {
  /** Wait for the collection; `opening` is told while files are still being read. */
  collection(opening: (message: OpeningMessage) => void): Promise<CollectionMessage>;
  column(embedding: number, index: number): Promise<ColumnData>;
  coordinates(embedding: number, index: number): Promise<{ dimensions: number; values: Float32Array }>;
  thumbnails(embedding: number, page: number): Promise<ThumbnailPage>;
  point(embedding: number, row: number): Promise<PointMessage>;
  search(embedding: number, request: SearchRequest, signal: AbortSignal): Promise<SearchResult>;
  neighbors(embedding: number, request: NeighborsRequest, signal: AbortSignal): Promise<NeighborsResult>;
  /** Start a projection (or join the one that is already there); resolves when it is done. */
  project(
    embedding: number,
    request: ProjectRequest,
    rows: Uint32Array | null,
    progress: (job: JobMessage) => void,
  ): Promise<string>;
  projection(job: string, components: number[]): Promise<ProjectionResult>;
  cancel(job: string): Promise<void>;
  /** Told when the other side goes away and when it is back. */
  onConnection(listener: (connected: boolean) => void): void;
}

/** What went wrong on the other side, in its own words. */
export class SourceError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** A person stopped it; nothing to tell. */
export class Cancelled extends Error {}
