// One view as a person left it, and a story of several, as a small file.

import type { PackedPlaces } from "./packed";

/** What is seen and how: the page's address says most of it, the rest is too long for one. */
export interface Bookmark {
  /** What a person wrote under it. */
  caption: string;
  /** The page's address after the `#`: embedding, colours, labels, search, charts, camera, step. */
  address: string;
  /** The selected points, packed. */
  selected?: string;
  /** The isolated points, packed. */
  isolated?: string;
  /** The places of the points, where they cannot be computed again at once. */
  picture?: { name: string; places: PackedPlaces };
}

export interface BookmarkFile {
  format: typeof FORMAT;
  version: number;
  /** What was opened, for whoever reads it. */
  collection: string;
  bookmarks: Bookmark[];
}

const FORMAT = "vectarium bookmarks";
const VERSION = 1;
/** Of a file's captions, and of its bookmarks. */
const LONGEST = 5000;
const MOST = 1000;

export function toFile(collection: string, bookmarks: Bookmark[]): BookmarkFile {
  return { format: FORMAT, version: VERSION, collection, bookmarks };
}

/** The bookmarks of a file of ours. Throws an Error that says what it is instead. */
export function fromFile(read: unknown): Bookmark[] {
  const file = read as Partial<BookmarkFile> | null;
  if (file?.format !== FORMAT || !Array.isArray(file.bookmarks)) {
    throw new Error("This is no file of bookmarks: neither Vectarium's nor the Embedding Projector's.");
  }
  if ((file.version ?? 0) > VERSION) throw new Error("These bookmarks were written by a newer Vectarium.");
  return file.bookmarks.slice(0, MOST).filter(isBookmark).map(cleaned);
}

function isBookmark(each: unknown): each is Bookmark {
  const { caption, address } = (each ?? {}) as Partial<Bookmark>;
  return typeof caption === "string" && typeof address === "string" && (address === "" || address.startsWith("#"));
}

/** Nothing but what a bookmark holds, each of its kind. */
function cleaned({ caption, address, selected, isolated, picture }: Bookmark): Bookmark {
  const out: Bookmark = { caption: caption.slice(0, LONGEST), address };
  if (typeof selected === "string") out.selected = selected;
  if (typeof isolated === "string") out.isolated = isolated;
  const places = picture?.places;
  const sides = (box: unknown) => Array.isArray(box) && box.length >= places!.dimensions && box.every(Number.isFinite);
  if (places && [2, 3].includes(places.dimensions) && sides(places.low) && sides(places.high)) {
    if (typeof places.data === "string") out.picture = { name: String(picture!.name), places };
  }
  return out;
}
