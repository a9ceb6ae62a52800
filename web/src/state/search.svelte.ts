// The search, as a person types it. Each keystroke takes back the question before it.

import type { SearchMode } from "../schema/messages";
import type { SearchResult, Source, Step } from "../source/source";

export class Search {
  query = $state("");
  /** Empty: every column. */
  column = $state("");
  mode = $state<SearchMode>("words");
  result = $state.raw<SearchResult | null>(null);
  error = $state("");
  busy = $state(false);
  /** Resolves when the last question is answered. */
  settled: Promise<void> = Promise.resolve();
  private pending: AbortController | null = null;

  constructor(
    private readonly source: Source,
    private readonly embedding: number,
    private readonly step: () => Step = () => null,
  ) {}

  get active(): boolean {
    return this.result !== null && this.query.trim() !== "" && !this.error;
  }

  /** Search for what is typed now. */
  run(): Promise<void> {
    this.settled = this.ask();
    return this.settled;
  }

  private async ask(): Promise<void> {
    this.pending?.abort();
    this.error = "";
    if (!this.query.trim()) {
      this.result = null;
      this.busy = false;
      return;
    }
    const pending = new AbortController();
    this.pending = pending;
    this.busy = true;
    const request = { query: this.query, column: this.column, mode: this.mode, limit: 500 };
    try {
      const result = await this.source.search(this.embedding, request, pending.signal, this.step());
      if (pending.signal.aborted) return;
      this.error = result.error;
      this.result = result.error ? null : result;
    } catch (error) {
      if (!pending.signal.aborted) this.error = (error as Error).message;
    } finally {
      if (!pending.signal.aborted) this.busy = false;
    }
  }

  clear(): void {
    this.query = "";
    void this.run();
  }
}
