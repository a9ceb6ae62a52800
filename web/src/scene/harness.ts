/** A page for trying the scene out by hand: /scene.html?n=20000&dimensions=3&theme=dark&labels=1&thumbnails=1 */
import { Scene, State, type ThumbnailSource } from "./index";

const asked = new URLSearchParams(location.search);
const number = (name: string, otherwise: number) => Number(asked.get(name) ?? otherwise);
const n = number("n", 20000);
const dimensions = number("dimensions", 2) === 3 ? 3 : 2;
const COLORS = [0x4e79a7, 0xf28e2b, 0xe15759, 0x76b7b2, 0x59a14f, 0xedc948, 0xb07aa1, 0xff9da7, 0x9c755f, 0xbab0ac];

/** Random numbers with a seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A mixture of stretched clouds, ten classes of several clouds each. */
export function mixture(count: number, depth: boolean, seed: number): { positions: Float32Array; classes: Uint8Array } {
  const next = random(seed);
  const normal = () => Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next());
  const clouds = Array.from({ length: Math.min(40, Math.max(count / 8, 1)) }, (_, i) => ({
    of: i % 10,
    center: [normal() * 8, normal() * 6, depth ? normal() * 6 : 0],
    long: 0.5 + next() * 1.6,
    thin: 0.2 + next() * 0.8,
    angle: next() * Math.PI,
  }));
  const positions = new Float32Array(count * 3);
  const classes = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    const { of, center, long, thin, angle } = clouds[Math.floor(next() ** 1.4 * clouds.length)];
    const [u, v] = [normal() * long, normal() * thin];
    const bend = 0.25 * u * u;
    positions[row * 3] = center[0] + u * Math.cos(angle) - (v + bend) * Math.sin(angle);
    positions[row * 3 + 1] = center[1] + u * Math.sin(angle) + (v + bend) * Math.cos(angle);
    positions[row * 3 + 2] = depth ? center[2] + normal() * thin * 1.5 : 0;
    classes[row] = of;
  }
  return { positions, classes };
}

function colorsOf(classes: Uint8Array): Uint8Array {
  const rgba = new Uint8Array(classes.length * 4).fill(255);
  classes.forEach((of, row) => rgba.set([COLORS[of] >> 16, (COLORS[of] >> 8) & 255, COLORS[of] & 255], row * 4));
  return rgba;
}

/** One sprite of drawn digits, as TensorBoard's. */
function digits(count: number, classes: Uint8Array): ThumbnailSource {
  return {
    count,
    width: 28,
    height: 28,
    async *pages() {
      const columns = Math.ceil(Math.sqrt(count));
      const canvas = new OffscreenCanvas(columns * 28, columns * 28);
      const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
      context.fillStyle = "#000";
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.fillStyle = "#fff";
      context.font = "600 24px Georgia, serif";
      context.textAlign = "center";
      context.textBaseline = "middle";
      for (let row = 0; row < count; row++) {
        context.fillText(String(classes[row]), (row % columns) * 28 + 14, Math.floor(row / columns) * 28 + 15);
      }
      yield { start: 0, count, bitmap: await createImageBitmap(await canvas.convertToBlob()), columns };
    },
  };
}

/** Raw coloured pictures, 24 × 16 pixels. */
function photos(count: number): ThumbnailSource {
  return {
    count,
    width: 24,
    height: 16,
    async *pages() {
      for (let start = 0; start < count; start += 1000) {
        const size = Math.min(1000, count - start);
        const pixels = new Uint8Array(size * 24 * 16 * 3);
        for (let i = 0; i < pixels.length; i += 3) {
          const row = start + Math.floor(i / (24 * 16 * 3));
          const y = Math.floor(i / (24 * 3)) % 16;
          pixels.set(y < 9 ? [90 + y * 12, 140 + y * 9, 220] : [60, 90 + ((row * 37) % 90), 40], i);
        }
        yield { start, count: size, pixels, channels: 3 };
      }
    },
  };
}

const { positions, classes } = mixture(n, dimensions === 3, number("seed", 7));
const stage = document.getElementById("stage") as HTMLElement;
const theme = asked.get("theme") === "light" ? "light" : "dark";
const scene = new Scene(stage, { theme, reducedMotion: asked.has("still") });
const timed = (act: () => void) => {
  const start = performance.now();
  act();
  return performance.now() - start;
};
const times = {
  layout: timed(() => scene.setLayout(positions, dimensions)),
  colors: timed(() => scene.setColors(colorsOf(classes))),
};
const words = "river delta harbour northern signal copper lantern meadow orbit thistle glass quarry velvet".split(" ");
if (asked.has("labels")) {
  const text = (row: number) => `${words[row % words.length]} ${words[(row * 7 + 3) % words.length]}`;
  scene.setLabels({ text, order: null, pinned: [], visible: true });
}
if (asked.has("thumbnails")) {
  scene.setThumbnails(asked.get("thumbnails") === "photos" ? photos(n) : digits(n, classes));
  scene.showThumbnails(true, number("size", 24));
}
const states = new Uint8Array(n);
scene.on("select", ({ rows }) => {
  states.fill(rows.length ? State.faded : 0);
  for (const row of rows) states[row] = State.selected;
  scene.setStates(states);
});
Object.assign(window, { scene, times, positions, classes, mixture, State });
