// The source that is a running `vectarium open`: HTTP for what is long, one WebSocket for jobs.
// The token stands in the page's URL, so that a reload and a pasted link work.

import type {
  BookmarksMessage,
  ArithmeticMessage,
  ArithmeticRequest,
  BoundaryMessage,
  AgreementMessage,
  AgreementRequest,
  CollectionMessage,
  ColumnMessage,
  CompareRequest,
  ComparisonMessage,
  EditedMessage,
  FidelityMessage,
  FidelityRequest,
  FilmRequest,
  FrameMessage,
  GrownMessage,
  JobMessage,
  MotionColumnMessage,
  MotionMeasure,
  MotionRequest,
  MoversMessage,
  MovesMessage,
  JudgedMessage,
  JudgedRequest,
  NeighborsMessage,
  NeighborsRequest,
  OpeningMessage,
  PlacesMessage,
  PlacesRequest,
  PointMessage,
  ProjectionMessage,
  ProjectRequest,
  RecordingMessage,
  ReportMessage,
  ReportRequest,
  RunOutline,
  RunsMessage,
  ScoresMessage,
  ScoresRequest,
  SearchMessage,
  SearchRequest,
  SelectMessage,
  ShownRequest,
  ThumbnailPageMessage,
  TimelineMeasures,
  TimelineMessage,
  TimelineRequest,
  TimelineStepMessage,
  TrailsMessage,
  TrailsRequest,
  VectorsMessage,
  VectorsRequest,
  WatchRequest,
} from "../schema/messages";
import { columnFrom, type ColumnData } from "./column";
import type { ComparisonResult, PlacesResult } from "./comparing";
import { ServerEditing } from "./editing";
import { decode, encode, type Packet, type TypedArray } from "./packet";
import { asked, at, post } from "./requests";
import {
  SourceError,
  type ArithmeticResult,
  type BoundaryResult,
  type Connection,
  type FidelityResult,
  type Frame,
  type Groups,
  type MotionColumnResult,
  type MoversResult,
  type NeighborsResult,
  type ProjectionResult,
  type ReportResult,
  type ScoresResult,
  type SearchResult,
  type Source,
  type Step,
  type ThumbnailPage,
  type TrailsResult,
  type VectorsResult,
} from "./source";

type News = JobMessage | GrownMessage | EditedMessage | SelectMessage;

const RECONNECT_MS = 1000;
const OPENING_MS = 200;

export class ServerSource implements Source {
  readonly editing = new ServerEditing({
    ask: (path, options) => this.ask(path, options),
    packet: (path, options) => this.packet(path, options),
    begin: (path, body) => this.begin(path, body),
  });
  private readonly jobs = new Map<string, JobMessage>();
  /** The jobs that the socket told of since a request was sent, for each request that is under way. */
  private readonly news = new Set<Map<string, JobMessage>>();
  private readonly jobListeners = new Set<(job: JobMessage) => void>();
  private readonly token: string;
  /** Two tabs are two pages: what one waits for is not ended by the other. */
  private readonly page = crypto.randomUUID();
  /** Which start of the server the page got its data from. */
  private start: string | null = null;
  private socket: WebSocket | null = null;
  private watched: { job: string; listener: (frame: Frame) => void; step: Step } | null = null;
  private readonly growthListeners = new Set<(grown: GrownMessage) => void>();
  private readonly connectionListeners = new Set<(connection: Connection) => void>();

  constructor(location: Location = window.location) {
    this.token = new URLSearchParams(location.search).get("token") ?? "";
    this.connect();
  }

  async collection(opening: (message: OpeningMessage) => void): Promise<CollectionMessage> {
    for (;;) {
      const response = await this.fetch("api/collection");
      this.start = response.headers.get("x-vectarium-start");
      if (response.status === 200) return response.json();
      const message = (await response.json()) as OpeningMessage;
      opening(message);
      if (response.status >= 400) throw new SourceError(message.error, response.status);
      await new Promise((resolve) => setTimeout(resolve, OPENING_MS));
    }
  }

  async bookmarks(): Promise<BookmarksMessage> {
    return (await this.ask("api/bookmarks")).json();
  }

  async keepBookmarks(text: string): Promise<BookmarksMessage> {
    return (await this.ask("api/bookmarks", { method: "POST", body: text })).json();
  }

  async column(embedding: number, index: number, step?: Step): Promise<ColumnData> {
    return columnFrom(await this.packet<ColumnMessage>(at(`api/embeddings/${embedding}/columns/${index}`, step)));
  }

  async coordinates(embedding: number, index: number): Promise<{ dimensions: number; values: Float32Array }> {
    const path = `api/embeddings/${embedding}/coordinates/${index}`;
    const { message, arrays } = await this.packet<{ dimensions: number }>(path);
    return { dimensions: message.dimensions, values: arrays.values as Float32Array };
  }

  async thumbnails(embedding: number, page: number): Promise<ThumbnailPage> {
    const response = await this.ask(`api/embeddings/${embedding}/thumbnails/${page}`);
    if (response.headers.get("content-type")?.startsWith("image/")) {
      return { sprite: await response.blob(), notes: [] };
    }
    const { message, arrays } = decode<ThumbnailPageMessage>(await response.arrayBuffer());
    const notes = message.notes.map((note) => (note.where ? `${note.where}: ${note.message}` : note.message));
    if (arrays.pixels) return { pixels: arrays.pixels as Uint8Array, notes };
    return { files: splitFiles(arrays.offsets as Uint32Array, arrays.bytes as Uint8Array), notes };
  }

  async point(embedding: number, row: number, step?: Step): Promise<PointMessage> {
    return (await this.ask(at(`api/embeddings/${embedding}/points/${row}`, step))).json();
  }

  sound(embedding: number, row: number, position: number, step?: Step): string {
    const url = new URL(at(`api/embeddings/${embedding}/sounds/${row}/${position}`, step), window.location.href);
    url.searchParams.set("token", this.token);
    return url.href;
  }

  async vectors(embedding: number, rows: number[], step?: Step): Promise<VectorsResult> {
    const body = JSON.stringify({ rows } satisfies VectorsRequest);
    const path = at(`api/embeddings/${embedding}/vectors`, step);
    const { message, arrays } = await this.packet<VectorsMessage>(path, { method: "POST", body });
    return { ...message, vectors: arrays.vectors as Float32Array };
  }

  async search(embedding: number, request: SearchRequest, signal: AbortSignal, step?: Step): Promise<SearchResult> {
    const body = JSON.stringify(request);
    const path = at(`api/embeddings/${embedding}/search`, step);
    const { message, arrays } = await this.packet<SearchMessage>(path, { method: "POST", body, signal });
    return { ...message, rows: arrays.rows as Uint32Array, matches: arrays.matches as Uint8Array };
  }

  async neighbors(
    embedding: number,
    request: NeighborsRequest,
    signal: AbortSignal,
    step?: Step,
  ): Promise<NeighborsResult> {
    const body = JSON.stringify(request);
    const path = at(`api/embeddings/${embedding}/neighbors`, step);
    const { message, arrays } = await this.packet<NeighborsMessage>(path, { method: "POST", body, signal });
    return { ...message, rows: arrays.rows as Uint32Array, distances: arrays.distances as Float32Array };
  }

  async project(
    embedding: number,
    request: ProjectRequest,
    rows: Uint32Array | null,
    step?: Step,
    groups: Groups = {},
  ): Promise<JobMessage> {
    const arrays = rows ? { rows, ...groups } : groups;
    return this.begin(at(`api/embeddings/${embedding}/projections`, step), encode(request, arrays));
  }

  async arithmetic(
    embedding: number,
    request: ArithmeticRequest,
    signal: AbortSignal,
    step?: Step,
  ): Promise<ArithmeticResult> {
    const path = at(`api/embeddings/${embedding}/arithmetic`, step);
    const { message, arrays } = await this.packet<ArithmeticMessage>(path, { ...asked(request), signal });
    return { ...message, ...arrays } as ArithmeticResult;
  }

  async recording(recording: number): Promise<RecordingMessage> {
    return (await this.ask(`api/recordings/${recording}`)).json();
  }

  async timeline(embedding: number, request: TimelineRequest, groups: Groups = {}): Promise<JobMessage> {
    return this.begin(`api/embeddings/${embedding}/timelines`, encode(request, groups));
  }

  async madeTimeline(job: string): Promise<TimelineMessage> {
    return (await this.ask(`api/timelines/${job}`)).json();
  }

  async timelineStep(job: string, step: number, components: number[]): Promise<Float32Array[]> {
    const path = `api/timelines/${job}/${step}?components=${components.join(",")}`;
    const { arrays } = await this.packet<TimelineStepMessage>(path);
    return components.map((k) => arrays[`component_${k}`] as Float32Array);
  }

  async boundary(job: string, step: number, components: number[]): Promise<BoundaryResult> {
    const path = `api/timelines/${job}/${step}/boundary?components=${components.join(",")}`;
    const { message, arrays } = await this.packet<BoundaryMessage>(path);
    const { codes, confidence } = arrays as Record<string, Uint8Array | undefined>;
    return { ...message, codes: codes ?? null, confidence: confidence ?? null };
  }

  async measureTimeline(job: string, components: number[]): Promise<JobMessage> {
    return this.begin(`api/timelines/${job}/measures?components=${components.join(",")}`, new ArrayBuffer(0));
  }

  async startFilm(timeline: string, request: FilmRequest): Promise<JobMessage> {
    return this.begin(`api/timelines/${timeline}/film`, encode(request));
  }

  async film(job: string): Promise<Blob> {
    return (await this.ask(`api/films/${job}`)).blob();
  }

  async timelineMeasures(job: string): Promise<TimelineMeasures> {
    return (await this.ask(`api/measures/${job}`)).json();
  }

  async trails(job: string, rows: Uint32Array, components: number[]): Promise<TrailsResult> {
    const body = encode({ components } satisfies TrailsRequest, { rows });
    const { message, arrays } = await this.packet<TrailsMessage>(`api/timelines/${job}/trails`, post(body));
    return { ...message, places: arrays.places as Float32Array };
  }

  async motion(embedding: number, request: MotionRequest): Promise<JobMessage> {
    return this.begin(`api/embeddings/${embedding}/motions`, encode(request));
  }

  async motionColumn(job: string, measure: MotionMeasure, step: number): Promise<MotionColumnResult> {
    const path = at(`api/motions/${job}/columns/${measure}`, step);
    const { message, arrays } = await this.packet<MotionColumnMessage>(path);
    return { ...message, values: arrays.values as Float64Array };
  }

  async movers(job: string, first: number, last: number): Promise<MoversResult> {
    const path = `api/motions/${job}/movers?first=${first}&last=${last}`;
    const { message, arrays } = await this.packet<MoversMessage>(path);
    const { rows, peaks, distances } = arrays;
    return { ...message, rows: rows as Uint32Array, peaks: peaks as Uint32Array, distances: distances as Float32Array };
  }

  async moves(job: string, rows: Uint32Array): Promise<Float32Array> {
    const { arrays } = await this.packet<MovesMessage>(`api/motions/${job}/moves`, post(encode({}, { rows })));
    return arrays.moved as Float32Array;
  }

  onGrown(listener: (grown: GrownMessage) => void): void {
    this.growthListeners.add(listener);
  }

  async projection(job: string, components: number[]): Promise<ProjectionResult> {
    const path = `api/projections/${job}?components=${components.join(",")}`;
    const { message, arrays } = await this.packet<ProjectionMessage>(path);
    const found = components.map((k) => [k, arrays[`component_${k}`] as Float32Array] as const);
    return { ...message, rows: (arrays.rows as Uint32Array) ?? null, components: new Map(found) };
  }

  async runs(embedding: number): Promise<RunOutline[]> {
    const message = (await (await this.ask(`api/embeddings/${embedding}/projections`)).json()) as RunsMessage;
    return message.runs;
  }

  async forget(job: string): Promise<void> {
    await this.ask(`api/projections/${job}`, { method: "DELETE" });
  }

  async measure(embedding: number, request: FidelityRequest): Promise<JobMessage> {
    return this.begin(`api/embeddings/${embedding}/fidelity`, encode(request));
  }

  async fidelity(job: string): Promise<FidelityResult> {
    const { message, arrays } = await this.packet<FidelityMessage>(`api/fidelity/${job}`);
    const { rows, preservation } = arrays as Record<string, TypedArray | undefined>;
    return { ...message, rows: (rows as Uint32Array) ?? null, preservation: preservation as Float32Array };
  }

  async report(embedding: number, request: ReportRequest, step?: Step): Promise<ReportResult> {
    const path = at(`api/embeddings/${embedding}/report`, step);
    const { message, arrays } = await this.packet<ReportMessage>(path, asked(request));
    return { ...message, ...arrays } as ReportResult;
  }

  async judged(embedding: number, request: JudgedRequest, step?: Step): Promise<Uint32Array> {
    const path = at(`api/embeddings/${embedding}/report/points`, step);
    return (await this.packet<JudgedMessage>(path, asked(request))).arrays.rows as Uint32Array;
  }

  async startScores(embedding: number, request: ScoresRequest): Promise<JobMessage> {
    return this.begin(`api/embeddings/${embedding}/scores`, encode(request));
  }

  async scores(job: string): Promise<ScoresResult> {
    const { message, arrays } = await this.packet<ScoresMessage>(`api/scores/${job}`);
    return { ...message, ...arrays } as ScoresResult;
  }

  async startAgreement(request: AgreementRequest): Promise<JobMessage> {
    return this.begin("api/agreement", encode(request));
  }

  async agreement(job: string): Promise<AgreementMessage> {
    return (await this.ask(`api/agreement/${job}`)).json();
  }

  async compare(embedding: number, request: CompareRequest, step?: Step): Promise<JobMessage> {
    return this.begin(at(`api/embeddings/${embedding}/compare`, step), encode(request));
  }

  async comparison(job: string): Promise<ComparisonResult> {
    const { message, arrays } = await this.packet<ComparisonMessage>(`api/comparisons/${job}`);
    return { ...message, ...arrays } as ComparisonResult;
  }

  async comparedPlaces(job: string, request: PlacesRequest): Promise<PlacesResult> {
    const { message, arrays } = await this.packet<PlacesMessage>(`api/comparisons/${job}/places`, asked(request));
    return { ...message, ...arrays } as PlacesResult;
  }

  async pause(job: string): Promise<void> {
    await this.ask(`api/jobs/${job}/pause`, { method: "POST" });
  }

  async resume(job: string): Promise<void> {
    await this.ask(`api/jobs/${job}/resume`, { method: "POST" });
  }

  async cancel(job: string): Promise<void> {
    await this.ask(`api/jobs/${job}`, { method: "DELETE" });
  }

  follow(started: JobMessage, listener: (job: JobMessage) => void): () => void {
    const heard = (job: JobMessage) => job.job === started.job && listener(job);
    this.jobListeners.add(heard);
    const known = this.jobs.get(started.job);
    listener(known?.state === started.state ? known : started);
    return () => this.jobListeners.delete(heard);
  }

  watch(job: string, listener: (frame: Frame) => void, step: Step = null): () => void {
    const mine = (this.watched = { job, listener, step });
    this.say({ watch: job, step } satisfies WatchRequest);
    return () => {
      if (this.watched !== mine) return;
      this.watched = null;
      this.say({ watch: "" } satisfies WatchRequest);
    };
  }

  onConnection(listener: (connection: Connection) => void): void {
    this.connectionListeners.add(listener);
  }

  /** Start a job; the socket may tell of it before the answer to the request comes. */
  private async begin(path: string, body: ArrayBuffer): Promise<JobMessage> {
    const news = new Map<string, JobMessage>();
    this.news.add(news);
    try {
      const started = (await (await this.ask(path, { method: "POST", body })).json()) as JobMessage;
      return news.get(started.job) ?? started;
    } finally {
      this.news.delete(news);
    }
  }

  private connect(): void {
    const url = new URL("api/session", window.location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.search = new URLSearchParams({ token: this.token }).toString();
    const socket = (this.socket = new WebSocket(url));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      void this.greet();
      if (this.watched) this.say({ watch: this.watched.job, step: this.watched.step } satisfies WatchRequest);
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === "string") this.tell(JSON.parse(data) as News);
      else this.tellFrame(decode<FrameMessage>(data));
    };
    socket.onclose = () => {
      setTimeout(() => (void this.miss(), this.connect()), RECONNECT_MS);
    };
  }

  private tell(news: News): void {
    if ("job" in news) this.tellJob(news);
    else if ("edited" in news || "select" in news) this.editing.tell(news);
    else for (const listener of this.growthListeners) listener(news);
  }

  private tellJob(job: JobMessage): void {
    this.jobs.set(job.job, job);
    for (const each of this.news) each.set(job.job, job);
    for (const listener of [...this.jobListeners]) listener(job);
  }

  private tellFrame({ message, arrays }: Packet<FrameMessage>): void {
    const { watched } = this;
    if (watched?.job !== message.job) return;
    const shown = () => this.say({ shown: message.job, iteration: message.iteration } satisfies ShownRequest);
    watched.listener({ ...message, positions: arrays.positions as Float32Array, shown });
  }

  /** Say something over the socket; once it is open again it is told what is watched anyway. */
  private say(message: WatchRequest | ShownRequest): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** The socket is open. A server that was started anew knows nothing of the page's jobs: the page begins anew, too. */
  private async greet(): Promise<void> {
    const start = await this.startOfServer();
    if (this.start && start && start !== this.start) window.location.reload();
    else this.tellConnection("here");
  }

  /** The socket was closed, or could not be opened: nobody answers, or somebody who wants another token. */
  private async miss(): Promise<void> {
    this.tellConnection((await this.startOfServer()) === "refused" ? "refused" : "gone");
  }

  private async startOfServer(): Promise<string | null> {
    try {
      const response = await this.fetch("api/collection", { method: "HEAD" });
      return response.status === 403 ? "refused" : response.headers.get("x-vectarium-start");
    } catch {
      return null;
    }
  }

  private tellConnection(connection: Connection): void {
    for (const listener of this.connectionListeners) listener(connection);
  }

  private fetch(path: string, options: RequestInit = {}): Promise<Response> {
    return fetch(path, { ...options, headers: { "X-Vectarium-Token": this.token, "X-Vectarium-Page": this.page } });
  }

  private async ask(path: string, options: RequestInit = {}): Promise<Response> {
    const response = await this.fetch(path, options);
    if (response.ok) return response;
    const body = (await response.json().catch(() => null)) as { error?: string } | null;
    throw new SourceError(body?.error ?? `The server answered ${response.status} to ${path}.`, response.status);
  }

  private async packet<Message>(path: string, options: RequestInit = {}): Promise<Packet<Message>> {
    return decode<Message>(await (await this.ask(path, options)).arrayBuffer());
  }
}

function splitFiles(offsets: Uint32Array, bytes: Uint8Array): (Blob | null)[] {
  return Array.from({ length: offsets.length - 1 }, (_, i) => {
    const file = bytes.slice(offsets[i], offsets[i + 1]);
    return file.length ? new Blob([file]) : null;
  });
}
