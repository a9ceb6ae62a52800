/**
 * The picture: points, thumbnails, labels, and the hands on them, in one container element.
 *
 * It is told layouts, colours and states of points, tells what a person points at, and draws only after a change.
 *
 *     const scene = new Scene(document.body, { theme: 'dark' });
 *     scene.setLayout(Float32Array.of(0, 0, 0, 1, 2, 0), 2);
 *     scene.on('click', ({ row }) => console.log(row));
 */
import { type Bounds, type Camera, NEAR, projectAll, type ScreenPlaces } from "./camera";
import { type Canvases, layCanvases, pngOf, screenRatio, sizeCanvases } from "./canvas";
import { boundsOf, coreOf, type Density, densityOf } from "./density";
import { DrawList } from "./drawList";
import { Emitter } from "./emitter";
import { Gestures, type GestureTarget } from "./gestures";
import { ScreenGrid } from "./grid";
import { LabelLayer, type LabelWorld, type ScreenPlace } from "./labelLayer";
import { Loop } from "./loop";
import { ease } from "./motion";
import { Navigator } from "./navigator";
import { clearOverlay, drawHovered, drawOutline } from "./overlay";
import { type Look, Painter, type Sizes, sizesOf } from "./painter";
import { Points } from "./points";
import { type Outline, rowsInside } from "./polygon";
import { worthLabels } from "./rank";
import { spreadOrder } from "./spread";
import { type Palette, PALETTES } from "./theme";
import { ThumbnailLayer } from "./thumbnailLayer";
import type { CameraState, Dimensions, Insets, Labels, LayoutOptions, SceneEvents } from "./types";
import { type SceneOptions, type SceneStats, State, type Theme, type ThumbnailSource, type Tool } from "./types";

const MOVE_MS = 500;
const REST_MS = 140;
const CHOOSE_MS = 120;
const PICK_REACH = 8;

export class Scene extends Emitter<SceneEvents> {
  tool: Tool = "navigate";
  private readonly canvases: Canvases;
  private readonly navigator: Navigator;
  private readonly eye: Camera;
  private readonly points: Points;
  private readonly painter: Painter;
  private readonly loop: Loop;
  private readonly gestures: Gestures;
  private readonly observer: ResizeObserver;
  private readonly grid = new ScreenGrid();
  private readonly list = new DrawList();
  private readonly labelLayer: LabelLayer;
  private readonly thumbnails: ThumbnailLayer;
  private readonly calm: boolean;
  private palette: Palette;
  private bounds: Bounds = { center: [0, 0, 0], half: [1, 1, 1] };
  private litDensity: Density | null = null;
  private density: Density = { median: 1, high: 1, crowd: new Uint8Array(0) };
  private labels: Labels = { text: () => "", order: null, pinned: [], visible: false };
  private spread: Uint32Array | null = null;
  private hoverRow = -1;
  private outline: Outline | null = null;
  private layoutStart = 0;
  private movedAt = -Infinity;
  private chosenAt = -Infinity;
  private restTimer = 0;
  private gridStale = true;
  private labelsStale = true;
  private fresh = true;
  private pointsStale = true;
  private cameraTold = true;
  private drawn = 0;
  private rough = false;

  constructor(container: HTMLElement, options: SceneOptions = {}) {
    super();
    this.canvases = layCanvases(container);
    this.palette = PALETTES[options.theme ?? "light"];
    this.calm = options.reducedMotion ?? window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.navigator = new Navigator(this.calm);
    this.eye = this.navigator.camera;
    const { gl, points, context } = this.canvases;
    this.points = new Points(gl);
    this.painter = new Painter(gl);
    this.labelLayer = new LabelLayer(context);
    this.loop = new Loop(
      gl,
      (now) => this.frame(now),
      () => this.measured(),
    );
    const arrived = () => this.change({ labels: true });
    this.thumbnails = new ThumbnailLayer(gl, this.points, arrived, () => this.loop.busy);
    this.gestures = new Gestures(container, this.hands());
    points.addEventListener("webglcontextlost", (event) => event.preventDefault());
    points.addEventListener("webglcontextrestored", () => this.restore());
    this.observer = new ResizeObserver(() => this.resize(container));
    this.observer.observe(container);
    this.resize(container);
  }

  /**
   * Show a layout. `positions` has shape `(n, 3)`; NaN: the point has no place; z is 0 in two dimensions.
   *
   * The array is kept, so give a new one each time. Points move there from where they are.
   */
  setLayout(positions: Float32Array, dimensions: Dimensions, options: LayoutOptions = {}): void {
    const first = this.points.n === 0;
    const moves = this.points.setLayout(positions, (options.animate ?? true) && !first && !this.calm);
    this.layoutStart = performance.now();
    this.fresh = true;
    this.measure(positions, dimensions);
    if (this.hoverRow >= this.points.n) this.hoverRow = -1;
    const turned = dimensions !== this.navigator.dimensions;
    const duration = moves ? MOVE_MS : 0;
    if (options.fit ?? (this.navigator.atHome || turned)) this.navigator.fit(dimensions, duration);
    else this.navigator.orient(dimensions, duration);
    this.moved();
  }

  /** One colour a point: red, green, blue, opacity. Shape `(n, 4)`. */
  setColors(rgba: Uint8Array): void {
    this.points.setColors(rgba);
    this.change();
  }

  /** State bits a point. Shape `(n,)`. */
  setStates(states: Uint8Array): void {
    this.points.setStates(states, this.thumbnails.hasImage);
    this.measureLit();
    this.change({ grid: true, labels: true });
  }

  setLabels(labels: Labels): void {
    this.labels = labels;
    this.labelLayer.reset();
    this.change({ labels: true });
  }

  /** Where thumbnails come from; null: there are none. */
  setThumbnails(source: ThumbnailSource | null): void {
    this.thumbnails.set(source);
    this.change({ labels: true });
  }

  /** Draw thumbnails (their longer side `size` CSS pixels) in place of discs. They are read when first shown. */
  showThumbnails(on: boolean, size = this.thumbnails.size): void {
    this.thumbnails.show(on, size);
    this.change({ labels: true });
  }

  /** What is not as it came about the thumbnails, in one sentence; empty when all is. */
  get thumbnailNote(): string {
    return this.thumbnails.note;
  }

  setTheme(theme: Theme): void {
    this.palette = PALETTES[theme];
    this.change();
  }

  setTool(tool: Tool): void {
    this.tool = tool;
    this.canvases.points.style.cursor = tool === "navigate" ? "" : "crosshair";
  }

  /** The point that is lit as if the pointer were on it, -1: none. */
  get hover(): number {
    return this.hoverRow;
  }

  set hover(row: number) {
    if (row === this.hoverRow) return;
    this.hoverRow = row >= 0 && row < this.points.n ? row : -1;
    if (this.thumbnails.drawn) this.pointsStale = true;
    this.loop.request();
  }

  /** Space that panels cover; the picture is centred in what is free, and labels stay there. */
  get insets(): Insets {
    return { ...this.eye.insets };
  }

  set insets(insets: Insets) {
    this.navigator.setInsets(insets);
    this.moved();
  }

  get camera(): CameraState {
    return this.eye.state;
  }

  set camera(state: CameraState) {
    this.navigator.jump(state);
    this.moved();
  }

  /** Whether the whole picture is in view because nobody has moved the camera since. */
  get isHome(): boolean {
    return this.navigator.atHome;
  }

  /** Bring everything into view. */
  home(): void {
    this.navigator.fit();
    this.moved();
  }

  zoomBy(factor: number): void {
    const [x, y] = this.eye.center;
    this.zoom(factor, x, y);
  }

  panBy(dx: number, dy: number): void {
    this.navigator.steer((camera) => camera.panBy(dx, dy));
    this.moved();
  }

  orbitBy(dx: number, dy: number): void {
    this.navigator.steer((camera) => camera.orbitBy(dx, dy));
    this.moved();
  }

  /** Bring these points into view. */
  focusOn(rows: ArrayLike<number>): void {
    if (this.navigator.focus(this.points.placesOf(rows))) this.moved();
  }

  /** Where a point is on the screen, in CSS pixels from the container's corner. */
  project(row: number): ScreenPlace {
    const { x, y, w } = this.eye.project(...this.points.place(row));
    const inside = x >= 0 && y >= 0 && x <= this.eye.width && y <= this.eye.height;
    return { x, y, visible: inside && w > NEAR && !(this.points.states[row] & State.hidden) };
  }

  /** Every point inside an outline on the screen, those that others cover too; hidden ones never. */
  rowsIn(outline: Outline): Uint32Array {
    const n = this.points.n;
    const places: ScreenPlaces = { x: new Float32Array(n), y: new Float32Array(n), depth: new Float32Array(n) };
    projectAll(this.eye, this.points.positions, places);
    return rowsInside(outline, places, this.points.states);
  }

  /** The picture as it is now, with its labels, as a PNG; `scale` 2 doubles its size in pixels. */
  async picture({ scale = 1 } = {}): Promise<Blob> {
    const hover = this.hoverRow;
    this.hoverRow = -1;
    this.labelLayer.choose(this.world());
    this.redraw(screenRatio() * scale, true);
    const made = pngOf(this.canvases);
    this.hoverRow = hover;
    this.redraw(screenRatio(), this.calm);
    return made;
  }

  stats(): SceneStats {
    return { drawn: this.drawn, points: this.points.n, frameMs: this.loop.frameMs };
  }

  /** Draw everything at once, without waiting for the browser's next frame. */
  drawNow(): void {
    this.frame(performance.now());
  }

  destroy(): void {
    clearTimeout(this.restTimer);
    this.loop.stop();
    this.gestures.destroy();
    this.observer.disconnect();
    this.thumbnails.destroy();
    this.points.destroy();
    for (const canvas of [this.canvases.points, this.canvases.overlay]) canvas.remove();
  }

  /** Take the measures of a layout: its box, its crowds. */
  private measure(positions: Float32Array, dimensions: Dimensions): void {
    this.bounds = boundsOf(positions);
    this.navigator.bounds = dimensions === 3 ? coreOf(positions, this.bounds) : this.bounds;
    this.density = densityOf(positions, this.bounds);
    this.points.setCrowd(this.density.crowd);
    this.spread = null;
    setTimeout(() => this.labels.order ?? this.spreadOut()); // before the labels' frame, in a task of its own
    this.list.reset();
    this.measureLit();
  }

  /** Lit points have rings where they have the room. */
  private measureLit(): void {
    const places = this.points.placesOf(this.points.lit);
    this.litDensity = places.length ? densityOf(places, boundsOf(places)) : null;
  }

  private zoom(factor: number, x: number, y: number): void {
    this.navigator.steer(() => this.navigator.zoomAt(factor, x, y));
    this.moved();
  }

  private moved(): void {
    this.cameraTold = false;
    this.stir();
  }

  /** The picture moves; once it rests it is drawn whole, and labels are chosen again. */
  private stir(): void {
    this.movedAt = performance.now();
    this.change({ grid: true, labels: true });
    clearTimeout(this.restTimer);
    this.restTimer = window.setTimeout(() => this.rest(), REST_MS);
  }

  private rest(): void {
    this.labelsStale = true;
    if (this.rough || this.drawn < this.points.n) this.pointsStale = true;
    this.loop.request();
  }

  private change(stale: { grid?: boolean; labels?: boolean } = {}): void {
    this.pointsStale = true;
    this.gridStale ||= stale.grid ?? false;
    this.labelsStale ||= stale.labels ?? false;
    this.loop.request();
  }

  private frame(now: number): void {
    const travels = this.travel(performance.now());
    if (this.pointsStale || travels) this.paint(travels || performance.now() - this.movedAt < REST_MS - 20);
    this.pointsStale = false;
    const fading = this.overlay(now);
    if (!this.cameraTold) this.tellCamera();
    if (travels) this.stir();
    else if (fading) this.loop.request();
  }

  /** Move the camera and the points on; returns whether they are still under way. */
  private travel(now: number): boolean {
    const flew = this.navigator.advance(now);
    if (flew) [this.cameraTold, this.gridStale, this.labelsStale] = [false, true, true];
    const { points } = this;
    if (points.progress >= 1) return flew;
    points.progress = ease(Math.min((now - this.layoutStart) / MOVE_MS, 1));
    if (points.progress >= 1) points.arrived();
    this.pointsStale = true;
    this.labelsStale = true;
    return true;
  }

  private paint(moving: boolean, ratio = screenRatio()): void {
    const started = performance.now();
    const size = this.list.prepare(this.points, this.eye, this.bounds, moving);
    this.rough = moving && this.list.slow(this.points.n);
    this.drawn = this.painter.paint(this.look(ratio), this.points, size);
    // An empty ground needs no measuring, and the first picture would have to wait for it.
    if (this.points.n) this.loop.submitted(started);
  }

  private redraw(ratio: number, cut: boolean): void {
    sizeCanvases(this.canvases, this.eye.width, this.eye.height, ratio);
    this.paint(false, ratio);
    this.overlay(performance.now(), ratio, cut);
  }

  private measured(): void {
    this.list.measured(this.drawn, this.loop.frameMs);
    this.emit("frame", this.stats());
  }

  private look(ratio = screenRatio()): Look {
    return {
      camera: this.eye,
      palette: this.palette,
      density: this.density,
      litDensity: this.litDensity,
      homeScale: this.navigator.homeScale,
      radius: Math.hypot(...this.bounds.half) || 1,
      hover: this.hoverRow,
      ratio,
      thumbnails: this.thumbnails.drawn,
      thumbnailSize: this.thumbnails.size,
      rough: this.rough,
    };
  }

  /** Draw labels and the outline; returns whether labels are still fading. */
  private overlay(now: number, ratio = screenRatio(), cut = this.calm): boolean {
    const { context } = this.canvases;
    const world = this.world();
    // A new layout is seen first, and labelled a moment later: both in one go would hold the page up.
    const due = this.labelsStale && now - this.chosenAt > CHOOSE_MS && !this.fresh;
    this.fresh = false;
    if (due) {
      this.labelLayer.choose(world);
      [this.chosenAt, this.labelsStale] = [now, false];
    }
    clearOverlay(context, ratio);
    if (this.hoverRow >= 0 && !this.thumbnails.drawn) this.drawHovered(this.hoverRow);
    if (this.outline) drawOutline(context, this.outline, this.palette);
    return this.labelLayer.draw(world, this.palette, now, cut) || (this.labelsStale && !due);
  }

  private drawHovered(row: number): void {
    const radius = Math.max(this.sizes.litDiameter * 0.7, 4.5);
    const [r, g, b] = this.points.colors.subarray(row * 4, row * 4 + 3);
    drawHovered(this.canvases.context, this.project(row), radius, [r / 255, g / 255, b / 255], this.palette);
  }

  private get sizes(): Sizes {
    return sizesOf(this.look(), this.points, this.points.n);
  }

  private world(): LabelWorld {
    const { labels } = this;
    const { diameter } = this.sizes;
    const half = this.thumbnails.drawn ? this.thumbnails.size / 2 : Math.max(diameter, 3) / 2;
    return {
      place: (row) => this.project(row),
      text: labels.text,
      candidates: () => (labels.visible ? this.worthLabels() : []),
      pinned: labels.pinned,
      hover: this.hoverRow,
      area: this.navigator.area,
      gap: () => half + 4,
    };
  }

  private worthLabels(): Iterable<number> {
    const grid = performance.now() - this.movedAt < REST_MS ? null : () => this.freshGrid();
    return worthLabels(this.points, this.labels.order ?? this.spreadOut(), grid, this.navigator.area);
  }

  private spreadOut(): Uint32Array {
    return (this.spread ??= spreadOrder(this.points.positions, this.bounds));
  }

  private freshGrid(): ScreenGrid {
    if (this.gridStale) this.grid.build(this.eye, this.points.positions, this.points.states);
    this.gridStale = false;
    return this.grid;
  }

  private pick(x: number, y: number): number {
    const radius = this.thumbnails.drawn ? this.thumbnails.size / 2 : this.sizes.litDiameter / 2 + 2;
    return this.freshGrid().pick(x, y, Math.max(PICK_REACH, radius), radius);
  }

  private hands(): GestureTarget {
    const scene = this;
    return {
      get dimensions() {
        return scene.eye.dimensions;
      },
      get tool() {
        return scene.tool;
      },
      pan: (dx, dy) => this.panBy(dx, dy),
      orbit: (dx, dy) => this.orbitBy(dx, dy),
      zoom: (factor, x, y) => this.zoom(factor, x, y),
      point: (at) => this.pointAt(at),
      click: (x, y, keys) => this.emit("click", { row: this.pick(x, y), x, y, ...keys }),
      focus: (x, y) => this.lookCloser(x, y),
      outline: (outline) => {
        this.outline = outline;
        this.loop.request();
      },
      select: (outline, mode) => this.emit("select", { rows: this.rowsIn(outline), mode }),
    };
  }

  private pointAt(at: [number, number] | null): void {
    const busy = this.points.progress < 1 || this.navigator.flying;
    const row = at && !busy ? this.pick(...at) : -1;
    if (row < 0 && this.hoverRow < 0) return;
    this.hover = row;
    if (this.tool === "navigate") this.canvases.points.style.cursor = row >= 0 ? "pointer" : "";
    this.emit("hover", { row, x: at?.[0] ?? 0, y: at?.[1] ?? 0 });
  }

  private lookCloser(x: number, y: number): void {
    const row = this.pick(x, y);
    if (row >= 0) return this.focusOn([row]);
    this.navigator.approach(x, y);
    this.moved();
  }

  private tellCamera(): void {
    this.cameraTold = true;
    this.emit("camera", this.eye.state);
  }

  private resize(container: HTMLElement): void {
    const { clientWidth: width, clientHeight: height } = container;
    if (!width || !height) return;
    sizeCanvases(this.canvases, width, height, screenRatio());
    this.navigator.resize(width, height);
    this.moved();
    if (this.points.n) this.drawNow(); // a canvas that changed its size is empty until it is drawn
  }

  /** The graphics were lost and are back: build everything again from the arrays at hand. */
  private restore(): void {
    for (const part of [this.loop, this.painter, this.points]) part.attach(this.canvases.gl);
    this.thumbnails.restore();
    this.change({ labels: true });
  }
}
