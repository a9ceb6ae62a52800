// The film of what is on screen: painted by the other side, watched, cancelled, and saved as a file.

import type { FilmFormat, FilmRequest, JobMessage } from "../schema/messages";
import { Cancelled, type Source } from "../source/source";
import { finished } from "./work";

export const FORMATS: Record<FilmFormat, string> = { mp4: "MP4", gif: "GIF", webp: "WebP" };
/** Width and height; a GIF holds every pixel that changes, so it is smaller. */
export const SIZES: Record<FilmFormat, [number, number][]> = {
  mp4: [
    [1280, 720],
    [1920, 1080],
    [1080, 1080],
    [720, 440],
  ],
  gif: [
    [720, 440],
    [480, 300],
    [1280, 720],
  ],
  webp: [
    [960, 540],
    [1280, 720],
    [720, 440],
  ],
};

/** What of the page a film shows; the rest of the request is chosen here. */
export type Seen = Pick<
  FilmRequest,
  "components" | "theme" | "color" | "label" | "labels" | "curve" | "regions" | "speed"
>;

export class Film {
  open = $state(false);
  format = $state<FilmFormat>("mp4");
  size = $state(0);
  job = $state.raw<JobMessage | null>(null);
  error = $state("");
  private starting = false;

  constructor(private readonly source: Source) {}

  choose(format: FilmFormat): void {
    [this.format, this.size] = [format, 0];
  }

  /** Have it made; resolves with the file, or null where it was cancelled or failed. */
  async make(timeline: string, seen: Seen): Promise<Blob | null> {
    if (this.job || this.starting) return null;
    [this.starting, this.error] = [true, ""];
    const [width, height] = SIZES[this.format][this.size]!;
    try {
      const started = await this.source.startFilm(timeline, { ...seen, format: this.format, width, height });
      if (started.state !== "done") await finished(this.source, started, (message) => (this.job = message));
      return await this.source.film(started.job);
    } catch (error) {
      if (!(error instanceof Cancelled)) this.error = (error as Error).message;
      return null;
    } finally {
      [this.starting, this.job] = [false, null];
    }
  }

  async cancel(): Promise<void> {
    if (this.job) await this.source.cancel(this.job.job);
  }
}
