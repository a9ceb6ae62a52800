// Work that the other side does: wait for its end, and say how far it is.

import type { JobMessage, JobState } from "../schema/messages";
import { Cancelled, SourceError, type Source } from "../source/source";

/** Whether a job is being worked on, or will be. */
export function moves(state: JobState): boolean {
  return state === "waiting" || state === "running";
}

/** Resolves when the job is done; fails with its error, or with `Cancelled`. */
export function finished(source: Source, started: JobMessage, progress: (job: JobMessage) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let stop: (() => void) | null = null;
    let over = false;
    stop = source.follow(started, (job) => {
      if (over) return;
      progress(job);
      if (moves(job.state) || job.state === "paused") return;
      over = true;
      stop?.();
      if (job.state === "done") resolve();
      else reject(job.state === "cancelled" ? new Cancelled() : new SourceError(job.error, 500));
    });
    if (over) stop();
  });
}
