// The page of render.py: the same points in three renderers, and a frame of each on demand.
//
// A frame runs from the first call to the moment at which one pixel of it has been read back, so that
// the graphics have truly finished it, for all three alike. Beside that, ours and three.js are dragged with the
// mouse: from the time of the event to the moment at which a pixel of the picture that follows it has been read.

import { categorical } from "palette";
import createScatterplot, { createRenderer } from "regl-scatterplot";
import { Scene } from "scene";
import { boundsOf, densityOf, diameterAt } from "scene-density";
import * as three from "three";
import { MapControls } from "three/addons/controls/MapControls.js";

const RGB = categorical("dark", 10, "tableau");
const COLORS = RGB.map((rgb) => `#${rgb.map((value) => value.toString(16).padStart(2, "0")).join("")}`);
const OPACITY = 0.8;

interface Data {
  n: number;
  positions: Float32Array;
  classes: Uint8Array;
}

type Frame = () => void;

/** Random numbers with a seed: Marsaglia's xorshift of 32 bits. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Thirty round clouds in ten colours. */
function clouds(n: number): Data {
  const next = random(1234567);
  const normal = () => Math.sqrt(-2 * Math.log(next() + 1e-9)) * Math.cos(2 * Math.PI * next());
  const centers = Array.from({ length: 30 }, () => [normal() * 6, normal() * 4]);
  const positions = new Float32Array(n * 3);
  const classes = new Uint8Array(n);
  for (let row = 0; row < n; row++) {
    const cloud = Math.floor(next() * 30);
    positions[row * 3] = centers[cloud]![0]! + normal();
    positions[row * 3 + 1] = centers[cloud]![1]! + normal();
    classes[row] = cloud % 10;
  }
  return { n, positions, classes };
}

function box(): HTMLDivElement {
  const made = document.createElement("div");
  made.style.cssText = "position:absolute;inset:0;width:1280px;height:800px";
  document.body.append(made);
  return made;
}

function canvas(): HTMLCanvasElement {
  const made = document.createElement("canvas");
  [made.width, made.height] = [1280, 800];
  made.style.cssText = "width:1280px;height:800px";
  box().append(made);
  return made;
}

/** Wait until the graphics are done: a pixel cannot be read before. */
function finish(gl: WebGLRenderingContext | WebGL2RenderingContext): void {
  gl.readPixels(640, 400, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
}

async function ours({ n, positions, classes }: Data) {
  const container = box();
  const scene = new Scene(container, { theme: "dark", reducedMotion: true });
  const rgba = new Uint8Array(n * 4);
  classes.forEach((of, row) => rgba.set([...RGB[of]!, 255], row * 4));
  scene.setLayout(positions, 2);
  scene.setColors(rgba);
  await new Promise((done) => setTimeout(done, 1500)); // fewer points are drawn while a picture moves
  const gl = container.querySelector("canvas")!.getContext("webgl2")!;
  const frame = () => {
    scene.setTheme("dark");
    scene.drawNow();
    finish(gl);
  };
  const { zoom, target } = scene.camera;
  const diameter = diameterAt(densityOf(positions, boundsOf(positions)), zoom * 400, zoom * 400);
  return { frame, gl, zoom, target, diameter, drawn: () => scene.stats().drawn };
}

function threes({ positions, classes, n }: Data, zoom: number, target: number[], diameter: number) {
  const shown = canvas();
  const renderer = new three.WebGLRenderer({ canvas: shown, antialias: false });
  renderer.setPixelRatio(1);
  renderer.setSize(1280, 800, false);
  const geometry = new three.BufferGeometry();
  const colors = new Float32Array(n * 3);
  classes.forEach((of, row) => colors.set(new three.Color(COLORS[of]).toArray(), row * 3));
  geometry.setAttribute("position", new three.BufferAttribute(positions, 3));
  geometry.setAttribute("color", new three.BufferAttribute(colors, 3));
  const look = { size: diameter, sizeAttenuation: false, vertexColors: true, transparent: true, opacity: OPACITY };
  const scene = new three.Scene();
  scene.add(new three.Points(geometry, new three.PointsMaterial({ ...look, depthTest: false, depthWrite: false })));
  const [high, wide] = [1 / zoom, 1.6 / zoom];
  const camera = new three.OrthographicCamera(-wide, wide, high, -high, -1, 1);
  camera.position.set(target[0]!, target[1]!, 0.5);
  const controls = new MapControls(camera, shown);
  controls.target.set(target[0]!, target[1]!, 0);
  controls.screenSpacePanning = true;
  controls.update();
  // As three.js's manual has it for pages that draw when something changes.
  let requested = false;
  controls.addEventListener("change", () => {
    if (requested) return;
    requested = true;
    requestAnimationFrame(() => {
      requested = false;
      renderer.render(scene, camera);
    });
  });
  const frame = () => {
    renderer.render(scene, camera);
    finish(renderer.getContext());
  };
  return { frame, gl: renderer.getContext() };
}

/** How long each move of the mouse took to show, since this was last asked. */
function watchPointer() {
  let gl: WebGLRenderingContext | WebGL2RenderingContext | null = null;
  let taken: number[] = [];
  // Behind the listeners of the contestants, so that this is called after what they ask to be called in the next frame.
  addEventListener("pointermove", ({ timeStamp }) => {
    requestAnimationFrame(() => {
      if (!gl) return;
      finish(gl);
      taken.push(performance.now() - timeStamp);
    });
  });
  return {
    follow: (graphics: WebGLRenderingContext | WebGL2RenderingContext) => {
      gl = graphics;
      taken = [];
    },
    taken: () => taken,
  };
}

async function regl({ n, positions, classes }: Data, zoom: number, target: number[], diameter: number): Promise<Frame> {
  const shown = canvas();
  const hidden = document.createElement("canvas");
  [hidden.width, hidden.height] = [1280, 800];
  const renderer = createRenderer({ canvas: hidden });
  let draw: Frame = () => {};
  // Its loop draws whenever the browser asks; here it draws when it is told to.
  const told = Object.create(renderer, { onFrame: { value: (callback: Frame) => ((draw = callback), () => {}) } });
  const look = { pointSize: diameter, pointColor: COLORS, colorBy: "category" as const, opacity: OPACITY, backgroundColor: "#000000" };
  const plot = createScatterplot({ renderer: told, canvas: shown, width: 1280, height: 800, ...look });
  const [x, y, category] = [new Float32Array(n), new Float32Array(n), Float32Array.from(classes)];
  for (let row = 0; row < n; row++) {
    x[row] = (positions[row * 3]! - target[0]!) * zoom;
    y[row] = (positions[row * 3 + 1]! - target[1]!) * zoom;
  }
  let ready = false;
  const pump = setInterval(() => draw(), 20);
  await plot.draw({ x, y, category }).then(() => (ready = true));
  clearInterval(pump);
  if (!ready) throw new Error("regl-scatterplot did not draw");
  const gl = hidden.getContext("webgl")!;
  return () => {
    plot.redraw();
    draw();
    finish(gl);
  };
}

/** Prepare all three; returns what Python prints about the picture. */
async function prepare(n: number) {
  const data = clouds(n);
  const own = await ours(data);
  const peer = threes(data, own.zoom, own.target, own.diameter);
  const pointer = watchPointer();
  const frames: Record<string, Frame> = {
    "Vectarium": own.frame,
    "three.js": peer.frame,
    "regl-scatterplot": await regl(data, own.zoom, own.target, own.diameter),
  };
  const time = async (name: string) => {
    const start = performance.now();
    frames[name]!();
    const taken = performance.now() - start;
    await new Promise((done) => setTimeout(done, 60)); // leave the tidying up to nobody's account
    return taken;
  };
  const show = (name: string) => {
    frames[name]!();
    [...document.body.children].forEach((box, i) => ((box as HTMLElement).style.visibility = i === Object.keys(frames).indexOf(name) ? "" : "hidden"));
  };
  const follow = (name: string) => {
    show(name);
    pointer.follow(name === "three.js" ? peer.gl : own.gl);
  };
  Object.assign(window, { time, show, follow, taken: pointer.taken });
  own.frame();
  return { names: Object.keys(frames), diameter: own.diameter, drawn: own.drawn() };
}

Object.assign(window, { prepare });
