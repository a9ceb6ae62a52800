// A text on its way into a table: tokens, ids, ids of one length, rows; at the step that is seen.

import type { EmbeddingOutline, LookupOutline, Side } from "../schema/messages";
import type { Source, Step, VectorsResult } from "../source/source";
import type { ColumnStore } from "./columns.svelte";
import { elide, encode, exampleLength, type Encoded, type Making, type Slot } from "./encoding";
import { exampleText } from "./example";
import { tokenize, type Tokens } from "./tokenizing";
import { areTokens, Vocabulary } from "./vocabulary";

/** Of a long text so many positions at its start and end are shown. */
const HEAD = 18;
const TAIL = 6;
/** Vectors are kept at so many steps. */
const MOST_STEPS = 64;
const LONGEST_KEPT = 500;
/** The recorder's column that says which rows were chosen. */
const ROW = "row";
const NOTHING: Tokens = { tokens: [], dropped: 0, unread: 0 };

export class Lookup {
  text = $state("");
  /** Whether it is seen; then its points are lit in the picture. */
  open = $state(false);
  /** As a person wants it; null: as it is known. */
  length = $state<number | null>(null);
  side = $state<Side | null>(null);
  vocabulary = $state.raw<Vocabulary | null>(null);
  /** How much of the vocabulary is read, 0 to 1. */
  share = $state(0);
  error = $state("");
  vectors = $state.raw<(VectorsResult & { of: Map<number, number> }) | null>(null);
  readonly column: string;
  readonly known: LookupOutline | null;
  private example = "";
  private ids: Float64Array | null = null;
  private begun = false;
  private readonly answers = new Map<string, Promise<VectorsResult>>();

  constructor(
    private readonly source: Source,
    private readonly outline: EmbeddingOutline,
    private readonly columns: ColumnStore,
    private readonly step: () => Step,
  ) {
    this.known = outline.lookup;
    this.column = this.known?.column ?? columns.defaultLabel();
  }

  /** What a person typed, as far as the page's address holds it; undefined: nothing, or what stood there first. */
  get typed(): string | undefined {
    return this.text === this.example ? undefined : this.text.slice(0, LONGEST_KEPT) || undefined;
  }

  /** Whether there is anything to look up: a column of words. */
  readonly fits = $derived.by(() => {
    if (this.known) return true;
    const column = this.columns.peek(this.column);
    return column !== null && !this.outline.thumbnails && areTokens(column);
  });

  readonly read = $derived.by(() => (this.vocabulary ? tokenize(this.text, this.vocabulary) : NOTHING));

  /** How ids are made, what is not known filled in. */
  readonly making = $derived.by((): Making => {
    const { known } = this;
    const padding = known?.padding ?? (known?.length ? 0 : null);
    const around = [known?.start, known?.end].filter((id) => typeof id === "number").length;
    const example = padding === null ? null : exampleLength(this.read.tokens.length + around);
    const paddingSide = this.side ?? known?.padding_side ?? "post";
    return {
      length: padding === null ? (this.length ?? null) : (this.length ?? known?.length ?? example),
      padding,
      unknown: known?.unknown ?? null,
      start: known?.start ?? null,
      end: known?.end ?? null,
      paddingSide,
      truncationSide: known?.truncation_side ?? paddingSide,
      chosen: this.vocabulary !== null && this.ids !== null,
    };
  });

  readonly encoded = $derived.by((): Encoded =>
    encode(
      this.read.tokens,
      this.making,
      (point) => this.ids?.[point] ?? point,
      (id) => this.pointOf(id),
    ),
  );

  /** The model's input: padded where it is. */
  readonly input = $derived.by((): Slot[] => this.encoded.padded ?? this.encoded.slots);
  readonly shownSlots = $derived.by(() => elide(this.encoded.slots, HEAD, TAIL));
  readonly shownInput = $derived.by(() => elide(this.input, HEAD, TAIL));

  /** The points whose numbers are shown, each once. */
  readonly rows = $derived.by((): number[] => {
    const rows = this.shownInput.flatMap((each) => ("at" in each ? [this.input[each.at]!.row] : []));
    return [...new Set(rows)].filter((row) => row >= 0);
  });

  /** The points of the text, each once; padding that is passed over is none of them. */
  readonly lit = $derived.by((): number[] => {
    if (!this.open) return [];
    const seen = this.input.filter(({ role }) => role !== "padding" || !this.known?.mask);
    return [...new Set(seen.map(({ row }) => row))].filter((row) => row >= 0);
  });

  /** The same, one bit a point; null: nothing is lit. */
  readonly matches = $derived.by((): Uint8Array | null => {
    if (!this.lit.length) return null;
    const bits = new Uint8Array(Math.ceil(this.outline.n / 8));
    for (const row of this.lit) bits[row >> 3]! |= 1 << (row & 7);
    return bits;
  });

  /** Read the vocabulary, when the view is first seen. */
  async begin(): Promise<void> {
    if (this.begun) return;
    this.begun = true;
    try {
      const column = await this.columns.load(this.column);
      const chosen = this.known && this.columns.outlines.some(({ name, kind }) => name === ROW && kind === "integer");
      if (chosen) this.ids = (await this.columns.load(ROW)).values;
      this.vocabulary = await Vocabulary.read(column, (share) => (this.share = share));
      this.share = 1;
      if (!this.text) this.text = this.example = exampleText(column, this.vocabulary);
    } catch (error) {
      this.error = (error as Error).message;
      this.begun = false;
    }
  }

  /** Fetch the numbers of what is shown, at the step that is seen. */
  async follow(): Promise<void> {
    const [rows, step] = [this.rows, this.step()];
    if (!rows.length) return;
    try {
      const found = await this.ask(rows, step);
      if (rows !== this.rows || step !== this.step()) return;
      this.vectors = { ...found, of: new Map(rows.map((row, place) => [row, place])) };
      this.error = "";
    } catch (error) {
      this.error = (error as Error).message;
    }
  }

  /** Have the numbers of a step ready before it is seen. */
  async prepare(step: number): Promise<void> {
    if (this.open && this.rows.length) await this.ask(this.rows, step).catch(() => undefined);
  }

  /** The numbers of a point, null while they are not here. */
  vectorOf(row: number): Float32Array | null {
    const place = this.vectors?.of.get(row);
    if (!this.vectors || place === undefined) return null;
    const { d } = this.vectors;
    return this.vectors.vectors.subarray(place * d, (place + 1) * d);
  }

  private ask(rows: number[], step: Step): Promise<VectorsResult> {
    const key = `${step}/${rows.join()}`;
    const known = this.answers.get(key);
    if (known) return known;
    const asked = this.source.vectors(this.outline.index, rows, step);
    this.answers.set(key, asked);
    asked.catch(() => this.answers.delete(key));
    for (const old of [...this.answers.keys()].slice(0, -MOST_STEPS)) this.answers.delete(old);
    return asked;
  }

  private pointOf(id: number): number {
    if (this.ids) return this.ids.indexOf(id);
    return id < this.outline.n ? id : -1;
  }
}
