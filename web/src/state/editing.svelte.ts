// What a person adds to an embedding: tags in columns, and named selections. The server keeps them beside the data.

import type { EditedColumn, EditedMessage, EmbeddingOutline, NamedOutline, TableForm } from "../schema/messages";
import type { EditingSource, NamedFile } from "../source/editing";
import { bitsOf, maskOfBits } from "./bits";
import type { ColumnStore } from "./columns.svelte";
import type { History } from "./history.svelte";
import type { Selection } from "./selection.svelte";

export class Editing {
  columns = $state.raw<readonly EditedColumn[]>([]);
  named = $state.raw<readonly NamedOutline[]>([]);
  /** Where it is kept; empty: not yet. */
  kept = $state("");
  fault = $state("");
  error = $state("");
  busy = $state(false);
  private serial = 0;
  private readonly embedding: number;
  private readonly n: number;
  /** Columns that have other values than a moment ago. */
  private readonly listeners = new Set<(names: readonly string[]) => void>();

  constructor(
    private readonly source: EditingSource | null,
    { index, n }: EmbeddingOutline,
    private readonly store: ColumnStore,
    private readonly selection: Selection,
    private readonly history: History,
    private readonly step: () => number | null,
  ) {
    [this.embedding, this.n] = [index, n];
    source?.onEdited((edited) => edited.edited === index && this.heard(edited));
  }

  get possible(): boolean {
    return this.source !== null;
  }

  /** The columns that a person made or changed. */
  get touched(): readonly EditedColumn[] {
    return this.columns.filter(({ own, edited }) => own || edited);
  }

  onChange(listener: (names: readonly string[]) => void): void {
    this.listeners.add(listener);
  }

  /** The values there are in a column already, for whoever types one. */
  async values(name: string): Promise<string[]> {
    return this.store.has(name) ? (await this.store.load(name)).categories : [];
  }

  /** Give the selected points a value in a column. */
  tag(column: string, value: string): Promise<boolean> {
    const bits = this.bits();
    const { count } = this.selection;
    return this.attempt(async (source) => {
      let { edit, state } = await source.tag(this.embedding, { column, value }, bits);
      this.heard(state);
      this.history.did({
        says: value ? `tagging ${count} as ${value}` : `untagging ${count}`,
        bytes: bits.byteLength,
        undo: async () => this.heard(await source.undo(this.embedding, edit)),
        redo: async () => {
          ({ edit, state } = await source.tag(this.embedding, { column, value }, bits));
          this.heard(state);
        },
      });
    });
  }

  /** Take an own column away, or what was edited in another one. */
  drop(column: string): Promise<boolean> {
    return this.attempt(async (source) => {
      let { edit, state } = await source.drop(this.embedding, column);
      this.heard(state);
      this.history.did({
        says: `removing ${column}`,
        bytes: 256,
        undo: async () => this.heard(await source.undo(this.embedding, edit)),
        redo: async () => {
          ({ edit, state } = await source.drop(this.embedding, column));
          this.heard(state);
        },
      });
    });
  }

  /** Keep the selection under a name. */
  name(name: string): Promise<boolean> {
    const bits = this.bits();
    return this.attempt(async (source) => {
      const { id, state } = await source.name(this.embedding, { name }, bits);
      this.heard(state);
      const { color } = state.selections.find((each) => each.id === id)!;
      this.history.did({
        says: `naming ${name}`,
        bytes: bits.byteLength,
        undo: async () => this.heard(await source.forget(this.embedding, id)),
        redo: async () => this.heard((await source.name(this.embedding, { name, id, color }, bits)).state),
      });
    });
  }

  rename({ id, name: before }: NamedOutline, name: string): Promise<boolean> {
    return this.attempt(async (source) => {
      const call = async (called: string) => this.heard(await source.rename(this.embedding, id, called));
      await call(name);
      this.history.did({ says: `renaming ${before}`, bytes: 256, undo: () => call(before), redo: () => call(name) });
    });
  }

  forget({ id, name, color }: NamedOutline): Promise<boolean> {
    return this.attempt(async (source) => {
      const { selected } = await source.named(this.embedding, id);
      const forget = async () => this.heard(await source.forget(this.embedding, id));
      await forget();
      this.history.did({
        says: `deleting ${name}`,
        bytes: selected.byteLength,
        undo: async () => this.heard((await source.name(this.embedding, { name, id, color }, selected)).state),
        redo: forget,
      });
    });
  }

  /** The points of a named selection, one byte each. */
  async maskOf(id: string): Promise<Uint8Array | null> {
    let mask: Uint8Array | null = null;
    await this.attempt(async (source) => {
      mask = maskOfBits((await source.named(this.embedding, id)).selected, this.n);
    });
    return mask;
  }

  /** All columns as a file: of the selected points, or of all. */
  async table(format: TableForm, selected: boolean): Promise<NamedFile | null> {
    let file: NamedFile | null = null;
    await this.attempt(async (source) => {
      file = await source.table(this.embedding, format, selected ? this.bits() : null, this.step());
    });
    return file;
  }

  private bits(): Uint8Array {
    return bitsOf(this.selection.mask ?? new Uint8Array(this.n));
  }

  /** Answers and what the socket tells may come in another order than they were made. */
  private heard({ serial, columns, selections, kept, fault }: EditedMessage): void {
    if (serial < this.serial) return;
    this.serial = serial;
    const before = new Map(this.columns.map(({ name, revision }) => [name, revision]));
    const changed = columns
      .filter(({ name, revision }) => revision !== (before.get(name) ?? 0))
      .map(({ name }) => name);
    const gone = [...before.keys()].filter((name) => columns.every((each) => each.name !== name));
    [this.columns, this.named, this.kept, this.fault] = [columns, selections, kept, fault];
    const all = [...changed, ...gone];
    const listed = columns.map(({ name, kind }) => ({ name, kind }));
    if (!all.length && listed.length === this.store.outlines.length) return;
    this.store.renew(listed, all);
    for (const listener of this.listeners) listener(all);
  }

  private async attempt(act: (source: EditingSource) => Promise<void>): Promise<boolean> {
    if (!this.source) return false;
    this.error = "";
    this.busy = true;
    try {
      await act(this.source);
      return true;
    } catch (error) {
      this.error = (error as Error).message;
      return false;
    } finally {
      this.busy = false;
    }
  }
}
