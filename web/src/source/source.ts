// Where the page's data comes from. Today a server; a self-contained page and a notebook's widget are
// two more implementations of the same interface. Nothing outside this folder knows which one it is.

import type {
  ArithmeticMessage,
  ArithmeticRequest,
  BookmarksMessage,
  BoundaryMessage,
  AgreementMessage,
  AgreementRequest,
  CollectionMessage,
  FidelityMessage,
  FilmRequest,
  FidelityRequest,
  FrameMessage,
  GrownMessage,
  JobMessage,
  MotionColumnMessage,
  MotionMeasure,
  MotionRequest,
  MoversMessage,
  JudgedRequest,
  NeighborsMessage,
  NeighborsRequest,
  OpeningMessage,
  PointMessage,
  ProjectionMessage,
  ProjectRequest,
  RecordingMessage,
  ReportMessage,
  ReportRequest,
  RunOutline,
  ScoresMessage,
  ScoresRequest,
  SearchMessage,
  SearchRequest,
  TimelineMeasures,
  TimelineMessage,
  TimelineRequest,
  TrailsMessage,
  VectorsMessage,
} from "../schema/messages";
import type { ColumnData } from "./column";
import type { ComparingSource } from "./comparing";
import type { EditingSource } from "./editing";

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

export interface ArithmeticResult extends ArithmeticMessage {
  rows: Uint32Array;
  distances: Float32Array;
  /** The points that were counted with. */
  given: Uint32Array;
  /** One bit a point. */
  matches: Uint8Array;
}

/** The points at the ends of axes, by the name that the request's packet has for them. */
export type Groups = Record<string, Uint32Array>;

export interface VectorsResult extends VectorsMessage {
  /** Point after point, `d` numbers each. */
  vectors: Float32Array;
}

export interface ProjectionResult extends ProjectionMessage {
  /** The points that were projected; null: all of them. */
  rows: Uint32Array | null;
  /** One array for each component that was asked for, by its number. */
  components: Map<number, Float32Array>;
}

/** Where the points of a run are now. */
export interface Frame extends FrameMessage {
  /** Point after point, `dimensions` numbers each. */
  positions: Float32Array;
  /** Tell that it was shown: only then the next one comes. */
  shown(): void;
}

export interface BoundaryResult extends BoundaryMessage {
  /** The class at each place, 255 for none; null: nothing is drawn, and `reason` says why. */
  codes: Uint8Array | null;
  confidence: Uint8Array | null;
}

export interface FidelityResult extends FidelityMessage {
  /** The points of the picture; null: all of them. */
  rows: Uint32Array | null;
  /** The share of its nearest neighbours that each point keeps, NaN for points without a place. */
  preservation: Float32Array;
}

/** Where some points are at all steps of a timeline. */
export interface TrailsResult extends TrailsMessage {
  /** Point after point, step after step, a number a component; NaN without a place. */
  places: Float32Array;
}

export interface MotionColumnResult extends MotionColumnMessage {
  values: Float64Array;
}

export interface MoversResult extends MoversMessage {
  /** The points, who moved most first. */
  rows: Uint32Array;
  /** The length of each one's way. */
  distances: Float32Array;
  /** The place among all steps to which the longest move of each led. */
  peaks: Uint32Array;
}

/** A step of an embedding that was recorded; null: the step that was opened. */
export type Step = number | null;

export interface ReportResult extends ReportMessage {
  /** For each class; NaN where it is a share of nothing. */
  precision: Float64Array;
  recall: Float64Array;
  f1: Float64Array;
  /** How many points are of each class, and are taken for it. */
  support: Uint32Array;
  predicted: Uint32Array;
  /** The cells of the confusion matrix that are not 0: what is right, what is predicted, how many. */
  rows: Uint32Array;
  columns: Uint32Array;
  counts: Uint32Array;
}

/** The reports' main numbers, one a step; NaN where there is none (yet). */
export interface ScoresResult extends ScoresMessage {
  accuracy: Float32Array;
  macro_f1: Float32Array;
  /** Step after step, a number a class. */
  f1: Float32Array;
}

export interface ThumbnailPage {
  /** Raw pixels, row-major; or one bitmap a point, null where there is none; or the whole sprite. */
  pixels?: Uint8Array;
  files?: (Blob | null)[];
  sprite?: Blob;
  /** What is wrong with some of them. */
  notes: string[];
}

export interface Source extends ComparingSource {
  /** The views that a person keeps with what was opened, and those that came with it. */
  bookmarks(): Promise<BookmarksMessage>;
  /** Keep these, the text of a file, in place of those. */
  keepBookmarks(text: string): Promise<BookmarksMessage>;
  /** Where what a person changes goes; null: it can only be looked at. */
  readonly editing: EditingSource | null;
  /** Wait for the collection; `opening` is told while files are still being read. */
  collection(opening: (message: OpeningMessage) => void): Promise<CollectionMessage>;
  column(embedding: number, index: number, step?: Step): Promise<ColumnData>;
  coordinates(embedding: number, index: number): Promise<{ dimensions: number; values: Float32Array }>;
  thumbnails(embedding: number, page: number): Promise<ThumbnailPage>;
  point(embedding: number, row: number, step?: Step): Promise<PointMessage>;
  /** Where the audio file lies that a point has in a column. */
  sound(embedding: number, row: number, position: number, step?: Step): string;
  /** The numbers of at most 1,000 points. */
  vectors(embedding: number, rows: number[], step?: Step): Promise<VectorsResult>;
  search(embedding: number, request: SearchRequest, signal: AbortSignal, step?: Step): Promise<SearchResult>;
  neighbors(embedding: number, request: NeighborsRequest, signal: AbortSignal, step?: Step): Promise<NeighborsResult>;
  /** The points nearest to a sum of points. */
  arithmetic(
    embedding: number,
    request: ArithmeticRequest,
    signal: AbortSignal,
    step?: Step,
  ): Promise<ArithmeticResult>;
  /** Start a projection, join the one that is there, or go on with one that was cancelled. */
  project(
    embedding: number,
    request: ProjectRequest,
    rows: Uint32Array | null,
    step?: Step,
    groups?: Groups,
  ): Promise<JobMessage>;
  projection(job: string, components: number[]): Promise<ProjectionResult>;
  /** The projections that are kept, the oldest first. */
  runs(embedding: number): Promise<RunOutline[]>;
  /** Forget a projection. */
  forget(job: string): Promise<void>;
  /** How a training went, and at which steps it was recorded. */
  recording(recording: number): Promise<RecordingMessage>;
  /** Bring all steps of an embedding into one frame of reference. */
  timeline(embedding: number, request: TimelineRequest, groups?: Groups): Promise<JobMessage>;
  madeTimeline(job: string): Promise<TimelineMessage>;
  /** Where the points are at a step: one array a component, NaN without a place. */
  timelineStep(job: string, step: number, components: number[]): Promise<Float32Array[]>;
  /** What lies behind the points at a step of a timeline. */
  boundary(job: string, step: number, components: number[]): Promise<BoundaryResult>;
  /** Start to measure how far the motion in a timeline along components can be believed. */
  measureTimeline(job: string, components: number[]): Promise<JobMessage>;
  /** Start to make the film of a timeline. */
  startFilm(timeline: string, request: FilmRequest): Promise<JobMessage>;
  /** The file of a film that is made. */
  film(job: string): Promise<Blob>;
  timelineMeasures(job: string): Promise<TimelineMeasures>;
  /** Where some points are at all steps, 1,000 at most. */
  trails(job: string, rows: Uint32Array, components: number[]): Promise<TrailsResult>;
  /** Start to measure how the points of an embedding move. */
  motion(embedding: number, request: MotionRequest): Promise<JobMessage>;
  /** A number a point at a step. */
  motionColumn(job: string, measure: MotionMeasure, step: number): Promise<MotionColumnResult>;
  /** Who moved most from one step to another. */
  movers(job: string, first: number, last: number): Promise<MoversResult>;
  /** How far some points moved to each step: point after point. 1,000 at most. */
  moves(job: string, rows: Uint32Array): Promise<Float32Array>;
  /** Told when a recording has new steps, or its writer came or went. */
  onGrown(listener: (grown: GrownMessage) => void): void;
  /** What a classifier gets right and what it confuses. */
  report(embedding: number, request: ReportRequest, step?: Step): Promise<ReportResult>;
  /** The points in a cell of a report. */
  judged(embedding: number, request: JudgedRequest, step?: Step): Promise<Uint32Array>;
  /** Start to make the reports of all steps. */
  startScores(embedding: number, request: ScoresRequest): Promise<JobMessage>;
  /** Their main numbers, as far as they are made. */
  scores(job: string): Promise<ScoresResult>;
  /** Start to measure how well neighbours agree with labels, at every step. */
  startAgreement(request: AgreementRequest): Promise<JobMessage>;
  agreement(job: string): Promise<AgreementMessage>;
  /** Start to measure how far a picture can be believed. */
  measure(embedding: number, request: FidelityRequest): Promise<JobMessage>;
  fidelity(job: string): Promise<FidelityResult>;
  /** Be told how a job stands: what is known of it at once, then every change. Returns how to stop that. */
  follow(job: JobMessage, listener: (job: JobMessage) => void): () => void;
  /** See a run's layout as it moves, at a step where it is of all; there is one run that is watched. Returns how to stop that. */
  watch(job: string, listener: (frame: Frame) => void, step?: Step): () => void;
  pause(job: string): Promise<void>;
  resume(job: string): Promise<void>;
  cancel(job: string): Promise<void>;
  /** Told when the other side goes away and when it is back. */
  onConnection(listener: (connection: Connection) => void): void;
}

/** Whether the other side answers; `refused`: somebody does, but asks for another token. */
export type Connection = "here" | "gone" | "refused";

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
