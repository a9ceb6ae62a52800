/**
 * Thumbnails in the memory of the graphics: one texture of many pages that fills while the source delivers.
 *
 * Pixels are laid out on the processor, a few milliseconds at a time, and sent in bands of whole lines of cells.
 */
import { type Atlas, copyArea, type Ink, inkOf, type Pixels, planAtlas } from "./atlas";
import type { BitmapPage, PixelPage, ThumbnailSource } from "./types";

const SLICE_MS = 10;
const BAND_PIXELS = 400_000;
const FIRST_PAUSE_MS = 300;

export class Thumbnails {
  readonly atlas: Atlas;
  readonly hasImage: Uint8Array;
  ink: Ink = "none";
  channels: 1 | 4 = 4;
  private texture: WebGLTexture | null = null;
  private staging: Pixels & { data: Uint8Array<ArrayBuffer> } = { data: new Uint8Array(0), width: 0, channels: 4 };
  private page = -1;
  private news: [number, number] = [Infinity, 0];
  private toldAt = 0;
  private pause = FIRST_PAUSE_MS;
  private dirty: [number, number] = [Infinity, -1];
  private readonly stopped = new AbortController();

  constructor(
    private readonly gl: WebGL2RenderingContext,
    private readonly source: ThumbnailSource,
    private readonly arrived: (start: number, end: number) => void,
    private readonly busy: () => boolean,
  ) {
    this.atlas = planAtlas(source.count, source.width, source.height);
    this.hasImage = new Uint8Array(source.count);
  }

  /** What is not as it came, in one sentence; empty when all is. */
  get note(): string {
    const { shrunk, width, height } = this.atlas;
    const { source } = this;
    if (!shrunk) return "";
    const native = `${source.width} × ${source.height}`;
    return `Thumbnails are drawn at ${width} × ${height} pixels, not ${native}, to fit into memory.`;
  }

  /** Read the whole source; a page that cannot be read leaves its points as discs. */
  async load(): Promise<void> {
    for await (const page of this.source.pages(this.stopped.signal)) {
      if (this.stopped.signal.aborted) return;
      if (!this.texture) this.allocate("pixels" in page && page.channels === 1 ? 1 : 4);
      await ("pixels" in page ? this.takePixels(page) : this.takeBitmap(page));
    }
    await this.idle();
    this.tell();
  }

  bind(): void {
    this.gl.activeTexture(this.gl.TEXTURE0);
    this.gl.bindTexture(this.gl.TEXTURE_2D_ARRAY, this.texture);
  }

  get ready(): boolean {
    return this.texture !== null;
  }

  destroy(): void {
    this.stopped.abort();
    this.gl.deleteTexture(this.texture);
    this.texture = null;
  }

  private allocate(channels: 1 | 4): void {
    const { gl, atlas } = this;
    this.channels = channels;
    this.texture = gl.createTexture();
    this.bind();
    const [width, height] = [atlas.columns * atlas.width, atlas.lines * atlas.height];
    gl.texStorage3D(gl.TEXTURE_2D_ARRAY, 1, channels === 1 ? gl.R8 : gl.RGBA8, width, height, atlas.pages);
    const set = (name: number, value: number) => gl.texParameteri(gl.TEXTURE_2D_ARRAY, name, value);
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) set(side, gl.CLAMP_TO_EDGE);
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) set(filter, gl.LINEAR);
    this.staging = { data: new Uint8Array(width * height * channels), width, channels };
  }

  private async takePixels({ start, count, pixels, channels }: PixelPage): Promise<void> {
    const { width, height } = this.source;
    const strip: Pixels = { data: pixels, width, channels };
    if (start === 0) this.look(pixels.subarray(0, Math.min(count, 200) * width * height * channels), channels);
    await this.inSlices(start, count, (i) => this.put(start + i, strip, 0, i * height));
  }

  /** A grid is read in bands of whole lines of cells, since a canvas hands out its pixels slowly. */
  private async takeBitmap({ start, count, bitmap, columns }: BitmapPage): Promise<void> {
    const { width, height } = this.source;
    const lines = Math.max(1, Math.floor(BAND_PIXELS / (bitmap.width * height)));
    const canvas = new OffscreenCanvas(bitmap.width, lines * height);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    for (let first = 0; context && first < count; first += lines * columns) {
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.drawImage(bitmap, 0, (-first / columns) * height);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      const band: Pixels = { data, width: canvas.width, channels: 4 };
      if (start === 0 && first === 0) this.look(data, 4);
      const inside = Math.min(lines * columns, count - first);
      await this.inSlices(start + first, inside, (i) =>
        this.put(start + first + i, band, (i % columns) * width, Math.floor(i / columns) * height),
      );
    }
    bitmap.close();
  }

  private look(data: Uint8Array | Uint8ClampedArray, channels: number): void {
    const given = this.source.ink;
    this.ink = given === undefined ? inkOf({ data, width: 1, channels }) : given ? "bright" : "none";
  }

  private async inSlices(start: number, count: number, act: (i: number) => void): Promise<void> {
    let begun = performance.now();
    for (let i = 0; i < count && start + i < this.hasImage.length; i++) {
      if (this.pageOf(start + i) !== this.page) await this.idle();
      act(i);
      if (i % 64 || performance.now() - begun < SLICE_MS) continue;
      await new Promise((resume) => setTimeout(resume));
      if (this.stopped.signal.aborted) return;
      begun = performance.now();
    }
    this.news = [Math.min(this.news[0], start), Math.min(start + count, this.hasImage.length)];
    if (performance.now() - this.toldAt < this.pause) return;
    await this.idle();
    this.tell();
    this.pause *= 1.5;
  }

  /** Wait until the graphics have nothing to do: what is sent before would hold the page up. */
  private async idle(): Promise<void> {
    while (this.busy() && !this.stopped.signal.aborted) await new Promise((resume) => setTimeout(resume, 20));
  }

  private pageOf(row: number): number {
    return Math.floor(row / (this.atlas.columns * this.atlas.lines));
  }

  /** Send what has come and have it drawn; not too often, since slow graphics fall behind. */
  private tell(): void {
    this.flush();
    const [start, end] = this.news;
    this.news = [Infinity, 0];
    this.toldAt = performance.now();
    if (start < end) this.arrived(start, end);
  }

  private put(row: number, source: Pixels, x: number, y: number): void {
    const { atlas } = this;
    const cell = row % (atlas.columns * atlas.lines);
    this.turnTo(this.pageOf(row));
    const line = Math.floor(cell / atlas.columns);
    const { width, height } = atlas;
    const to = { x: (cell % atlas.columns) * width, y: line * height, width, height };
    copyArea(source, { x, y, width: this.source.width, height: this.source.height }, this.staging, to);
    this.dirty = [Math.min(this.dirty[0], line), Math.max(this.dirty[1], line)];
    this.hasImage[row] = 1;
  }

  private turnTo(page: number): void {
    if (page === this.page) return;
    this.flush();
    this.page = page;
    this.staging.data.fill(0);
  }

  /** Send the lines of cells that changed. */
  private flush(): void {
    const { gl, atlas, staging } = this;
    const [first, last] = this.dirty;
    this.dirty = [Infinity, -1];
    if (last < 0 || !this.texture) return;
    const bytes = staging.width * atlas.height * staging.channels;
    const data = staging.data.subarray(first * bytes, (last + 1) * bytes);
    const format = this.channels === 1 ? gl.RED : gl.RGBA;
    this.bind();
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    const height = (last - first + 1) * atlas.height;
    const [target, y, width] = [gl.TEXTURE_2D_ARRAY, first * atlas.height, staging.width];
    gl.texSubImage3D(target, 0, 0, y, this.page, width, height, 1, format, gl.UNSIGNED_BYTE, data);
  }
}
