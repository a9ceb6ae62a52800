// The source that is a running `vectarium open`: HTTP for what is long, one WebSocket for jobs.
// The token stands in the page's URL, so that a reload and a pasted link work.

import type {
  CollectionMessage,
  ColumnMessage,
  JobMessage,
  NeighborsMessage,
  NeighborsRequest,
  OpeningMessage,
  PointMessage,
  ProjectionMessage,
  ProjectRequest,
  SearchMessage,
  SearchRequest,
  ThumbnailPageMessage,
} from "../schema/messages";
import { columnFrom, type ColumnData } from "./column";
import { decode, encode, type Packet } from "./packet";
import {
  Cancelled,
  SourceError,
  type NeighborsResult,
  type ProjectionResult,
  type SearchResult,
  type Source,
  type ThumbnailPage,
} from "./source";

const RECONNECT_MS = 1000;
const OPENING_MS = 200;

export class ServerSource implements Source {
  private readonly token: string;
  private readonly jobs = new Map<string, JobMessage>();
  private readonly jobListeners = new Set<(job: JobMessage) => void>();
  private readonly connectionListeners = new Set<(connected: boolean) => void>();

  constructor(location: Location = window.location) {
    this.token = new URLSearchParams(location.search).get("token") ?? "";
    this.connect();
  }

  async collection(opening: (message: OpeningMessage) => void): Promise<CollectionMessage> {
    for (;;) {
      const response = await this.fetch("api/collection");
      if (response.status === 200) return response.json();
      const message = (await response.json()) as OpeningMessage;
      opening(message);
      if (response.status >= 400) throw new SourceError(message.error, response.status);
      await new Promise((resolve) => setTimeout(resolve, OPENING_MS));
    }
  }

  async column(embedding: number, index: number): Promise<ColumnData> {
    return columnFrom(await this.packet<ColumnMessage>(`api/embeddings/${embedding}/columns/${index}`));
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

  async point(embedding: number, row: number): Promise<PointMessage> {
    return (await this.ask(`api/embeddings/${embedding}/points/${row}`)).json();
  }

  async search(embedding: number, request: SearchRequest, signal: AbortSignal): Promise<SearchResult> {
    const body = JSON.stringify(request);
    const path = `api/embeddings/${embedding}/search`;
    const { message, arrays } = await this.packet<SearchMessage>(path, { method: "POST", body, signal });
    return { ...message, rows: arrays.rows as Uint32Array, matches: arrays.matches as Uint8Array };
  }

  async neighbors(embedding: number, request: NeighborsRequest, signal: AbortSignal): Promise<NeighborsResult> {
    const body = JSON.stringify(request);
    const path = `api/embeddings/${embedding}/neighbors`;
    const { message, arrays } = await this.packet<NeighborsMessage>(path, { method: "POST", body, signal });
    return { ...message, rows: arrays.rows as Uint32Array, distances: arrays.distances as Float32Array };
  }

  async project(
    embedding: number,
    request: ProjectRequest,
    rows: Uint32Array | null,
    progress: (job: JobMessage) => void,
  ): Promise<string> {
    const body = encode(request, rows ? { rows } : {});
    const response = await this.ask(`api/embeddings/${embedding}/projections`, { method: "POST", body });
    const started = (await response.json()) as JobMessage;
    await this.finished(started, progress);
    return started.job;
  }

  async projection(job: string, components: number[]): Promise<ProjectionResult> {
    const path = `api/projections/${job}?components=${components.join(",")}`;
    const { message, arrays } = await this.packet<ProjectionMessage>(path);
    const found = components.map((k) => [k, arrays[`component_${k}`] as Float32Array] as const);
    return { ...message, rows: (arrays.rows as Uint32Array) ?? null, components: new Map(found) };
  }

  async cancel(job: string): Promise<void> {
    await this.ask(`api/jobs/${job}`, { method: "DELETE" });
  }

  onConnection(listener: (connected: boolean) => void): void {
    this.connectionListeners.add(listener);
  }

  private finished(started: JobMessage, progress: (job: JobMessage) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (job: JobMessage) => {
        if (job.job !== started.job) return;
        progress(job);
        if (job.state === "waiting" || job.state === "running") return;
        this.jobListeners.delete(settle);
        if (job.state === "done") resolve();
        else reject(job.state === "cancelled" ? new Cancelled() : new SourceError(job.error, 500));
      };
      this.jobListeners.add(settle);
      // The socket may have told of it before the answer to the request came.
      const known = this.jobs.get(started.job);
      settle(started.state === "done" || !known ? started : known);
    });
  }

  private connect(): void {
    const url = new URL("api/session", window.location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.search = new URLSearchParams({ token: this.token }).toString();
    const socket = new WebSocket(url);
    socket.onopen = () => this.tellConnection(true);
    socket.onmessage = (event) => {
      const job = JSON.parse(event.data as string) as JobMessage;
      this.jobs.set(job.job, job);
      for (const listener of [...this.jobListeners]) listener(job);
    };
    socket.onclose = () => {
      this.tellConnection(false);
      setTimeout(() => this.connect(), RECONNECT_MS);
    };
  }

  private tellConnection(connected: boolean): void {
    for (const listener of this.connectionListeners) listener(connected);
  }

  private fetch(path: string, options: RequestInit = {}): Promise<Response> {
    return fetch(path, { ...options, headers: { "X-Vectarium-Token": this.token } });
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
