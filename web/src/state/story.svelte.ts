// The views that a person keeps, and the story that they tell one after the other.

import type { BookmarksMessage } from "../schema/messages";
import type { Source } from "../source/source";
import { fromHash } from "./address";
import { type Bookmark, fromFile, toFile } from "./bookmark";
import type { EmbeddingView } from "./embedding.svelte";
import type { Explorer } from "./explorer.svelte";
import { METHOD_NAMES } from "./methods";
import { packMask, packPlaces, unpackMask, unpackPlaces } from "./packed";
import { fromProjector, isProjectors, toProjector, type Target } from "./projectorBookmarks";
import { rowsWhere } from "./selection.svelte";

/** How long a view is looked at: this, and more for each character of its caption. */
const DWELL_MS = 3000;
const READING_MS = 45;
/** A caption that is being written is kept once nobody has typed for so long. */
const SAVE_MS = 600;

export class Story {
  list = $state.raw<Bookmark[]>([]);
  /** The view that was come to last; -1: none. */
  at = $state(-1);
  playing = $state(false);
  /** Whether captions are shown over the picture: since a view was come to. */
  telling = $state(false);
  /** Where they are kept; empty: nowhere yet. */
  kept = $state("");
  error = $state("");
  /** A view is being kept or come to. */
  busy = $state(false);
  private loaded: Promise<void> | null = null;
  private saving: ReturnType<typeof setTimeout> | undefined;
  private turn: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly explorer: Explorer,
    private readonly source: Source,
  ) {}

  /** Read what was kept and what came with the data, once. */
  load(): Promise<void> {
    this.loaded ??= this.tried(async () => {
      const found = await this.source.bookmarks();
      this.take(found);
      const own = found.text ? fromFile(JSON.parse(found.text)) : [];
      const brought: Bookmark[] = [];
      if (!own.length)
        for (const { embedding, text } of found.brought) brought.push(...(await this.read(text, embedding)));
      this.list = [...own, ...brought];
    });
    return this.loaded;
  }

  /** Keep the view that is seen. */
  keep(caption = ""): Promise<void> {
    return this.tried(async () => {
      await this.load();
      const view = this.explorer.view;
      if (!view) return;
      const made = await bookmarkOf(view, this.explorer.hash, caption || said(view));
      const next = this.at < 0 ? this.list.length : this.at + 1;
      this.list = this.list.toSpliced(next, 0, made);
      this.at = next;
      await this.save();
    });
  }

  /** Come to a view. */
  go(index: number): Promise<void> {
    return this.tried(async () => {
      const bookmark = this.list[index];
      if (!bookmark) return;
      this.at = index;
      this.telling = true;
      const address = fromHash(bookmark.address);
      const view = this.explorer.visit(address);
      if (!view) throw new Error(`This view is of “${address.embedding}”, which is not open.`);
      await view.restore(address, await keptOf(bookmark, view));
    });
  }

  /** The next view, or one before. */
  step(by: number): Promise<void> {
    const next = Math.min(Math.max(this.at + by, 0), this.list.length - 1);
    return next === this.at ? Promise.resolve() : this.go(next);
  }

  /** Come to one view after the other, each for as long as its caption takes to read. */
  async play(from = this.at + 1 < this.list.length ? this.at + 1 : 0): Promise<void> {
    this.playing = true;
    await this.go(from);
    const { caption = "" } = this.list[from] ?? {};
    if (!this.playing) return;
    this.turn = setTimeout(
      () => (from + 1 < this.list.length ? void this.play(from + 1) : this.stop()),
      DWELL_MS + READING_MS * caption.length,
    );
  }

  stop(): void {
    clearTimeout(this.turn);
    this.playing = false;
  }

  /** No view is looked at as part of the story any more. */
  close(): void {
    this.stop();
    this.telling = false;
  }

  rename(index: number, caption: string): void {
    this.list = this.list.with(index, { ...this.list[index]!, caption });
    this.saveSoon();
  }

  move(index: number, by: number): void {
    const to = index + by;
    if (to < 0 || to >= this.list.length) return;
    this.list = this.list.with(index, this.list[to]!).with(to, this.list[index]!);
    if (this.at === index) this.at = to;
    this.saveSoon();
  }

  remove(index: number): void {
    this.list = this.list.toSpliced(index, 1);
    if (this.at >= index) this.at--;
    this.saveSoon();
  }

  /** The text of a file with all of them. */
  text(): string {
    return JSON.stringify(toFile(this.explorer.collection?.name ?? "", this.list));
  }

  /** The view that is seen as a file of the Embedding Projector's. Throws an Error where it has no place. */
  projectorText(): string {
    const view = this.explorer.view!;
    return JSON.stringify([toProjector(seenOf(view))]);
  }

  /** Add those of a file, ours or the Projector's. */
  add(text: string): Promise<void> {
    return this.tried(async () => {
      await this.load();
      const added = await this.read(text, this.explorer.current);
      this.list = [...this.list, ...added];
      await this.save();
    });
  }

  private async read(text: string, embedding: number): Promise<Bookmark[]> {
    let found: unknown;
    try {
      found = JSON.parse(text);
    } catch {
      throw new Error("This file of bookmarks is no JSON.");
    }
    return isProjectors(found) ? fromProjector(found, this.target(embedding)) : fromFile(found);
  }

  private target(embedding: number): Target {
    const outline = this.explorer.collection!.embeddings[embedding]!;
    const { name, n, d, columns } = outline;
    return { name, first: embedding === 0, n, d, columns: columns.map((column) => column.name) };
  }

  private saveSoon(): void {
    clearTimeout(this.saving);
    this.saving = setTimeout(() => void this.tried(() => this.save()), SAVE_MS);
  }

  private async save(): Promise<void> {
    clearTimeout(this.saving);
    this.take(await this.source.keepBookmarks(this.text()));
  }

  private take({ kept, fault }: BookmarksMessage): void {
    [this.kept, this.error] = [kept, fault];
  }

  private async tried(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.error = "";
    try {
      await work();
    } catch (error) {
      this.error = (error as Error).message;
    } finally {
      this.busy = false;
    }
  }
}

async function bookmarkOf(view: EmbeddingView, address: string, caption: string): Promise<Bookmark> {
  const { selection, isolation, layout } = view;
  const made: Bookmark = { caption, address };
  if (selection.mask && !selection.origin) made.selected = await packMask(selection.mask);
  if (isolation.mask) made.isolated = await packMask(isolation.mask);
  const computed = layout.run !== null || layout.id.startsWith("kept:");
  if (computed && layout.placement) {
    const { positions, dimensions } = layout.placement;
    const name = layout.run ? METHOD_NAMES[layout.run.request.method ?? "pca"] : (layout.choice?.name ?? "");
    made.picture = { name, places: await packPlaces(positions, dimensions) };
  }
  return made;
}

async function keptOf({ selected, isolated, picture }: Bookmark, { outline }: EmbeddingView) {
  const rows = async (text: string | undefined) => (text ? rowsWhere(await unpackMask(text, outline.n)) : null);
  return {
    selected: await rows(selected),
    isolated: await rows(isolated),
    picture: picture
      ? {
          name: picture.name,
          positions: await unpackPlaces(picture.places, outline.n),
          dimensions: picture.places.dimensions,
        }
      : null,
  };
}

function seenOf(view: EmbeddingView) {
  const { layout, isolation, selection, colors, outline } = view;
  const { placement, method, axes } = layout;
  if (!placement) throw new Error("There is no picture yet.");
  const { positions, dimensions } = placement;
  const known = method === "pca" || method === "tsne" || method === "umap" ? method : "custom";
  if (known === "custom" && dimensions === 3) {
    throw new Error("The Projector's custom pictures are flat: switch to two dimensions.");
  }
  return {
    caption: said(view),
    ...{ positions, dimensions, axes, method: known as "pca" | "tsne" | "umap" | "custom" },
    isolated: isolation.rows,
    selected: selection.rows(),
    ...{ color: colors.by, label: view.labelBy, n: outline.n, d: outline.d },
  };
}

/** What a view is called until a person writes something better. */
function said(view: EmbeddingView): string {
  const { layout, selection, search, neighborhood, outline } = view;
  const method = layout.run ? METHOD_NAMES[layout.run.request.method ?? "pca"] : (layout.choice?.name ?? "");
  if (neighborhood.row >= 0) return `What is near “${view.nameOf(neighborhood.row)}”, ${method}`;
  if (search.query) return `“${search.query}”, ${method}`;
  if (selection.count) return `${selection.count} points, ${method}`;
  return `${outline.name}, ${method}`;
}
