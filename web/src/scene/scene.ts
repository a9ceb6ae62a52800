/**
 * The picture: points, thumbnails, labels, and the hands on them, in one container element.
 *
 * It is told layouts, colours and states of points, tells what a person points at, and draws only after a change.
 *
 *     const scene = new Scene(document.body, { theme: 'dark' });
 *     scene.setLayout(Float32Array.of(0, 0, 0, 1, 2, 0), 2);
 *     scene.on('click', ({ row }) => console.log(row));
 */
import { type Camera, NEAR } from "./camera";
import { type Canvases, layCanvases, pngOf, screenRatio, sizeCanvases } from "./canvas";
import { DrawList } from "./drawList";
import { Contouring } from "./contouring";
import { boundsOf, boxBetween } from "./density";
import { Emitter } from "./emitter";
import { Extent } from "./extent";
import { Gestures } from "./gestures";
import type { Ground } from "./ground";
import { type Grip, Hands } from "./hands";
import { LabeledPicture } from "./labeled";
import { Labeling } from "./labeling";
import type { ScreenPlace } from "./labelLayer";
import { Loop } from "./loop";
import { Journey } from "./motion";
import { Navigator } from "./navigator";
import { LinkLayer } from "./links";
import { Overlay } from "./overlay";
import { type Look, Painter, type Sizes, sizesOf } from "./painter";
import { Picking } from "./picking";
import { Points } from "./points";
import { type Outline, rowsInside } from "./polygon";
import { Similarity } from "./similarity";
import { Stream } from "./stream";
import { type Palette, PALETTES } from "./theme";
import { ThumbnailLayer } from "./thumbnailLayer";
import { TrailLayer } from "./trails";
import type { CameraState, Dimensions, Insets, Labels, LayoutOptions, SceneEvents, SceneOptions } from "./types";
import { type SceneStats, State, type Theme, type ThumbnailSource, type Tool } from "./types";

const MOVE_MS = 500;
const REST_MS = 140;

export class Scene extends Emitter<SceneEvents> {
  tool: Tool = "navigate";
  readonly trails: TrailLayer;
  readonly links: LinkLayer;
  readonly over: Overlay;
  readonly contouring: Contouring;
  private readonly picking: Picking;
  private readonly canvases: Canvases;
  readonly navigator: Navigator;
  private readonly eye: Camera;
  private readonly points: Points;
  private readonly painter: Painter;
  private readonly loop: Loop;
  private readonly gestures: Gestures;
  private readonly observer: ResizeObserver;
  private readonly list = new DrawList();
  private readonly extent: Extent;
  private readonly journey = new Journey();
  private readonly stream: Stream;
  private readonly labeling: Labeling;
  private readonly thumbnails: ThumbnailLayer;
  private readonly calm: boolean;
  private palette: Palette;
  private hoverRow = -1;
  private foggy = true;
  private movedAt = -Infinity;
  private restTimer = 0;
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
    this.stream = new Stream(this.navigator, this.calm);
    const { gl, points, context } = this.canvases;
    this.points = new Points(gl);
    this.extent = new Extent(this.points);
    this.painter = new Painter(gl);
    this.trails = new TrailLayer(gl, this.points, () => this.change());
    this.links = new LinkLayer(gl, () => this.change());
    this.over = new Overlay(this.canvases, () => this.loop && this.relabel());
    this.loop = new Loop(
      gl,
      (now) => this.frame(now),
      () => this.measured(),
    );
    const arrived = () => this.change({ labels: true });
    this.thumbnails = new ThumbnailLayer(gl, this.points, arrived, () => this.loop.busy);
    this.picking = new Picking(this.eye, this.points, this.thumbnails, () => this.sizes);
    this.labeling = new Labeling(context, this.labeled());
    this.contouring = new Contouring(this.points, this.extent, this.navigator, this.over);
    this.gestures = new Gestures(container, new Hands(this, this.grip()));
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
    this.labeling.resting = false;
    this.stream.end();
    const moves = this.take(positions, dimensions, options);
    const duration = moves ? (options.pace ?? MOVE_MS) : 0;
    this.journey.begin(duration, options.pace !== undefined);
    if (options.pace === undefined) this.labeling.relaid();
    this.navigator.bounds = this.extent.view;
    const turned = dimensions !== this.navigator.dimensions;
    if (options.fit ?? (this.navigator.atHome || turned)) this.navigator.fit(dimensions, duration);
    else this.navigator.orient(dimensions, duration);
    this.contouring.follow(!this.stream.active);
    this.moved();
  }

  /**
   * Show one frame of a layout that is still being computed; `setLayout` ends it with the last one.
   *
   * Only what moves is worked out: labels rest, and crowds are counted now and then.
   */
  streamLayout(positions: Float32Array, dimensions: Dimensions): void {
    const now = performance.now();
    if (!this.stream.active) this.beginStream(positions, dimensions, now);
    else this.points.setLayout(positions, !this.calm);
    this.extent.follow(positions, dimensions);
    this.list.reset();
    this.journey.begin(this.stream.pace(now, this.loop.frameMs), true);
    this.change({ grid: true, labels: true });
  }

  /** Lay something behind the points of a flat picture; null: nothing. */
  setGround(ground: Ground | null): void {
    if (this.painter.ground.set(ground)) this.change();
  }

  /** Whether what is far fades in three dimensions. */
  set fog(on: boolean) {
    this.foggy = on;
    this.change();
  }

  /** A diameter a point in 64ths of the usual one, shape `(n,)`; null: all have that. */
  setSizes(sizes: Uint8Array | null): void {
    this.points.setSizes(sizes);
    this.change();
  }

  /** One colour a point: red, green, blue, opacity. Shape `(n, 4)`; the array is kept, so give a new one each time. */
  setColors(rgba: Uint8Array): void {
    if (rgba === this.points.colors) return;
    this.points.setColors(rgba);
    this.change();
  }

  /** State bits a point. Shape `(n,)`. */
  setStates(states: Uint8Array): void {
    const shows = this.points.setStates(states, this.thumbnails.hasImage);
    this.extent.relit();
    this.contouring.follow(!this.stream.active);
    this.change({ grid: shows, labels: true });
  }

  setLabels(labels: Labels): void {
    this.labeling.set(labels);
    this.relabel();
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
    this.flyTo(null);
  }

  /** Fly to a view; null: to the whole picture. */
  flyTo(state: CameraState | null): void {
    if (state) this.navigator.flyTo(state);
    else this.navigator.fit();
    this.moved();
  }

  zoomBy(factor: number): void {
    this.zoom(factor, ...this.eye.center);
  }

  /** Move the camera by hand. */
  steer(move: (camera: Camera) => void): void {
    this.navigator.steer(move);
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
    return rowsInside(outline, this.picking.places, this.points.states);
  }

  /** The picture as it is now, with its labels, as a PNG; `scale` 2 doubles its size in pixels. */
  async picture({ scale = 1 } = {}): Promise<Blob> {
    const hover = this.hoverRow;
    this.hoverRow = -1;
    this.labeling.choose();
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

  /** Take a layout; returns whether the points have a way to go. */
  private take(positions: Float32Array, dimensions: Dimensions, options: LayoutOptions): boolean {
    const { animate = true, foreign, pace } = options;
    const frame = options.frame ? boxBetween(options.frame.low, options.frame.high) : null;
    const units = foreign ? Similarity.needed(this.extent.bounds, frame ?? boundsOf(positions)) : null;
    const travels = this.points.setLayout(positions, animate && this.points.n > 0 && !this.calm, units);
    if (units) this.navigator.rescale(units);
    if (this.hoverRow >= this.points.n) this.hoverRow = -1;
    this.extent[pace === undefined ? "measure" : "follow"](positions, dimensions, frame);
    this.list.reset();
    return travels;
  }

  private beginStream(positions: Float32Array, dimensions: Dimensions, now: number): void {
    const { view } = this.extent;
    const empty = this.points.n !== positions.length / 3;
    const units = Similarity.between(this.extent.bounds, boundsOf(positions));
    this.points.setLayout(positions, !this.calm, units);
    this.navigator.rescale(units);
    this.labeling.resting = true;
    this.labeling.stale = true;
    this.stream.begin(now, empty ? null : units.box(view));
    if (dimensions !== this.navigator.dimensions) this.navigator.orient(dimensions, MOVE_MS);
  }

  private zoom(factor: number, x: number, y: number): void {
    this.steer(() => this.navigator.zoomAt(factor, x, y));
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
    this.labeling.stale = true;
    if (this.rough || this.drawn < this.points.n) this.pointsStale = true;
    this.loop.request();
  }

  private change(stale: { grid?: boolean; labels?: boolean } = {}): void {
    this.pointsStale = true;
    this.picking.stale ||= stale.grid ?? false;
    this.labeling.stale ||= stale.labels ?? false;
    this.loop.request();
  }

  /** Only what lies over the points is another: they need not be drawn again. */
  private relabel(): void {
    this.labeling.stale = true;
    this.loop.request();
  }

  private frame(now: number): void {
    const travels = this.travel(performance.now());
    if (this.pointsStale || travels) this.paint(travels || performance.now() - this.movedAt < REST_MS - 20);
    this.pointsStale = false;
    const fading = this.overlay(now);
    if (!this.cameraTold) this.emit("camera", this.eye.state);
    this.cameraTold = true;
    if (travels && !this.stream.active) this.stir();
    else if (travels && this.stream.flows(this.points.progress, this.loop.frameMs)) this.change({ grid: true });
    else if (fading) this.loop.request();
  }

  /** Move the camera and the points on; returns whether they are still under way. */
  private travel(now: number): boolean {
    const flew = this.navigator.advance(now);
    if (flew) this.cameraTold = false;
    const follows = this.stream.active && this.stream.follow(this.extent.view, now);
    const { points } = this;
    const travels = points.progress < 1;
    if (travels) points.progress = this.journey.at(now);
    if (travels && points.progress >= 1) points.arrived();
    if (!(flew || follows || travels)) return false;
    this.pointsStale = this.picking.stale = this.labeling.stale = true;
    return true;
  }

  private paint(moving: boolean, ratio = screenRatio()): void {
    const started = performance.now();
    const movement = this.stream.active ? "streamed" : moving ? "short" : "none";
    const size = this.list.prepare(this.points, this.eye, this.extent.bounds, movement);
    this.rough = moving && this.list.slow(this.points.n);
    this.drawn = this.painter.paint(this.look(ratio), this.points, size);
    // An empty ground needs no measuring, and the first picture would have to wait for it.
    if (!this.points.n) return;
    this.loop.submitted(started);
    this.emit("painted", { drawn: this.drawn });
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
      density: this.extent.density,
      litDensity: this.extent.lit,
      homeScale: this.navigator.homeScale,
      radius: this.extent.radius,
      hover: this.hoverRow,
      ratio,
      thumbnails: this.thumbnails.drawn,
      thumbnailSize: this.thumbnails.size,
      rough: this.rough,
      trails: this.trails,
      links: this.links,
      fog: this.foggy,
    };
  }

  /** Draw what lies over the points; returns whether the next frame has labels to choose or to fade. */
  private overlay(now: number, ratio = screenRatio(), cut = this.calm): boolean {
    const { palette, eye: camera, hoverRow: row } = this;
    const drawn = row >= 0 && !this.thumbnails.drawn;
    const radius = () => Math.max(this.sizes.litDiameter * 0.7 * this.points.sizeOf(row), 4.5);
    const hovered = drawn ? { at: this.project(row), radius: radius(), color: this.points.color(row) } : null;
    const { homeScale, area } = this.navigator;
    return this.over.draw({ now, ratio, cut, palette, camera, homeScale, area, hovered }, this.labeling);
  }

  private get sizes(): Sizes {
    return sizesOf(this.look(), this.points, this.points.n);
  }

  private labeled(): LabeledPicture {
    const { points, extent, navigator, over: overlay, picking, thumbnails } = this;
    return new LabeledPicture({
      ...{ points, extent, navigator, overlay, picking, thumbnails },
      moving: () => performance.now() - this.movedAt < REST_MS,
      hover: () => this.hoverRow,
      diameter: () => this.sizes.diameter,
      place: (row) => this.project(row),
    });
  }

  private grip(): Grip {
    return {
      busy: () => (this.points.progress < 1 && !this.stream.active) || this.navigator.flying,
      pick: (x, y) => this.picking.pick(x, y),
      ball: (middle, edge) => this.picking.ball(middle, edge),
      zoom: (factor, x, y) => this.zoom(factor, x, y),
      approach: (x, y) => {
        this.navigator.approach(x, y);
        this.moved();
      },
      outline: (outline, ball) => {
        this.over.sketch(outline, ball);
        this.loop.request();
      },
      cursor: (name) => (this.canvases.points.style.cursor = name),
    };
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
    for (const part of [this.loop, this.painter, this.points, this.trails, this.links]) part.attach(this.canvases.gl);
    this.thumbnails.restore();
    this.change({ labels: true });
  }
}
