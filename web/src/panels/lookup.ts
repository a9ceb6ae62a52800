// What the lookup says of itself: every step in words that somebody understands who never saw one.

import { formatCount, formatNumber } from "../source/column";
import type { Encoded, Role, Slot } from "../state/encoding";
import type { Lookup } from "../state/lookup.svelte";
import { CUT_SAID, MOST_CHARACTERS } from "../state/tokenizing";

/** Several sizes as Keras, PyTorch and NumPy write them. */
export function shape(...sizes: number[]): string {
  return `(${sizes.map((size) => formatCount(size)).join(", ")})`;
}

const NAMES: Record<Role, string> = {
  token: "",
  unknown: "out of vocabulary",
  unseen: "not among the recorded rows",
  padding: "padding",
  start: "start",
  end: "end",
};

/** What stands at a position, for a person. */
export function slotName({ role, text }: Slot): string {
  return role === "token" || role === "unknown" || role === "unseen" ? text : NAMES[role];
}

export function slotTitle(slot: Slot): string {
  const what = slot.role === "token" ? slot.text : [slot.text, NAMES[slot.role]].filter(Boolean).join(": ");
  if (slot.id === null) return what;
  return `${what}, row ${formatCount(slot.id)}${slot.row < 0 ? ", which is none of the points" : ""}`;
}

/** How the text was read. */
export function readSaid({ vocabulary, read }: Lookup): string {
  if (!vocabulary) return "";
  const { cut, lower } = vocabulary.style;
  const said = [`${lower ? "In small letters, " : ""}${CUT_SAID[cut]}, as the vocabulary suggests.`];
  if (read.dropped) said.push(`${counted(read.dropped, "sign")} of punctuation left out.`);
  if (read.unread) {
    said.push(
      `Only the first ${formatCount(MOST_CHARACTERS)} characters are read, ${formatCount(read.unread)} are not.`,
    );
  }
  return capital(said.join(" "));
}

/** What became of tokens that the vocabulary does not have. */
export function unknownSaid({ encoded, making, known }: Lookup): string {
  const { unknown, unseen } = countRoles(encoded);
  if (unseen) return `${counted(unseen, "token")} not among the recorded rows: the table may have more of them.`;
  if (unknown) {
    const those = unknown === 1 ? "1 token is" : `${formatCount(unknown)} tokens are`;
    return `${those} not in the vocabulary and became${unknown === 1 ? "" : " all"} row ${making.unknown}: out of vocabulary.`;
  }
  if (!encoded.lost) return "";
  const why = known ? "no row stands for such tokens" : "a table of words has nothing to show for them";
  return `${counted(encoded.lost, "token")} not in the vocabulary, left out: ${why}.`;
}

function countRoles({ slots }: Encoded): Record<"unknown" | "unseen", number> {
  const count = (role: Role) => slots.filter((slot) => slot.role === role).length;
  return { unknown: count("unknown"), unseen: count("unseen") };
}

/** How ids came to one length, and what of that is only an example. */
export function paddedSaid(lookup: Lookup): string {
  const { encoded, making, known, length, side } = lookup;
  if (!encoded.padded) return "";
  const fill = encoded.padded.filter(({ role }) => role === "padding").length;
  const where = making.paddingSide === "pre" ? "in front" : "behind";
  const said: string[] = [];
  if (fill) said.push(`Filled up ${where} with ${formatCount(fill)} × row ${making.padding}.`);
  if (encoded.cut) {
    const end = making.truncationSide === "post" ? "last" : "first";
    said.push(`Too long: the ${end} ${encoded.cut === 1 ? "token" : `${formatCount(encoded.cut)} tokens`} cut off.`);
  }
  if (length === null && !known?.length) said.push("The run does not say how long its texts are; this is an example.");
  else if (length !== null && known?.length) said.push(`The model was trained with ${formatCount(known.length)}.`);
  if (fill && side === null && !known?.padding_side) said.push("It does not say on which side.");
  return said.join(" ");
}

/** What the model does with padding. */
export function maskSaid({ input, known }: Lookup): string {
  if (!input.some(({ role }) => role === "padding")) return "";
  if (known?.mask) return "Padding is pale: it has a row like any token, but the mask lets later layers pass over it.";
  if (known?.mask === false) return "Padding has a row like any token. There is no mask: later layers read it, too.";
  return "Padding has a row like any token. Whether later layers pass over it is not known.";
}

/** A number of a vector. */
export function cellSaid(name: string, dimension: number, d: number, value: number): string {
  return `${name} · dimension ${dimension + 1} of ${formatCount(d)} · ${Number.isNaN(value) ? "NaN" : formatNumber(value)}`;
}

function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${formatCount(count)} ${what}s`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
