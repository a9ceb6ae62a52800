// Rows as a short text: how far it is from one run of rows to the next, and how long that is, in base 36.

/** Rows in ascending order, as a text. */
export function runsOf(rows: Uint32Array): string {
  const parts: string[] = [];
  let end = 0;
  for (let i = 0; i < rows.length;) {
    const start = rows[i]!;
    let next = start;
    while (i < rows.length && rows[i] === next) [i, next] = [i + 1, next + 1];
    const length = next - start;
    parts.push((start - end).toString(36) + (length === 1 ? "" : `+${length.toString(36)}`));
    end = next;
  }
  return parts.join(" ");
}

/** The rows of such a text, below `n`. */
export function rowsOfRuns(text: string, n: number): Uint32Array {
  const rows: number[] = [];
  let at = 0;
  for (const part of text ? text.split(" ") : []) {
    const [gap, length] = part.split("+");
    at += parseInt(gap!, 36);
    const end = Math.min(n, at + parseInt(length ?? "1", 36));
    while (at < end) rows.push(at++);
  }
  return Uint32Array.from(rows);
}
