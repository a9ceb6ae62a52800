// From coordinates, as they come, to a place for every point of the embedding.

export interface Placement {
  /** n × 3, NaN where a point has no place. */
  positions: Float32Array;
  dimensions: 2 | 3;
  /** The room to bring into view, where it is not that of these positions alone. */
  frame?: Frame;
  /** Milliseconds that the points take to come here, at an even pace: one of many places on a way. */
  pace?: number;
  /** The step that it is of, where all steps have their places in one frame. */
  step?: number;
}

/** A box, one number an axis. */
export interface Frame {
  low: number[];
  high: number[];
}

/** One axis of a picture: each point's number is `values[point * stride + start]`. */
export interface Axis {
  /** null: there is no such component; the axis is flat. */
  values: Float32Array | null;
  stride: number;
  start: number;
}

/** n × 3 positions from separate axes; points outside of `rows` get no place. */
export function interleave(n: number, axes: Axis[], rows: Uint32Array | null): Float32Array {
  const out = new Float32Array(n * 3);
  if (rows) out.fill(NaN);
  const count = rows ? rows.length : n;
  for (let k = 0; k < 3; k++) {
    const axis = axes[k];
    const values = axis?.values ?? null;
    const { stride, start } = axis ?? { stride: 0, start: 0 };
    for (let i = 0; i < count; i++) out[(rows ? rows[i]! : i) * 3 + k] = values ? values[i * stride + start]! : 0;
  }
  return out;
}

/** The axes of points that lie one after another, `dimensions` numbers each. */
export function axesOf(values: Float32Array, dimensions: number): Axis[] {
  return Array.from({ length: dimensions }, (_, k) => ({ values, stride: dimensions, start: k }));
}

/** The positions of some points; the others lose their place, so that the picture is of these alone. */
export function only(rows: Uint32Array, positions: Float32Array): Float32Array {
  const out = new Float32Array(positions.length).fill(NaN);
  for (const row of rows) out.set(positions.subarray(row * 3, row * 3 + 3), row * 3);
  return out;
}

/** How many of these points (null: of all) have no place. */
export function unplaced(positions: Float32Array, rows: Uint32Array | null): number {
  const count = rows?.length ?? positions.length / 3;
  let found = 0;
  for (let i = 0; i < count; i++) if (Number.isNaN(positions[(rows ? rows[i]! : i) * 3]!)) found++;
  return found;
}
