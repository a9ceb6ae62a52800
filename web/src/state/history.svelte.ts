// What a person did, to be taken back and done again. Bounded in number and in bytes: the oldest goes first.

export interface Deed {
  /** What it was, in words: "the selection of 12 points". */
  says: string;
  /** Deeds of one kind in quick succession, such as the drag of a slider, are one. */
  joins?: string;
  /** What remembering it takes, roughly. */
  bytes: number;
  undo(): void | Promise<void>;
  redo(): void | Promise<void>;
}

const MOST_DEEDS = 300;
const MOST_BYTES = 48 << 20;
const JOIN_MS = 900;

export class History {
  error = $state("");
  private done = $state.raw<readonly Deed[]>([]);
  private undone = $state.raw<readonly Deed[]>([]);
  private lastAt = -Infinity;
  /** One after the other, however fast the keys are pressed. */
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly mostBytes = MOST_BYTES) {}

  /** What undoing would take back; empty: nothing. */
  get before(): string {
    return this.done.at(-1)?.says ?? "";
  }

  /** What redoing would do again; empty: nothing. */
  get after(): string {
    return this.undone.at(-1)?.says ?? "";
  }

  /** A person has done something. */
  did(deed: Deed, now = performance.now()): void {
    const last = this.done.at(-1);
    const joined = deed.joins !== undefined && last?.joins === deed.joins && now - this.lastAt < JOIN_MS;
    this.lastAt = now;
    this.undone = [];
    this.error = "";
    const kept = joined ? [...this.done.slice(0, -1), { ...deed, undo: last!.undo }] : [...this.done, deed];
    this.done = this.bounded(kept);
  }

  undo(): Promise<void> {
    return this.next(async () => {
      const deed = this.done.at(-1);
      if (!deed) return;
      this.done = this.done.slice(0, -1);
      await deed.undo();
      this.undone = [...this.undone, deed];
    });
  }

  redo(): Promise<void> {
    return this.next(async () => {
      const deed = this.undone.at(-1);
      if (!deed) return;
      this.undone = this.undone.slice(0, -1);
      await deed.redo();
      this.done = [...this.done, deed];
    });
  }

  private next(act: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(async () => {
      this.error = "";
      this.lastAt = -Infinity;
      try {
        await act();
      } catch (error) {
        this.error = (error as Error).message;
      }
    });
    return this.queue;
  }

  private bounded(deeds: Deed[]): Deed[] {
    let bytes = 0;
    let first = deeds.length;
    while (first > 0 && deeds.length - first < MOST_DEEDS && (bytes += deeds[first - 1]!.bytes) <= this.mostBytes)
      first--;
    return deeds.slice(Math.min(first, deeds.length - 1));
  }
}
