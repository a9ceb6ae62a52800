// The whole page's state: what was opened, which embedding is looked at, and how the page looks.

import { SvelteMap } from "svelte/reactivity";
import type { CollectionMessage, EmbeddingOutline, NoteMessage, OpeningMessage } from "../schema/messages";
import type { Connection, Source } from "../source/source";
import { fromHash, toHash, type Address } from "./address";
import { Comparing } from "./comparing.svelte";
import { EmbeddingView } from "./embedding.svelte";
import { Layers } from "./layers.svelte";
import type { Theme } from "./palette";
import { Replay } from "./replay.svelte";
import { sameTexts, surelySame } from "./samePoints";
import { readSetting, storeSetting } from "./settings";
import { isReloaded } from "./standing";
import { Story } from "./story.svelte";
import { Tour } from "./tour.svelte";

export const FIRST_PANE = "inspect";

export type Tool = "navigate" | "box" | "lasso" | "sphere";

export class Explorer {
  collection = $state.raw<CollectionMessage | null>(null);
  opening = $state.raw<OpeningMessage | null>(null);
  failure = $state("");
  connection = $state<Connection>("here");
  theme = $state<Theme>(rememberedTheme());
  tool = $state<Tool>("navigate");
  /** The point under the pointer, in the picture or in a list; -1: none. */
  hover = $state(-1);
  leftOpen = $state(remembered("left") ?? innerWidth > 720);
  rightOpen = $state(remembered("right") ?? innerWidth > 720);
  helpOpen = $state(false);
  /** Whether the settings of how points look are unfolded. */
  looksOpen = $state(false);
  /** How high the line under the picture is, and the first row of a replay, in CSS pixels: they grow on a narrow page. */
  statementHeight = $state(0);
  replayRow = $state(0);
  /** Which view the right panel shows, as `panels/views.ts` calls it. */
  pane = $state(FIRST_PANE);
  /** Whether the right panel takes more room, over the picture. */
  wide = $state(false);
  current = $state(0);
  /** The views that are kept. */
  readonly story: Story;
  readonly tour = new Tour();
  readonly comparing: Comparing;
  private readonly views = new SvelteMap<number, EmbeddingView>();
  private readonly replays = new Map<number, Replay>();
  private readonly layered = new Map<number, Layers>();

  constructor(readonly source: Source) {
    this.story = new Story(this, source);
    source.onConnection((connection) => (this.connection = connection));
    this.comparing = new Comparing(
      source,
      () => this.collection?.embeddings ?? [],
      () => this.view,
      ({ index, source: path }) => this.views.get(index)?.replay?.recording?.name ?? path.split(/[/\\]/).at(-1) ?? "",
    );
  }

  get view(): EmbeddingView | null {
    return this.views.get(this.current) ?? null;
  }

  /** Everything a person has to know about what was opened, faults first. */
  get notes(): NoteMessage[] {
    const all = [...(this.collection?.notes ?? []), ...(this.view?.outline.notes ?? [])];
    return all.sort((a, b) => Number(b.severity === "fault") - Number(a.severity === "fault"));
  }

  /** The layers that were recorded together with what is seen; null: it was not recorded. */
  get layers(): Layers | null {
    return this.layered.get(this.view?.outline.recorded?.recording ?? -1) ?? null;
  }

  /** An embedding that is not the one that is seen. */
  viewOf(index: number): EmbeddingView | null {
    return this.views.get(index) ?? null;
  }

  async begin(): Promise<void> {
    try {
      this.collection = await this.source.collection((message) => (this.opening = message));
      this.opening = null;
      for (const outline of this.collection.embeddings) {
        this.views.set(outline.index, new EmbeddingView(this.source, outline, this.replayOf(outline)));
      }
      this.follow(fromHash(location.hash));
    } catch (error) {
      this.failure = (error as Error).message;
    }
  }

  open(index: number, address: Address = {}, again = false): void {
    this.hover = -1;
    const before = this.view;
    if (index !== this.current) this.view?.leave();
    this.current = index;
    this.view?.begin(address, again);
    // Who only goes to another embedding takes the selection along; an address brings its own.
    if (before && this.view && before !== this.view && !Object.keys(address).length) void carry(before, this.view);
    if (this.comparing.on) this.comparing.settle();
  }

  /** Look at the embedding that an address names; null: it is not there. */
  visit(address: Address): EmbeddingView | null {
    const named = this.collection?.embeddings.find((each) => each.name === address.embedding);
    if (address.embedding !== undefined && !named) return null;
    if ((named?.index ?? 0) !== this.current) this.open(named?.index ?? 0, address);
    this.pane = address.pane ?? this.pane;
    return this.view;
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    storeSetting("theme", theme);
  }

  toggleLeft(): void {
    this.leftOpen = !this.leftOpen;
    storeSetting("left", String(this.leftOpen));
  }

  toggleRight(): void {
    this.rightOpen = !this.rightOpen;
    storeSetting("right", String(this.rightOpen));
  }

  /** The address of what is seen now. */
  get hash(): string {
    const { view } = this;
    if (!view) return "";
    const embedding = this.current ? view.outline.name : undefined;
    const pane = this.pane === FIRST_PANE ? undefined : this.pane;
    return toHash({ embedding, pane, compare: this.comparing.address(), ...view.address() });
  }

  /** The steps of the recording that an embedding is part of; they are shared with the others in it. */
  private replayOf({ recorded }: EmbeddingOutline): Replay | null {
    if (!recorded) return null;
    const known = this.replays.get(recorded.recording);
    if (known) return known;
    const made = new Replay(this.source, recorded.recording, recorded.step);
    this.replays.set(recorded.recording, made);
    const together = this.collection!.embeddings.filter((each) => each.recorded?.recording === recorded.recording);
    this.layered.set(recorded.recording, new Layers(this.source, together));
    void made.load();
    return made;
  }

  private follow(address: Address): void {
    const named = this.collection?.embeddings.find((each) => each.name === address.embedding);
    const replay = this.replays.get(named?.recorded?.recording ?? 0);
    this.pane = address.pane ?? FIRST_PANE;
    if (address.step !== undefined && replay) replay.step = address.step;
    if (this.collection?.embeddings.length) this.open(named?.index ?? 0, address, isReloaded());
    if (address.compare) this.comparing.follow(address.compare);
  }
}

/** Select in one embedding what is selected in another, where both are of the same points. */
async function carry(from: EmbeddingView, to: EmbeddingView): Promise<void> {
  const mask = from.selection.mask;
  const same = surelySame(from.outline, to.outline);
  if (!same) return;
  if (same !== true) {
    const [a, b] = await Promise.all([from.columns.load(same.column), to.columns.load(same.column)]).catch(() => []);
    if (!a || !b || !sameTexts(a, b)) return;
  }
  if (mask !== to.selection.mask) to.selection.put(mask);
}

function rememberedTheme(): Theme {
  const stored = readSetting("theme");
  if (stored === "light" || stored === "dark") return stored;
  return matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
}

function remembered(name: string): boolean | null {
  const stored = readSetting(name);
  return stored === null ? null : stored === "true";
}
