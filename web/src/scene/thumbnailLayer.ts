/** Which thumbnails there are and whether they are what is drawn. */
import type { Points } from "./points";
import { Thumbnails } from "./thumbnails";
import type { ThumbnailSource } from "./types";

export class ThumbnailLayer {
  /** CSS pixels of the longer side. */
  size = 28;
  private shown = false;
  private source: ThumbnailSource | null = null;
  private loaded: Thumbnails | null = null;

  constructor(
    private readonly gl: WebGL2RenderingContext,
    private readonly points: Points,
    private readonly changed: () => void,
    private readonly busy: () => boolean,
  ) {}

  /** The thumbnails, where they are what is drawn. */
  get drawn(): Thumbnails | null {
    return this.shown && this.loaded?.ready ? this.loaded : null;
  }

  get hasImage(): Uint8Array | null {
    return this.loaded?.hasImage ?? null;
  }

  get note(): string {
    return this.loaded?.note ?? "";
  }

  /** Take another source; null: there is none. It is read when it is first shown. */
  set(source: ThumbnailSource | null): void {
    this.loaded?.destroy();
    this.loaded = null;
    this.source = source;
    this.points.clearImages();
    this.load();
  }

  show(on: boolean, size: number): void {
    this.shown = on;
    this.size = size;
    this.load();
  }

  /** Read the source again, after the graphics were lost. */
  restore(): void {
    this.set(this.source);
  }

  destroy(): void {
    this.loaded?.destroy();
  }

  private load(): void {
    if (!this.source || !this.shown || this.loaded) return;
    const arrived = (start: number, end: number) => {
      const last = Math.min(end, this.points.n);
      if (start < last) this.points.markImages(start, last, made.hasImage);
      this.changed();
    };
    const made = new Thumbnails(this.gl, this.source, arrived, this.busy);
    this.loaded = made;
    made.load().then(this.changed, (problem) => {
      console.warn("Thumbnails could not be read; their points stay discs.", problem);
    });
  }
}
