// Which points deserve a label first.

const MOST_SORTED = 20_000;

/**
 * Rows by value, the largest first; rows without a value come last. Only the first 20,000 are in order:
 * no picture has room for more labels, and sorting a million rows would hold the page up.
 */
export function descending(values: Float64Array): Uint32Array {
  const key = (row: number) => (Number.isNaN(values[row]!) ? -Infinity : values[row]!);
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const threshold = sorted[Math.max(0, sorted.length - MOST_SORTED)] ?? -Infinity;
  const first: number[] = [];
  const rest: number[] = [];
  for (let row = 0; row < values.length; row++) (key(row) >= threshold ? first : rest).push(row);
  first.sort((a, b) => key(b) - key(a) || a - b);
  const order = new Uint32Array(values.length);
  order.set(first);
  order.set(rest, first.length);
  return order;
}

/**
 * One point for each value of a category, the most frequent value first: the one in the middle of its group,
 * by the median of each axis, which a few stray points do not move.
 */
export function representatives(codes: Int32Array, count: number, positions: Float32Array): Uint32Array {
  const rows: number[][] = Array.from({ length: count }, () => []);
  for (let row = 0; row < codes.length; row++) {
    if (codes[row]! >= 0 && !Number.isNaN(positions[row * 3]!)) rows[codes[row]!]!.push(row);
  }
  const filled = rows.filter((group) => group.length > 0).sort((a, b) => b.length - a.length);
  return Uint32Array.from(filled, (group) => nearestToMiddle(group, positions));
}

function nearestToMiddle(rows: number[], positions: Float32Array): number {
  const middle = [0, 1, 2].map((k) => median(Float32Array.from(rows, (row) => positions[row * 3 + k]!)));
  let [best, shortest] = [rows[0]!, Infinity];
  for (const row of rows) {
    let distance = 0;
    for (let k = 0; k < 3; k++) distance += (positions[row * 3 + k]! - middle[k]!) ** 2;
    if (distance < shortest) [best, shortest] = [row, distance];
  }
  return best;
}

function median(values: Float32Array): number {
  return values.sort()[values.length >> 1]!;
}

const COARSEST = 4;
const FINEST = 64;

/**
 * Points by importance, but spread over the picture: in grids of 4, 8, 16 … cells a side, the most important
 * point of each cell that has none yet. Otherwise the few most frequent words, which stand close together in
 * most embeddings, would take all the room there is.
 */
export function spreadByImportance(order: Uint32Array, positions: Float32Array): Uint32Array {
  const first = order.subarray(0, MOST_SORTED);
  const cellOf = grid(first, positions);
  const chosen = new Set<number>();
  for (let cells = COARSEST; cells <= FINEST; cells *= 2) {
    const taken = new Set<number>();
    for (const row of chosen) taken.add(cellOf(row, cells));
    for (const row of first) {
      const cell = cellOf(row, cells);
      if (cell < 0 || taken.has(cell)) continue;
      taken.add(cell);
      chosen.add(row);
    }
  }
  const out = new Uint32Array(order.length);
  out.set([...chosen]);
  let next = chosen.size;
  for (const row of order) if (!chosen.has(row)) out[next++] = row;
  return out;
}

/** The number of a point's cell in a grid over the picture; -1 for a point without a place. */
function grid(rows: Uint32Array, positions: Float32Array): (row: number, cells: number) => number {
  let [left, bottom, right, top] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const row of rows) {
    const [x, y] = [positions[row * 3]!, positions[row * 3 + 1]!];
    if (Number.isNaN(x)) continue;
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [bottom, top] = [Math.min(bottom, y), Math.max(top, y)];
  }
  const side = Math.max(right - left, top - bottom) * 1.0001 || 1;
  return (row, cells) => {
    const column = Math.floor(((positions[row * 3]! - left) / side) * cells);
    const line = Math.floor(((positions[row * 3 + 1]! - bottom) / side) * cells);
    return Number.isNaN(column) ? -1 : line * cells + column;
  };
}
