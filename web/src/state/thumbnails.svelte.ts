// The thumbnails of one embedding: fetched page by page, decoded by the browser, handed to the scene for
// the picture and to the panels one by one.

import type { ThumbnailsOutline } from "../schema/messages";
import type { BitmapPage, ThumbnailPage as ScenePage, ThumbnailSource } from "../scene/types";
import type { Source, ThumbnailPage } from "../source/source";

/** Sprites are decoded in strips of about this height, so that no decoded picture is too large. */
const STRIP_HEIGHT = 2048;

export class ThumbnailStore {
  /** What is wrong with some of the images, in one sentence; empty when nothing is. */
  problem = $state("");
  private readonly pending = new Map<number, Promise<ThumbnailPage>>();
  private unreadable = 0;

  constructor(
    private readonly source: Source,
    private readonly embedding: number,
    readonly outline: ThumbnailsOutline,
  ) {}

  /** What the scene draws from. */
  forScene(): ThumbnailSource {
    const { count, width, height } = this.outline;
    return { count, width, height, pages: (signal) => this.pages(signal) };
  }

  /** One point's image, null where there is none. */
  async image(row: number): Promise<ImageBitmap | null> {
    const { count, form, width, height, columns, rows_per_page } = this.outline;
    if (row >= count) return null;
    if (form === "sprite") {
      const { sprite } = await this.page(0);
      const [x, y] = [(row % columns) * width, Math.floor(row / columns) * height];
      return createImageBitmap(sprite!, x, y, width, height);
    }
    const page = await this.page(Math.floor(row / rows_per_page));
    const index = row % rows_per_page;
    if (page.files) return page.files[index] ? createImageBitmap(page.files[index]) : null;
    return createImageBitmap(this.toImage(page.pixels!, index));
  }

  private page(index: number): Promise<ThumbnailPage> {
    let page = this.pending.get(index);
    if (!page) {
      page = this.source.thumbnails(this.embedding, index);
      page.then(
        ({ notes }) => notes[0] && (this.problem = notes[0]),
        (error: Error) => {
          this.pending.delete(index);
          this.problem = error.message;
        },
      );
      this.pending.set(index, page);
    }
    return page;
  }

  private async *pages(signal: AbortSignal): AsyncIterable<ScenePage> {
    if (this.outline.form === "sprite") yield* this.strips(signal);
    else {
      const { count, rows_per_page } = this.outline;
      for (let start = 0; start < count && !signal.aborted; start += rows_per_page) {
        const page = await this.page(start / rows_per_page);
        if (page.files) yield await this.grid(page.files, start);
        else yield this.pixelPage(page.pixels!, start);
      }
    }
  }

  private pixelPage(pixels: Uint8Array, start: number): ScenePage {
    const { width, height, channels } = this.outline;
    const count = pixels.length / (width * height * channels);
    return { start, count, pixels, channels: channels as 1 | 3 | 4 };
  }

  private async *strips(signal: AbortSignal): AsyncIterable<BitmapPage> {
    const { count, width, height, columns } = this.outline;
    const { sprite } = await this.page(0);
    const lines = Math.max(1, Math.floor(STRIP_HEIGHT / height));
    for (let line = 0; line * columns < count && !signal.aborted; line += lines) {
      const start = line * columns;
      const inStrip = Math.min(count - start, lines * columns);
      const tall = Math.ceil(inStrip / columns) * height;
      const bitmap = await createImageBitmap(sprite!, 0, line * height, columns * width, tall).catch(() => null);
      if (!bitmap) {
        this.problem = "The sprite is damaged: this browser cannot read it as a picture.";
        return;
      }
      yield { start, count: inStrip, bitmap, columns };
    }
  }

  /** Image files of any size, each fitted into a cell of one picture. A file that cannot be read leaves its cell empty. */
  private async grid(files: (Blob | null)[], start: number): Promise<BitmapPage> {
    const { width, height } = this.outline;
    const columns = Math.ceil(Math.sqrt(files.length));
    const canvas = new OffscreenCanvas(columns * width, Math.ceil(files.length / columns) * height);
    const context = canvas.getContext("2d")!;
    await Promise.all(
      files.map(async (file, index) => {
        const image = file && (await createImageBitmap(file).catch(() => this.cannotRead()));
        if (!image) return;
        const scale = Math.min(width / image.width, height / image.height);
        const [w, h] = [image.width * scale, image.height * scale];
        const x = (index % columns) * width + (width - w) / 2;
        const y = Math.floor(index / columns) * height + (height - h) / 2;
        context.drawImage(image, x, y, w, h);
        image.close();
      }),
    );
    return { start, count: files.length, bitmap: canvas.transferToImageBitmap(), columns };
  }

  private cannotRead(): null {
    this.unreadable++;
    this.problem = `${this.unreadable} image ${this.unreadable === 1 ? "file" : "files"} cannot be read and stay points.`;
    return null;
  }

  private toImage(pixels: Uint8Array, index: number): ImageData {
    const { width, height, channels } = this.outline;
    const image = new ImageData(width, height);
    const offset = index * width * height * channels;
    for (let i = 0; i < width * height; i++) {
      const at = offset + i * channels;
      for (let k = 0; k < 3; k++) image.data[i * 4 + k] = pixels[at + (channels === 1 ? 0 : k)]!;
      image.data[i * 4 + 3] = channels === 4 ? pixels[at + 3]! : 255;
    }
    return image;
  }
}
