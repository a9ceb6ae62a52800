// Generated from src/vectarium/explore/messages/ by `python -m vectarium.explore.schema`. Do not edit.

export type Kind = "text" | "category" | "integer" | "number" | "boolean" | "time";

export type Severity = "fault" | "remark";

export type JobState = "waiting" | "running" | "paused" | "done" | "failed" | "cancelled";

export type Metric = "cosine" | "euclidean";

export type Method = "pca" | "tsne" | "umap" | "directions";

export type TimelineMethod = "axes" | "pca" | "tsne" | "umap" | "directions";

export type Preparation = "raw" | "centred" | "unit" | "spherized" | "standardized" | "reduced";

export type Among = "all" | "shown";

export type Affinity = "perplexity" | "uniform";

export type DistanceMetric = "euclidean" | "cosine" | "correlation";

export type SearchMode = "words" | "regex";

export type MotionMeasure = "moved" | "path" | "changed" | "neighbors";

export type MotionTask = "course" | "neighbors";

export type ThumbnailForm = "pixels" | "sprite" | "files";

export type Side = "pre" | "post";

export type TableForm = "csv" | "tsv" | "parquet";

export type FilmFormat = "mp4" | "gif" | "webp";

export type FilmTheme = "dark" | "light";

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
 * Where the same points are found at other steps: the number of the recording, and the embedding's steps in it.
 *
 * `step` is the one that is opened. `changing` names the columns that change with the step. Every request
 * about an embedding takes `?step=`, one of its steps; without it the one that is opened counts.
 */
export interface RecordedOutline {
  recording: number;
  step: number;
  steps: number[];
  changing: string[];
}

/**
 * How texts became rows of a table, null where that is not known.
 *
 * `column` holds the tokens; `length` is how many ids a text has; `padding`, `unknown`, `start` and `end`
 * are rows; `mask` is whether later layers pass over padding.
 */
export interface LookupOutline {
  column: string;
  length: number | null;
  padding: number | null;
  unknown: number | null;
  start: number | null;
  end: number | null;
  padding_side: Side | null;
  truncation_side: Side | null;
  mask: boolean | null;
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
  recorded: RecordedOutline | null;
  lookup: LookupOutline | null;
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
 * The value of a point in the column `position` names an audio file. `fault`: why it cannot be played, or empty.
 *
 * The file is at `GET api/embeddings/{e}/sounds/{row}/{position}`.
 */
export interface SoundMessage {
  position: number;
  fault: string;
}

/**
 * `GET api/embeddings/{e}/points/{row}`: one point's values, as text; null is missing.
 */
export interface PointMessage {
  row: number;
  names: string[];
  values: (string | null)[];
  finite: boolean;
  sounds: SoundMessage[];
}

/**
 * `POST api/embeddings/{e}/vectors`: the numbers of at most 1,000 points.
 */
export interface VectorsRequest {
  rows: number[];
}

/**
 * The answer: head of a packet. Array: `vectors` float32 (rows * d), point after point.
 *
 * `reach` is how far from 0 a scale of colours goes: 99 of 100 numbers of the whole table, at the step that was
 * opened, are nearer. It is the same at every step, so that colours can be compared.
 */
export interface VectorsMessage {
  d: number;
  reach: number;
}

/**
 * One number of the training, null where it is not known or not finite.
 *
 * `values` is one a step of the recording. `told_steps` and `told` are what was told between snapshots too,
 * with the steps, ascending; of many the smallest and the largest of each stretch. Empty: there are no others.
 */
export interface CurveMessage {
  name: string;
  values: (number | null)[];
  told_steps: number[];
  told: (number | null)[];
}

/**
 * The steps of one embedding of a recording.
 */
export interface RecordedStepsMessage {
  index: number;
  steps: number[];
}

/**
 * `GET api/recordings/{r}`: what was recorded together, and how the training went.
 *
 * `growing`: somebody still writes it. `times` are milliseconds since 1970. `curves` holds the loss, the
 * metrics and the learning rate, those that the training told at all. `embeddings` are the positions of its
 * embeddings in the collection, each with the steps at which it was recorded.
 */
export interface RecordingMessage {
  recording: number;
  name: string;
  growing: boolean;
  classes: string[];
  steps: number[];
  epochs: (number | null)[];
  times: (number | null)[];
  curves: CurveMessage[];
  embeddings: RecordedStepsMessage[];
}

/**
 * Sent over `api/session` when a recording has new steps, or its writer came or went.
 *
 * `told` is the last step of which anything is known, be it but the loss; -1: nothing is.
 */
export interface GrownMessage {
  grown: number;
  steps: number;
  growing: boolean;
  told: number;
}

/**
 * `GET api/timelines/{job}/{step}/boundary?components=0,1&column=`: head of a packet, what lies behind the points.
 *
 * Arrays, unless `reason` says why there is nothing to draw: `codes` and `confidence` uint8 (height, width),
 * row by row from `low` to `high`, both included: the class there, 255 for none, and 0 to 255.
 *
 * `exact`: the model itself was asked, while it trained. Otherwise the points around voted with the column
 * (empty: the prediction), and `agreement` is the share of points whose own value that gives back.
 */
export interface BoundaryMessage {
  job: string;
  step: number;
  classes: string[];
  low: number[];
  high: number[];
  height: number;
  width: number;
  exact: boolean;
  agreement: number | null;
  reason: string;
}

/**
 * `POST api/embeddings/{e}/timelines`: all steps of an embedding in one frame of reference.
 *
 * `axes`: the first dimensions as they are. PCA uses the components of the step `reference`, null: the last
 * one. The answer is a `JobMessage` whose
 * `job` names the timeline.
 *
 * `directions`: along axes between the same groups of points, found anew at every step; head of a packet with the
 * groups in the arrays `end_k` and, where they are `among` those that are shown, these in `rows`, all as for a
 * projection. `preparation` is fitted at the reference step and the same for all.
 */
export interface TimelineRequest {
  method?: TimelineMethod;
  n_components?: number | null;
  reference?: number | null;
  preparation?: Preparation;
  reduced_to?: number;
  ends?: string[] | null;
  among?: Among;
}

/**
 * How far a timeline can be believed, a number a step; null where there is none.
 *
 * `neighbor_preservation`: the share of each point's `k` nearest that are its nearest in the picture, beside
 * `chance`. `displacement`: how the distances that points moved since the step before, in the original space
 * and in the picture, agree in rank; `overall_displacement` over all steps. `frozen`: how far points move
 * between steps that are the same, as a share of the motion between steps that differ.
 */
export interface TimelineMeasures {
  k: number;
  steps: number[];
  neighbor_preservation: (number | null)[];
  chance: (number | null)[];
  displacement: (number | null)[];
  overall_displacement: number | null;
  frozen: number | null;
  sampled: boolean;
}

/**
 * `GET api/timelines/{job}`: what a timeline is, and the room it takes. A joint t-SNE or UMAP is one as well.
 *
 * `low` and `high`: where nearly all points of all steps lie, a number a component, so that the frame can
 * stay the same. `sentence` states it in one line. `reference` is null where it is of all steps alike. Of those
 * `laid_out` is the last step that was laid out, and `newest` the last one that has its places: what was recorded
 * between was placed among what was there.
 */
export interface TimelineMessage {
  job: string;
  embedding: number;
  method: TimelineMethod;
  n_components: number;
  reference: number | null;
  variance_ratio: number[];
  low: number[];
  high: number[];
  sentence: string;
  measures: TimelineMeasures | null;
  preparation: Preparation;
  reduced_to: number;
  laid_out: number | null;
  newest: number | null;
}

/**
 * `GET api/timelines/{job}/{step}?components=0,1,2`: head of a packet, the points at one step.
 *
 * Arrays: `component_k` float32 (m) for each component asked for, NaN where a point has no place, and `rows`
 * uint32 (m) when on a subset.
 */
export interface TimelineStepMessage {
  job: string;
  step: number;
  unplaced: number;
}

/**
 * `POST api/timelines/{job}/trails`: head of a packet. Array `rows` uint32 (m), the points; at most 1,000.
 */
export interface TrailsRequest {
  components: number[];
}

/**
 * The answer: head of a packet, where some points are at all steps of a timeline.
 *
 * Arrays: `places` float32 (m * steps * components), point after point, step after step; NaN without a place.
 */
export interface TrailsMessage {
  job: string;
  steps: number[];
}

/**
 * `POST api/embeddings/{e}/motions`: how the points of an embedding move over the steps.
 *
 * `course`: how far each moved between all steps, and when its prediction changed. `neighbors`: how many of
 * its `k` nearest at `step` are others than at the step before. The answer is a `JobMessage`.
 */
export interface MotionRequest {
  task?: MotionTask;
  step?: number | null;
  k?: number;
}

/**
 * `GET api/motions/{job}/columns/{measure}?step=S`: head of a packet, a number a point at a step.
 *
 * `moved`: the distance since the step `before`, `path`: in all so far, `changed`: the step at which the
 * prediction changed last, `neighbors`: how many of its nearest are others than at the step `before`.
 * `low`, `high` and `positive`, the least above 0, are of all steps, so that a scale can stay.
 * Array: `values` float64 (n), NaN where there is none.
 */
export interface MotionColumnMessage {
  measure: MotionMeasure;
  step: number;
  before: number | null;
  low: number;
  high: number;
  positive: number | null;
  parts: number | null;
  missing: number;
  sentence: string;
}

/**
 * `GET api/motions/{job}/movers?first=A&last=B`: head of a packet, who moved most between two steps.
 *
 * Arrays, the point that moved most first: `rows` uint32 (n), `distances` float32 (n), the length of its way,
 * and `peaks` uint32 (n), the place among `steps` to which its longest move led. `means`: how far points
 * moved to each step on average, null for the first. `longest`: the longest move of any.
 */
export interface MoversMessage {
  first: number;
  last: number;
  steps: number[];
  means: (number | null)[];
  longest: number;
  sentence: string;
}

/**
 * `POST api/motions/{job}/moves`, a packet with the array `rows` uint32 (m), at most 1,000: their motion.
 *
 * Array: `moved` float32 (m * steps), point after point: the distance since the step before, NaN for the first.
 */
export interface MovesMessage {
  steps: number[];
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
 *
 * `preparation`: what is done to all vectors before, as for a projection.
 */
export interface NeighborsRequest {
  row: number;
  k?: number;
  metric?: Metric;
  preparation?: Preparation;
  reduced_to?: number;
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
 * The answer is a `JobMessage`; its `job` names the projection, which is fetched from
 * `api/projections/{job}?components=0,1,2`. The same request joins the run that is there; one that
 * was cancelled goes on where it stopped.
 *
 * `n_components` null: 10 for PCA, 2 for the others, which also do 3. t-SNE reads `perplexity`,
 * `affinity`, `early_exaggeration` and, where the affinity is uniform, `n_neighbors`; UMAP reads
 * `n_neighbors`, `min_dist` and `spread`. `max_iter` 0: as many iterations (UMAP: epochs) as is
 * usual. `supervise` names a column whose values draw points together, as strongly as
 * `target_weight` says, 0 to 1; empty: none does. `joint`: all steps of a recorded embedding in one layout,
 * by t-SNE or UMAP; what it made is fetched step by step, as a timeline.
 *
 * `preparation`: what is done to the vectors of all points before, be the projection of all of them or not; `reduced`
 * keeps `reduced_to` principal components.
 *
 * `perturbs` names a finished t-SNE of the same points: this one goes on from its layout, each point moved a little at
 * random (by noise of a tenth of the layout's spread, from the seed), without exaggeration; empty: it begins anew.
 *
 * Directions are axes from one group of points to another: `ends` names the groups, two for each axis, the low end
 * first; empty: there is none. The array `end_k` uint32 holds the rows of the k-th. An axis with one group leads from or
 * to the mean of all points, `among` says of which; one with none is the widest direction across the others.
 */
export interface ProjectRequest {
  method?: Method;
  n_components?: number | null;
  perplexity?: number;
  affinity?: Affinity;
  n_neighbors?: number;
  min_dist?: number;
  spread?: number;
  metric?: DistanceMetric;
  early_exaggeration?: number;
  max_iter?: number;
  random_state?: number;
  supervise?: string;
  target_weight?: number;
  joint?: boolean;
  preparation?: Preparation;
  reduced_to?: number;
  ends?: string[] | null;
  among?: Among;
  perturbs?: string;
}

/**
 * `GET api/projections/{job}`: head of a packet.
 *
 * Arrays: `rows` uint32 (m) when on a subset, else absent (the rows are all points, m = n); and
 * `component_k` float32 (m) for each component asked for, NaN where a point has no place.
 * `n_components` is how many were found: fewer than asked for where there are fewer points or
 * dimensions. `variance_ratio` holds each one's share of the total variance (those of directions that
 * are not perpendicular overlap), and is empty for t-SNE and UMAP, whose components are the coordinates; `unplaced` counts the points without a place,
 * whose vectors hold NaN or infinity; `sentence` states the projection in one line.
 *
 * `iteration` of `max_iter` were made; `finished` is false for a run that was paused or cancelled
 * before its end. `divergence` is t-SNE's Kullback-Leibler divergence. `search` says how the nearest
 * neighbours were found.
 */
export interface ProjectionMessage {
  embedding: number;
  method: Method;
  n_components: number;
  m: number;
  unplaced: number;
  variance_ratio: number[];
  sentence: string;
  seconds: number;
  request: ProjectRequest;
  iteration: number;
  max_iter: number;
  finished: boolean;
  divergence: number | null;
  search: string;
}

/**
 * A projection that is kept. `fidelity` is its share of nearest neighbours kept, null while not measured.
 *
 * `step` is the one of the recording that it is of, null where none was asked for.
 */
export interface RunOutline {
  job: string;
  state: JobState;
  request: ProjectRequest;
  m: number;
  subset: boolean;
  step: number | null;
  sentence: string;
  seconds: number;
  iteration: number;
  max_iter: number;
  fidelity: number | null;
}

/**
 * `GET api/embeddings/{e}/projections`: the kept projections of an embedding, the oldest first.
 *
 * `DELETE api/projections/{job}` forgets one.
 */
export interface RunsMessage {
  runs: RunOutline[];
}

/**
 * Sent by the page over `api/session`: the job whose layout it shows as it moves; empty: none.
 *
 * `step`: the one that is seen, where the layout is of all steps; null: the last.
 */
export interface WatchRequest {
  watch: string;
  step?: number | null;
}

/**
 * Sent by the page over `api/session` when it has shown a frame. Only then the next one comes.
 */
export interface ShownRequest {
  shown: string;
  iteration: number;
}

/**
 * Where the points are now, sent over `api/session` as a binary packet to a page that watches a run.
 *
 * Arrays: `positions` float32 (m * dimensions), point after point in the order of the run's rows,
 * NaN where a point has no place. It is always the newest layout; a slow page sees fewer of them.
 */
export interface FrameMessage {
  job: string;
  iteration: number;
  max_iter: number;
  dimensions: number;
  divergence: number | null;
}

/**
 * `POST api/embeddings/{e}/fidelity`: how far a picture can be believed.
 *
 * `picture` is a projection's job, `given:0` for the first picture that came with the data, or
 * `JOB@100` for a timeline at step 100; `components` are the two or three that are shown. The answer is a `JobMessage`.
 */
export interface FidelityRequest {
  picture: string;
  components: number[];
  k?: number;
}

/**
 * `GET api/fidelity/{job}`: head of a packet, against the original vectors in all their dimensions.
 *
 * Arrays: `preservation` float32 (m), the share of each point's `k` nearest neighbours in the original
 * space that are among its k nearest in the picture, NaN for points without a place; `rows` uint32 (m)
 * when the picture is of a subset.
 *
 * `n` of the `m` points have a place. The overall numbers are of `sampled` points against all
 * others, 0: of all. `exact` says whether the neighbours behind `preservation` are exact, and
 * `search` how they were found. `chance` is what scattering the points at random would keep.
 */
export interface FidelityMessage {
  picture: string;
  components: number[];
  k: number;
  n: number;
  m: number;
  trustworthiness: number;
  continuity: number;
  neighbor_preservation: number;
  chance: number;
  sampled: number;
  divergence: number | null;
  exact: boolean;
  sentence: string;
  search: string;
}

/**
 * `POST api/embeddings/{e}/arithmetic`: the points nearest to a sum, such as `king - man + woman`.
 *
 * `column` holds the labels; one that stands for several points stands for their mean. By cosine every vector counts
 * at length 1. `leave_out`: the given points are not among the results.
 */
export interface ArithmeticRequest {
  expression: string;
  column: string;
  k?: number;
  metric?: Metric;
  preparation?: Preparation;
  reduced_to?: number;
  leave_out?: boolean;
}

/**
 * The answer: head of a packet.
 *
 * Arrays: `rows` uint32 (k) and `distances` float32 (k), nearest first, `given` uint32, the points that were counted
 * with, and `matches` uint8, one bit a point for both.
 *
 * `understood` says what was counted, `space` in which space. `error` is empty unless it cannot be done, and then
 * says why; `near` are labels near one that is not there.
 */
export interface ArithmeticMessage {
  understood: string;
  space: string;
  error: string;
  near: string[];
}

/**
 * `POST api/embeddings/{e}/report`: compare a column that says what is right with one that says what is predicted.
 */
export interface ReportRequest {
  label: string;
  prediction: string;
}

/**
 * Means over classes; null where there is no point that could be judged.
 */
export interface AverageMessage {
  precision: number | null;
  recall: number | null;
  f1: number | null;
}

/**
 * The answer to a `ReportRequest`: head of a packet, the report of a classifier at one step.
 *
 * Arrays, for each of the c `classes`: `precision`, `recall`, `f1` float64 (c), NaN where it is a share of
 * nothing; `support`, how many points are of the class, and `predicted`, how many are taken for it, uint32 (c).
 * And the confusion matrix, cell by cell where it is not 0: `rows` (what is right), `columns` (what is
 * predicted), `counts` uint32.
 *
 * Of `n` points, `used` have both values; `right` are taken for what they are. `said`: how numbers were
 * taken for classes, or empty. In the averages a share of nothing counts as 0.
 */
export interface ReportMessage {
  label: string;
  prediction: string;
  classes: string[];
  n: number;
  used: number;
  right: number;
  accuracy: number | null;
  macro: AverageMessage;
  weighted: AverageMessage;
  said: string;
}

/**
 * `POST api/embeddings/{e}/report/points`: the points of a class that are taken for a class; null: for any.
 *
 * The answer is a packet, a `JudgedMessage` with the array `rows` uint32 (count).
 */
export interface JudgedRequest {
  label: string;
  prediction: string;
  true?: number | null;
  predicted?: number | null;
  wrong?: boolean;
}

/**
 * How many points there are in a cell of the report.
 */
export interface JudgedMessage {
  count: number;
}

/**
 * `POST api/embeddings/{e}/scores`: the report's main numbers at every step. The answer is a `JobMessage`.
 */
export interface ScoresRequest {
  label: string;
  prediction: string;
}

/**
 * `GET api/scores/{job}`: head of a packet; while the job runs, as far as it came.
 *
 * Arrays: `accuracy` and `macro_f1` float32 (steps), `f1` float32 (steps * classes), step after step; NaN where it
 * is a share of nothing or is not known yet.
 */
export interface ScoresMessage {
  embedding: number;
  steps: number[];
  classes: string[];
  measured: number;
}

/**
 * `POST api/agreement`: how well neighbours agree with labels, at every step of some embeddings.
 *
 * `embeddings` are positions in the collection, `labels` the column of each that says the class; `k` neighbours
 * vote. The step `first` is measured next, also where the work is under way. The answer is a `JobMessage`.
 */
export interface AgreementRequest {
  embeddings: number[];
  labels: string[];
  k?: number;
  first?: number | null;
}

/**
 * One embedding at every one of its steps.
 *
 * `accuracy`: the share of points whose nearest neighbours name their class. `silhouette`: how much nearer points
 * are to their own class than to the nearest other one, -1 to 1. Null where it is not known (yet). `used` of its
 * `labelled` points vote, `compared` are in the silhouette; fewer than all: chosen at random, the same at every
 * step. `chance` is the share of the largest class. `error` says why there is nothing, or is empty.
 */
export interface LayerMessage {
  embedding: number;
  label: string;
  classes: number;
  labelled: number;
  used: number;
  compared: number;
  chance: number | null;
  steps: number[];
  accuracy: (number | null)[];
  silhouette: (number | null)[];
  error: string;
}

/**
 * `GET api/agreement/{job}`: as far as it is measured.
 */
export interface AgreementMessage {
  k: number;
  layers: LayerMessage[];
}

/**
 * `POST api/embeddings/{e}/compare?step=S`: compare an embedding with another one, or with itself at another step.
 *
 * `other` is a position in the collection. `ids`: the column that names the points, `row` for row by row, empty
 * to find out. `k` nearest neighbours of each point are compared. The answer is a `JobMessage`.
 */
export interface CompareRequest {
  other: number;
  other_step?: number | null;
  ids?: string;
  k?: number;
  metric?: Metric;
}

/**
 * `GET api/comparisons/{job}`: head of a packet, how alike two embeddings are.
 *
 * Arrays, one entry for each of the `shared` points that are finite in both: `rows` and `other_rows` uint32, the
 * point in either, and `kept` float32, the share of its `k` nearest, among the shared points, that are the same
 * in both. `overlap` is their mean, `cka` linear centred kernel alignment, null where there is none; both beside
 * what they would be by chance. While neighbours are still being found (`complete` is false) the points are matched
 * already and their places known: `kept` is NaN then, and `overlap` and `cka` null. `matched` says how points were matched, `ids` by which column (`row`: row by
 * row), `columns` which ones could be asked for; `search` how neighbours were found.
 */
export interface ComparisonMessage {
  embedding: number;
  step: number | null;
  other: number;
  other_step: number | null;
  k: number;
  shared: number;
  complete: boolean;
  overlap: number | null;
  chance: number;
  cka: number | null;
  cka_chance: number | null;
  ids: string;
  columns: string[];
  matched: string;
  search: string;
}

/**
 * `POST api/comparisons/{job}/places`: lay the other embedding's picture upon one of this one.
 *
 * `picture` and `components` name what is shown of this one, as in a `FidelityRequest`. `other_picture` is one
 * of the other's; empty: its leading principal components.
 */
export interface PlacesRequest {
  picture: string;
  components: number[];
  other_picture?: string;
}

/**
 * The answer: head of a packet. Array: `places` float32 (n * components), NaN where a point has no place.
 *
 * It was turned, mirrored, shifted and scaled as a whole. `agreement`: how alike the two pictures are then, 1 where
 * one is the other; null where that cannot be said. `sentence` states what is seen.
 */
export interface PlacesMessage {
  agreement: number | null;
  sentence: string;
}

/**
 * A column as it is now. `revision` differs from the one before when its values do.
 *
 * `own`: it did not come with the data. `edited`: it did, and some of its values are others now.
 */
export interface EditedColumn {
  name: string;
  kind: Kind;
  revision: number;
  own: boolean;
  edited: boolean;
}

/**
 * A selection with a name. `color` is a place in the palette of categories.
 */
export interface NamedOutline {
  id: string;
  name: string;
  color: number;
  count: number;
}

/**
 * `GET api/embeddings/{e}/edits`, and pushed over the WebSocket whenever one of them changes.
 *
 * `edited` is the embedding; what has a lower `serial` is older. `kept` says where it is kept, empty while there is nothing to keep or it is still
 * being written; `fault` says why it cannot be kept.
 */
export interface EditedMessage {
  edited: number;
  serial: number;
  columns: EditedColumn[];
  selections: NamedOutline[];
  kept: string;
  fault: string;
}

/**
 * `POST api/embeddings/{e}/tags`: head of a packet. Array: `selected` uint8, one bit a point.
 *
 * Gives the selected points a value in a column, which is made where there is none of that name. `value` is read as
 * the column's kind; empty: none. The answer is an `EditMessage`.
 */
export interface TagRequest {
  column: string;
  value: string;
}

/**
 * `POST api/embeddings/{e}/drop`: take an own column away, or give one that was edited its own values back.
 */
export interface DropRequest {
  column: string;
}

/**
 * What an edit has done. `edit` names it, `count` is how many points got another value.
 *
 * `POST api/embeddings/{e}/edits/{edit}/undo` takes it back, as long as it is remembered, and answers with an
 * `EditedMessage`: points that got yet another value since keep that.
 */
export interface EditMessage {
  edit: string;
  count: number;
  state: EditedMessage;
}

/**
 * `POST api/embeddings/{e}/selections`: head of a packet. Array: `selected` uint8, one bit a point.
 *
 * Keeps a selection under a name. `id`: a selection that was deleted comes back as that one. The answer is a
 * `NameMessage`. `DELETE api/embeddings/{e}/selections/{id}` deletes it, and answers with an `EditedMessage`.
 */
export interface NameRequest {
  name: string;
  id?: string;
  color?: number;
}

/**
 * `POST api/embeddings/{e}/selections/{id}`: call it something else. Answers with an `EditedMessage`.
 */
export interface RenameRequest {
  name: string;
}

/**
 * The selection that was kept.
 */
export interface NameMessage {
  id: string;
  state: EditedMessage;
}

/**
 * Points: head of a packet. Array: `selected` uint8, one bit a point.
 *
 * `GET api/embeddings/{e}/selections/{id}`; `GET api/grown/{job}`; and `GET api/selected`, what the program that
 * shows the page selected last.
 */
export interface SelectedMessage {
  embedding: number;
  count: number;
}

/**
 * `POST api/selected`: head of a packet. Array: `selected` uint8, one bit a point; absent: none is.
 *
 * Tells the program what is selected in the page now. Answers with a `SelectedMessage`.
 */
export interface SelectedRequest {
  embedding: number;
}

/**
 * Pushed over the WebSocket when the program selects: the number of its selection, at `api/selected`.
 */
export interface SelectMessage {
  select: number;
  embedding: number;
}

/**
 * `POST api/embeddings/{e}/grow`: head of a packet. Array: `selected` uint8, one bit a point.
 *
 * Adds to the points the k nearest of each in the original space. The answer is a `JobMessage`.
 */
export interface GrowRequest {
  k?: number;
  metric?: Metric;
}

/**
 * `POST api/embeddings/{e}/table`: head of a packet. Array: `selected` uint8; absent: all points.
 *
 * The answer is a file: all columns, as they are now, of these points, with the points' numbers in `row`.
 */
export interface TableRequest {
  format?: TableForm;
}

/**
 * `POST api/timelines/{job}/film`: the film of a timeline, as it is on screen.
 *
 * `components`: the two or three that are seen. `color` and `label` name columns, empty: none; `curve` names the
 * number that is shown, empty: the first one. `fps` and `seconds` 0: what is usual. The answer is a `JobMessage`;
 * when the job is done, `GET api/films/{job}` is the file.
 */
export interface FilmRequest {
  components: number[];
  format?: FilmFormat;
  theme?: FilmTheme;
  width?: number;
  height?: number;
  fps?: number;
  seconds?: number;
  speed?: number;
  color?: string;
  label?: string;
  curve?: string;
  regions?: boolean;
  labels?: boolean;
}

/**
 * The Embedding Projector's bookmarks that came with an embedding, as the text of their file.
 */
export interface BroughtMessage {
  embedding: number;
  text: string;
}

/**
 * `GET api/bookmarks`; `POST api/bookmarks` with the text of a file keeps it in place of what was kept.
 *
 * `text` is the file's, empty where there is none. `kept` says where it lies, `fault` why it cannot be read.
 */
export interface BookmarksMessage {
  text: string;
  kept: string;
  fault: string;
  brought: BroughtMessage[];
}

/**
 * The state of a piece of work, pushed over the WebSocket `api/session` whenever it changes.
 *
 * `job` is `"open"` for the reading of files. `fraction` runs from 0 to 1, `text` says what
 * is being done, `error` why it failed. `DELETE api/jobs/{job}` cancels it;
 * `POST api/jobs/{job}/pause` and `POST api/jobs/{job}/resume` hold and go on with t-SNE and UMAP.
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
