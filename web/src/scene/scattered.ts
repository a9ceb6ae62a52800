/** Layouts for tests: points at random between -1 and 1, the same for the same seed. Shape `(n, 3)`. */
export function scattered(n: number, seed: number, depth = 0): Float32Array {
  let state = seed * 2654435761;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 4294967296) * 2 - 1;
  };
  return Float32Array.from({ length: n * 3 }, (_, i) => (i % 3 === 2 ? next() * depth : next()));
}
