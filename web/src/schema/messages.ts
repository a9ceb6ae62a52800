// Generated from src/vectarium/explore/messages.py by `python -m vectarium.explore.schema`. Do not edit.

export type Kind = "text" | "category" | "integer" | "number" | "boolean" | "time";

export type Severity = "fault" | "remark";

export type JobState = "waiting" | "running" | "done" | "failed" | "cancelled";

export type Metric = "cosine" | "euclidean";

export type SearchMode = "words" | "regex";

export type ThumbnailForm = "pixels" | "sprite" | "files";

/**
 * Something a person has to know. `where` is `file, line 3` or empty.
 */
export interface NoteMessage {
  severity: Severity;
  message: string;
  where: string;
}

/**
 * A column without its values.
 */
export interface ColumnOutline {
  name: string;
  kind: Kind;
}

/**
 * Thumbnails without their pixels. `columns` is the sprite's grid, 0 for the other forms.
 */
export interface ThumbnailsOutline {
  form: ThumbnailForm;
  count: number;
  width: number;
  height: number;
  channels: number;
  columns: number;
  rows_per_page: number;
}

/**
 * A picture that came with the data.
 */
export interface CoordinatesOutline {
  name: string;
  dimensions: number;
  description: string;
}

/**
 * An embedding without its numbers. `source` is the file it came from, or empty.
 */
export interface EmbeddingOutline {
  index: number;
  name: string;
  n: number;
  d: number;
  dtype: string;
  columns: ColumnOutline[];
  thumbnails: ThumbnailsOutline | null;
  coordinates: CoordinatesOutline[];
  notes: NoteMessage[];
  source: string;
}

/**
 * `GET api/collection`: what there is to explore. `hint`: one line on what to try, or empty.
 */
export interface CollectionMessage {
  name: string;
  version: string;
  hint: string;
  embeddings: EmbeddingOutline[];
  notes: NoteMessage[];
}

/**
 * `GET api/collection` with status 202 while files are still being read, 500 when that failed.
 */
export interface OpeningMessage {
  state: JobState;
  fraction: number;
  text: string;
  error: string;
}

/**
 * `GET api/embeddings/{e}/columns/{index}`: head of a packet.
 *
 * Arrays: text: `offsets` uint32 (n+1) and `bytes` uint8, the values in UTF-8 one after another,
 * and `missing` uint8 (n) where any is; category: `codes` int32 (n), -1 is missing; integer,
 * number, boolean, time: `values` float64 (n), NaN is missing, times in milliseconds since 1970.
 */
export interface ColumnMessage {
  name: string;
  kind: Kind;
  n: number;
  missing: number;
  categories: string[];
}

/**
 * `GET api/embeddings/{e}/thumbnails/{page}`: head of a packet, unless the answer is the sprite itself.
 *
 * Arrays: pixels: `pixels` uint8 (rows, height, width, channels); files: `offsets` uint32
 * (rows+1) and `bytes` uint8, the files one after another, an empty one where there is none or
 * where `notes` says why it cannot be shown.
 */
export interface ThumbnailPageMessage {
  first: number;
  notes: NoteMessage[];
}

/**
 * `GET api/embeddings/{e}/points/{row}`: one point's values, as text; null is missing.
 */
export interface PointMessage {
  row: number;
  names: string[];
  values: (string | null)[];
  finite: boolean;
}

/**
 * `POST api/embeddings/{e}/search`. `column` empty: all columns.
 *
 * `words`: every word has to occur, in any order, without regard to case; or a comparison such as
 * `count > 100`. `regex`: an RE2 expression.
 */
export interface SearchRequest {
  query: string;
  column?: string;
  mode?: SearchMode;
  limit?: number;
}

/**
 * The answer to a search: head of a packet.
 *
 * Arrays: `rows` uint32, the first matches in the points' order, and `matches` uint8, one bit a
 * point (bit `i & 7` of byte `i >> 3`).
 *
 * `understood` says in words what was searched for. `error` is empty unless the query cannot be
 * understood, and then says why.
 */
export interface SearchMessage {
  count: number;
  understood: string;
  error: string;
  milliseconds: number;
}

/**
 * `POST api/embeddings/{e}/neighbors`: the k nearest of one point in the original space.
 */
export interface NeighborsRequest {
  row: number;
  k?: number;
  metric?: Metric;
}

/**
 * The answer: head of a packet. Arrays: `rows` uint32 (k) and `distances` float32 (k), nearest first.
 *
 * `space` says in words which space and metric the distances are of.
 */
export interface NeighborsMessage {
  row: number;
  k: number;
  metric: Metric;
  space: string;
}

/**
 * `POST api/embeddings/{e}/projections`: head of a packet. Array `rows` uint32, when on a subset.
 *
 * The answer is a `JobMessage`; its `job` names the projection, which is fetched when it is done
 * from `api/projections/{job}?components=0,1,2`.
 */
export interface ProjectRequest {
  method?: "pca";
  n_components?: number;
}

/**
 * `GET api/projections/{job}`: head of a packet.
 *
 * Arrays: `rows` uint32 (m) when on a subset, else absent (the rows are all points, m = n); and
 * `component_k` float32 (m) for each component asked for, NaN where a point has no place.
 * `n_components` is how many were found: fewer than asked for where there are fewer points or
 * dimensions. `variance_ratio` holds each one's share of the total variance; `unplaced` counts
 * the points without a place, whose vectors hold NaN or infinity; `sentence` states the
 * projection in one line.
 */
export interface ProjectionMessage {
  embedding: number;
  method: "pca";
  n_components: number;
  m: number;
  unplaced: number;
  variance_ratio: number[];
  sentence: string;
  seconds: number;
}

/**
 * The state of a piece of work, pushed over the WebSocket `api/session` whenever it changes.
 *
 * `job` is `"open"` for the reading of files. `fraction` runs from 0 to 1, `text` says what
 * is being done, `error` why it failed. `DELETE api/jobs/{job}` cancels it.
 */
export interface JobMessage {
  job: string;
  state: JobState;
  fraction: number;
  text: string;
  error: string;
}

/**
 * The body of every answer with a status of 400 and above: what failed and what to do.
 */
export interface ErrorMessage {
  error: string;
  allowed: string[];
}
