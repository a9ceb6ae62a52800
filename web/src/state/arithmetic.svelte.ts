// A sum of points, as a person types it, and what lies nearest to it: king − man + woman.

import type { ArithmeticRequest, Metric } from "../schema/messages";
import type { ArithmeticResult, Source, Step } from "../source/source";
import type { ColumnData } from "../source/column";
import { preparingOf, type Preparing } from "./preparation";

const REGEX_SPECIAL = /[.*+?^${}()|[\]\\]/g;
/** A sign after a space begins another word. */
const SIGN = /(^|\s)[+\-−–]\s*/g;
const SUGGESTED = 7;

export class Arithmetic {
  expression = $state("");
  metric = $state<Metric>("cosine");
  k = $state(20);
  /** Whether the given points are left out. */
  leaveOut = $state(true);
  result = $state.raw<ArithmeticResult | null>(null);
  error = $state("");
  /** Words near one that is not there. */
  near = $state.raw<string[]>([]);
  busy = $state(false);
  suggestions = $state.raw<string[]>([]);
  private pending: AbortController | null = null;
  private guessing: AbortController | null = null;

  constructor(
    private readonly source: Source,
    private readonly embedding: number,
    /** The column of the labels; empty: there is none. */
    private readonly column: () => string,
    private readonly preparing: () => Preparing,
    private readonly step: () => Step = () => null,
  ) {}

  get possible(): boolean {
    return this.column() !== "";
  }

  get active(): boolean {
    return this.result !== null;
  }

  async run(): Promise<void> {
    this.pending?.abort();
    this.suggestions = [];
    this.error = "";
    this.near = [];
    const expression = this.expression.trim();
    if (!expression) return this.clear();
    const pending = (this.pending = new AbortController());
    const { metric, k } = this;
    const asked: ArithmeticRequest = { expression, column: this.column(), k, metric, ...preparingOf(this.preparing()) };
    if (!this.leaveOut) asked.leave_out = false;
    this.busy = true;
    try {
      const result = await this.source.arithmetic(this.embedding, asked, pending.signal, this.step());
      if (pending.signal.aborted) return;
      [this.error, this.near] = [result.error, result.near];
      this.result = result.error ? null : result;
    } catch (error) {
      if (pending.signal.aborted) return;
      [this.result, this.error] = [null, (error as Error).message];
    }
    this.busy = false;
  }

  /** Ask again, after the metric, the space or the step was changed. */
  async refresh(): Promise<void> {
    if (this.active || this.error) await this.run();
  }

  clear(): void {
    this.pending?.abort();
    this.guessing?.abort();
    [this.expression, this.result, this.error] = ["", null, ""];
    [this.near, this.suggestions, this.busy] = [[], [], false];
  }

  /** Labels that begin as the word that is being typed does. */
  async suggest(labels: ColumnData | null): Promise<void> {
    this.guessing?.abort();
    const word = lastWord(this.expression);
    if (!labels || !word.text) return void (this.suggestions = []);
    const guessing = (this.guessing = new AbortController());
    const query = `(?i)^${word.text.replace(REGEX_SPECIAL, "\\$&")}`;
    const request = { query, column: this.column(), mode: "regex" as const, limit: 50 };
    const found = await this.source.search(this.embedding, request, guessing.signal, this.step()).catch(() => null);
    if (!found || guessing.signal.aborted) return;
    const texts = new Set(Array.from(found.rows, (row) => labels.text(row) ?? ""));
    texts.delete("");
    const all = [...texts];
    this.suggestions = all.length === 1 && all[0] === word.text ? [] : all.slice(0, SUGGESTED);
  }

  /** Put a suggestion, or a word that is near, where a word stands. */
  accept(label: string, instead = lastWord(this.expression).text): void {
    const at = this.expression.lastIndexOf(instead);
    const written = /\s[+\-−–]|"/.test(` ${label}`) ? `"${label}"` : label;
    if (at >= 0) this.expression = this.expression.slice(0, at) + written + this.expression.slice(at + instead.length);
    this.suggestions = [];
  }
}

/** The word that is being typed: what stands after the last sign. */
export function lastWord(expression: string): { text: string; start: number } {
  let start = 0;
  for (const sign of expression.matchAll(SIGN)) start = sign.index + sign[0].length;
  const text = expression.slice(start);
  const quoted = text.startsWith('"') ? 1 : 0;
  return { text: text.slice(quoted), start: start + quoted };
}
