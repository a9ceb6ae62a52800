// How the points of one embedding look beside their colours: sizes, opacities, lines, contours, names of regions.

import type { RegionNames } from "../scene/regionNames";
import type { ColumnData } from "../source/column";
import type { ColumnStore } from "./columns.svelte";
import { rangeOf } from "./coloring";
import { linksByGroup, linksByNext, nextColumn } from "./links";
import type { Placement } from "./placement";
import { namesOf, regionsOf } from "./regions";
import { opacitiesBy, sizesBy, withOpacity } from "./sizing";
import { boundsOf } from "../scene/density";

/** What a person set, as the address keeps it: letters and columns. */
export interface Looks {
  sizeBy?: string;
  opacityBy?: string;
  linkBy?: string;
  orderBy?: string;
  nameBy?: string;
  contours?: boolean;
  clear?: boolean;
  thumbnailSize?: number;
}

const THUMBNAIL = 28;
/** Standard deviations for the hills of the whole picture and of its parts, as shares of its longer side. */
const [COARSE, FINE] = [0.026, 0.011];

export class Appearance {
  sizeBy = $state("");
  opacityBy = $state("");
  /** The column whose groups are joined by lines, or that holds the next row. */
  linkBy = $state("");
  /** The column that orders the points of each line; empty: as they come. */
  orderBy = $state("");
  /** The column whose words name regions. */
  nameBy = $state("");
  contours = $state(false);
  /** What is far does not fade. */
  clear = $state(false);
  thumbnailSize = $state(THUMBNAIL);
  error = $state("");
  naming = $state(false);
  names = $state.raw<RegionNames | null>(null);
  sizes = $state.raw<Uint8Array | null>(null);
  links = $state.raw<Uint32Array<ArrayBuffer> | null>(null);
  private opacities = $state.raw<Uint8Array | null>(null);
  private asked = 0;
  private last: { rgba: Uint8Array; opacities: Uint8Array; out: Uint8Array } | null = null;

  constructor(private readonly columns: ColumnStore) {}

  /** The columns that hold numbers. */
  get numeric(): string[] {
    const kinds = ["integer", "number", "time"];
    return this.columns.outlines.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
  }

  /** The columns whose words may name a region. */
  get wordy(): string[] {
    const kinds = ["text", "category", "boolean"];
    return this.columns.outlines.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
  }

  /** The column that says which row follows, as the Embedding Projector calls it; empty: none does. */
  get next(): string {
    return nextColumn(this.columns.outlines.map(({ name }) => name));
  }

  /** The largest value by which points are sized. */
  get largest(): number {
    const values = this.columns.peek(this.sizeBy)?.values;
    return (values && rangeOf(values)?.maximum) ?? NaN;
  }

  /** Another step is seen: what follows from columns that change with it is made again. */
  moved(): void {
    const { columns, sizeBy, opacityBy } = this;
    if (columns.changes(sizeBy)) void this.sizesOf(sizeBy);
    if (columns.changes(opacityBy)) void this.opacitiesOf(opacityBy);
  }

  /** Whether anything is set. */
  get changed(): boolean {
    return Object.values(this.looks()).some((value) => value !== undefined);
  }

  async sizesOf(name: string): Promise<void> {
    this.sizeBy = name;
    const column = await this.load(name);
    if (this.sizeBy === name) this.sizes = column?.values ? sizesBy(column.values) : null;
  }

  async opacitiesOf(name: string): Promise<void> {
    this.opacityBy = name;
    const column = await this.load(name);
    if (this.opacityBy === name) this.opacities = column?.values ? opacitiesBy(column.values) : null;
  }

  /** Join points by lines: the groups of a column, each in the order of another. */
  async link(by: string, order: string): Promise<void> {
    [this.linkBy, this.orderBy] = [by, order];
    const [group, ordering] = await Promise.all([this.load(by), this.load(order)]);
    if (this.linkBy !== by || this.orderBy !== order) return;
    const joined = group && (by === this.next ? linksByNext(group) : linksByGroup(group, ordering));
    this.links = joined;
    if (joined && !joined.length) this.error = `No two points share a value of “${by}”, so there is nothing to join.`;
  }

  /** Name the regions of a picture; an empty column takes the names away. */
  async name(placement: Placement | null, states: Uint8Array, importance: Uint32Array | null): Promise<void> {
    const { nameBy } = this;
    const ticket = ++this.asked;
    const wanted = () => ticket === this.asked;
    if (!nameBy || !placement || placement.dimensions !== 2) return void (this.names = null);
    this.naming = true;
    try {
      const column = await this.load(nameBy);
      const seen = (row: number) => !(states[row]! & 3); // neither hidden nor faded
      const bounds = boundsOf(placement.positions);
      const named = async (blur: number) =>
        column && namesOf(regionsOf(placement.positions, seen, bounds, blur), column, importance, wanted);
      const [coarse, fine] = [await named(COARSE), wanted() ? await named(FINE) : null];
      if (wanted()) this.names = coarse && fine && { coarse, fine };
    } finally {
      if (wanted()) this.naming = false;
    }
  }

  /** The same array as before where nothing has changed. */
  paint(rgba: Uint8Array): Uint8Array {
    const { opacities, last } = this;
    if (!opacities) return rgba;
    if (last?.rgba === rgba && last.opacities === opacities) return last.out;
    this.last = { rgba, opacities, out: withOpacity(rgba, opacities) };
    return this.last.out;
  }

  /** What is set, for the address. */
  looks(): Looks {
    return {
      sizeBy: this.sizeBy || undefined,
      opacityBy: this.opacityBy || undefined,
      linkBy: this.linkBy === this.next ? undefined : this.linkBy || "-",
      orderBy: this.orderBy || undefined,
      nameBy: this.nameBy || undefined,
      contours: this.contours || undefined,
      clear: this.clear || undefined,
      thumbnailSize: this.thumbnailSize === THUMBNAIL ? undefined : this.thumbnailSize,
    };
  }

  follow(looks: Looks = {}): void {
    const known = (name: string | undefined) => (name && this.columns.has(name) ? name : "");
    void this.sizesOf(known(looks.sizeBy));
    void this.opacitiesOf(known(looks.opacityBy));
    void this.link(looks.linkBy === undefined ? this.next : known(looks.linkBy), known(looks.orderBy));
    this.nameBy = known(looks.nameBy);
    this.contours = Boolean(looks.contours);
    this.clear = Boolean(looks.clear);
    this.thumbnailSize = looks.thumbnailSize ?? THUMBNAIL;
  }

  /** Everything as it was at first. */
  reset(): void {
    this.follow();
  }

  private async load(name: string): Promise<ColumnData | null> {
    this.error = "";
    if (!name) return null;
    try {
      return await this.columns.load(name);
    } catch (error) {
      this.error = (error as Error).message;
      return null;
    }
  }
}
