// From one embedding's points to another's: colours, states and places carried over, and a blend of two pictures.

import { State } from "../scene/types";
import type { ComparisonResult } from "../source/comparing";
import type { ColumnData } from "../source/column";
import { formatCount } from "../source/column";

/** Which point is which: the other's row of each row, and back; -1 where there is none. */
export interface Correspondence {
  there: Int32Array;
  back: Int32Array;
  /** One byte a point of the first: whether it is in both; null: all are. */
  shared: Uint8Array | null;
}

export function correspondence({ rows, other_rows }: ComparisonResult, n: number, other: number): Correspondence {
  const [there, back] = [new Int32Array(n).fill(-1), new Int32Array(other).fill(-1)];
  const shared = rows.length < n ? new Uint8Array(n) : null;
  for (let i = 0; i < rows.length; i++) {
    there[rows[i]!] = other_rows[i]!;
    back[other_rows[i]!] = rows[i]!;
    if (shared) shared[rows[i]!] = 1;
  }
  return { there, back, shared };
}

/** The colours of the other's points: those of the same points; `otherwise` for points that only it has. */
export function carriedColors(rgba: Uint8Array, back: Int32Array, otherwise: ArrayLike<number>): Uint8Array {
  const out = new Uint8Array(back.length * 4);
  const [from, to] = [new Uint32Array(rgba.slice().buffer), new Uint32Array(out.buffer)];
  const [plain] = new Uint32Array(Uint8Array.from(otherwise).buffer);
  for (let row = 0; row < back.length; row++) to[row] = back[row]! < 0 ? plain! : from[back[row]!]!;
  return out;
}

/** Sizes in 64ths that let shared points be found among many that only the other one has; null: all are shared. */
export function carriedSizes(back: Int32Array, shared: number): Uint8Array | null {
  if (shared === back.length) return null;
  const large = Math.min(192, Math.round(64 * Math.sqrt(back.length / Math.max(shared, 1))));
  return Uint8Array.from(back, (row) => (row < 0 ? 56 : large));
}

/** The states of the other's points: those of the same points; points that only it has fade, or are not there. */
export function carriedStates(states: Uint8Array, back: Int32Array, alone: boolean): Uint8Array {
  const none = alone ? State.hidden : State.faded;
  return Uint8Array.from(back, (row) => (row < 0 ? none : states[row]!));
}

/** These rows in the other embedding, those of them that are there. */
export function carriedRows(rows: ArrayLike<number>, map: Int32Array): Uint32Array {
  return Uint32Array.from(rows)
    .map((row) => map[row]!)
    .filter((row) => row !== 0xffffffff);
}

/** n × 3 places from `components` numbers a point. */
export function spreadPlaces(places: Float32Array, components: number): Float32Array {
  const out = new Float32Array((places.length / components) * 3);
  for (let i = 0, k = 0; i < out.length; i += 3)
    for (let axis = 0; axis < components; axis++) out[i + axis] = places[k++]!;
  return out;
}

/** The first embedding's points on their way to where they are in the other picture; those that only it has stay. */
export function blend(from: Float32Array, to: Float32Array, there: Int32Array, amount: number): Float32Array {
  const out = from.slice();
  for (let row = 0; row < there.length; row++) {
    if (there[row]! < 0) continue;
    for (let axis = 0; axis < 3; axis++) {
      const [a, b] = [from[row * 3 + axis]!, to[there[row]! * 3 + axis]!];
      out[row * 3 + axis] = a + (b - a) * amount;
    }
  }
  return out;
}

/** Places among the shared points, those that keep fewest neighbours first. */
export function leastKept({ kept }: ComparisonResult): Uint32Array {
  const order = Uint32Array.from(kept, (_, i) => i);
  return order.sort((a, b) => kept[a]! - kept[b]! || a - b);
}

/** The share of its neighbours that each point keeps, as a column to colour by. */
export function keptColumn({ rows, kept, k, complete }: ComparisonResult, n: number): ColumnData {
  const values = new Float64Array(n).fill(NaN);
  rows.forEach((row, i) => (values[row] = kept[i]!));
  const text = (row: number) => (Number.isNaN(values[row]!) ? null : `${Math.round(values[row]! * k)} of ${k}`);
  const whole = { minimum: 0, maximum: 1, positive: NaN, parts: k + 1 };
  const rest = { codes: null, categories: [], missing: complete ? n - rows.length : n, whole };
  return { name: "kept neighbours", kind: "number", n, text, values, ...rest };
}

/** How alike the neighbourhoods are, in one plain sentence. */
export function verdict({ overlap, chance, k, shared }: ComparisonResult): string {
  if (overlap === null) return `${formatCount(shared)} points are in both.`;
  const beyond = chance < 1 ? (overlap - chance) / (1 - chance) : 0;
  const few = beyond >= 0.05 || overlap >= 2 * chance ? "few" : "";
  const many = beyond >= 0.9 ? "nearly all" : beyond >= 0.6 ? "most" : beyond >= 0.2 ? "some" : few;
  const near = k === 1 ? "nearest neighbour" : `${k} nearest`;
  const numbers = `${(overlap * k).toFixed(1)} on average, where chance would bring ${small(chance * k)}`;
  if (!many) return `Of a point's ${near}, hardly more are the same than by chance: ${numbers}.`;
  return `Of a point's ${near}, ${many} are the same in both: ${numbers}. ${formatCount(shared)} points were compared.`;
}

function small(value: number): string {
  return value >= 0.05 ? value.toFixed(1) : String(Number(value.toPrecision(1)));
}
