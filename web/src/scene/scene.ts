/**
 * The picture: points, thumbnails, labels, and the hands on them, in one container element.
 *
 * A scene knows no page, no network and no records. It is told layouts, colours and states of points, and it
 * tells what a person points at, clicks and outlines. It draws only when something has changed.
 *
 *     const scene = new Scene(document.body, { theme: 'dark' });
 *     scene.setLayout(Float32Array.of(0, 0, 0, 1, 2, 0), 2);
 *     scene.on('click', ({ row }) => console.log(row));
 */
import { type Bounds, Camera, projectAll, type ScreenPlaces } from './camera';
import { type Canvases, layCanvases, pngOf, screenRatio, sizeCanvases } from './canvas';
import { boundsOf, type Density, densityOf } from './density';
import { Emitter } from './emitter';
import { Gestures, type GestureTarget } from './gestures';
import { ScreenGrid } from './grid';
import { LabelLayer, type LabelWorld, type ScreenPlace } from './labelLayer';
import type { Rectangle } from './labels';
import { Loop } from './loop';
import { CameraFlight, ease } from './motion';
import { DepthOrder, subset } from './order';
import { type Look, Painter, sizesOf } from './painter';
import { Points } from './points';
import { type Outline, rowsInside } from './polygon';
import { worthLabels } from './rank';
import { spreadOrder } from './spread';
import { css, type Palette, PALETTES } from './theme';
import { Thumbnails } from './thumbnails';
import { type CameraState, type Dimensions, type Insets, type Labels, type LayoutOptions, type SceneEvents } from './types';
import { type SceneOptions, type SceneStats, type SelectMode, State, type Theme, type ThumbnailSource, type Tool } from './types';

const MOVE_MS = 500;
const FLY_MS = 450;
const REST_MS = 140;
const CHOOSE_MS = 120;
const PICK_REACH = 8;
const SLOW_MS = 60;
const SMOOTH_MS = 40;
const MANY = 300_000;
const LEAST_DRAWN = 60_000;
const START_3D = { yaw: -0.55, pitch: 0.35 };
const NO_LABELS: Labels = { text: () => '', order: null, pinned: [], visible: false };

export class Scene extends Emitter<SceneEvents> {
  tool: Tool = 'navigate';
  onCamera: ((state: CameraState) => void) | null = null;
  private readonly canvases: Canvases;
  private readonly eye = new Camera();
  private readonly flight = new CameraFlight(this.eye);
  private readonly points: Points;
  private readonly painter: Painter;
  private readonly loop: Loop;
  private readonly gestures: Gestures;
  private readonly observer: ResizeObserver;
  private readonly grid = new ScreenGrid();
  private readonly depth = new DepthOrder();
  private readonly labelLayer: LabelLayer;
  private readonly calm: boolean;
  private palette: Palette;
  private bounds: Bounds = { center: [0, 0, 0], half: [1, 1, 1] };
  private density: Density = { median: 1, high: 1, crowd: new Uint8Array(0) };
  private labels = NO_LABELS;
  private spread: Uint32Array | null = null;
  private thumbnails: Thumbnails | null = null;
  private thumbnailSource: ThumbnailSource | null = null;
  private thumbnailsShown = false;
  private thumbnailSize = 28;
  private hoverRow = -1;
  private outline: Outline | null = null;
  private atHome = true;
  private layoutStart = 0;
  private movedAt = -Infinity;
  private chosenAt = -Infinity;
  private restTimer = 0;
  private gridStale = true;
  private labelsStale = true;
  private pointsStale = true;
  private cameraTold = true;
  private orderKey = '';
  private drawn = 0;
  private costMs = 0;

  constructor(container: HTMLElement, options: SceneOptions = {}) {
    super();
    this.canvases = layCanvases(container);
    this.palette = PALETTES[options.theme ?? 'light'];
    this.calm = options.reducedMotion ?? window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    const { gl, points, context } = this.canvases;
    this.points = new Points(gl);
    this.painter = new Painter(gl);
    this.labelLayer = new LabelLayer(context);
    this.loop = new Loop(gl, (now) => this.frame(now), () => this.measured());
    this.gestures = new Gestures(container, this.hands());
    points.addEventListener('webglcontextlost', (event) => event.preventDefault());
    points.addEventListener('webglcontextrestored', () => this.restore());
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
    this.bounds = boundsOf(positions);
    this.density = densityOf(positions, this.bounds);
    this.points.setCrowd(this.density.crowd);
    this.spread = null;
    this.orderKey = '';
    if (this.hoverRow >= this.points.n) this.hoverRow = -1;
    const turned = dimensions !== this.flight.destination.dimensions;
    if (options.fit ?? (this.atHome || turned)) this.fit(dimensions, moves ? MOVE_MS : 0);
    else this.orient(dimensions, moves ? MOVE_MS : 0);
    this.change({ grid: true, labels: true });
  }

  /** One colour a point: red, green, blue, opacity. Shape `(n, 4)`. */
  setColors(rgba: Uint8Array): void {
    this.sized('colours', rgba.length / 4);
    this.points.setColors(rgba);
    this.change();
  }

  /** State bits a point. Shape `(n,)`. */
  setStates(states: Uint8Array): void {
    this.sized('states', states.length);
    this.points.setStates(states, this.thumbnails?.hasImage ?? null);
    this.change({ grid: true, labels: true });
  }

  setLabels(labels: Labels): void {
    this.labels = labels;
    this.labelLayer.reset();
    this.change({ labels: true });
  }

  /** Where thumbnails come from; null: there are none. */
  setThumbnails(source: ThumbnailSource | null): void {
    this.thumbnails?.destroy();
    this.thumbnails = null;
    this.thumbnailSource = source;
    if (source && this.thumbnailsShown) this.loadThumbnails(source);
    this.change({ labels: true });
  }

  /** Draw thumbnails (their longer side `size` CSS pixels) in place of discs. They are read when first shown. */
  showThumbnails(on: boolean, size = this.thumbnailSize): void {
    this.thumbnailsShown = on;
    this.thumbnailSize = size;
    if (on && !this.thumbnails && this.thumbnailSource) this.loadThumbnails(this.thumbnailSource);
    this.change({ labels: true });
  }

  /** What is not as it came about the thumbnails, in one sentence; empty when all is. */
  get thumbnailNote(): string {
    return this.thumbnails?.note ?? '';
  }

  setTheme(theme: Theme): void {
    this.palette = PALETTES[theme];
    this.change();
  }

  setTool(tool: Tool): void {
    this.tool = tool;
    this.canvases.points.style.cursor = tool === 'navigate' ? '' : 'crosshair';
  }

  /** The point that is lit as if the pointer were on it, -1: none. */
  get hover(): number {
    return this.hoverRow;
  }

  set hover(row: number) {
    if (row === this.hoverRow) return;
    this.hoverRow = row >= 0 && row < this.points.n ? row : -1;
    if (this.images) this.pointsStale = true;
    this.loop.request();
  }

  /** Space that panels cover; the picture is centred in what is free, and labels stay there. */
  get insets(): Insets {
    return { ...this.eye.insets };
  }

  set insets(insets: Insets) {
    const goal = this.flight.destination;
    this.flight.finish();
    if (this.atHome) this.eye.insets = { ...insets };
    else this.eye.keepThrough(() => (this.eye.insets = { ...insets }));
    if (this.atHome) this.fit(goal.dimensions, 0);
    this.moved();
  }

  get camera(): CameraState {
    return this.eye.state;
  }

  set camera(state: CameraState) {
    const { dimensions } = this.flight.destination;
    const flat = dimensions === 2 ? { yaw: 0, pitch: 0 } : {};
    this.flight.to({ ...state, dimensions, ...flat }, 0);
    this.atHome = false;
    this.moved();
  }

  /** Whether the whole picture is in view because nobody has moved the camera since. */
  get isHome(): boolean {
    return this.atHome;
  }

  /** Bring everything into view. */
  home(): void {
    this.fit(this.eye.dimensions, this.flightMs);
    this.moved();
  }

  zoomBy(factor: number): void {
    const [x, y] = this.eye.center;
    this.steer(() => this.zoom(factor, x, y));
  }

  panBy(dx: number, dy: number): void {
    this.steer(() => this.eye.panBy(dx, dy));
  }

  orbitBy(dx: number, dy: number): void {
    this.steer(() => this.eye.orbitBy(dx, dy));
  }

  /** Bring these points into view. */
  focusOn(rows: ArrayLike<number>): void {
    const chosen = new Float32Array(rows.length * 3);
    for (let i = 0; i < rows.length; i++) chosen.set(this.points.positions.subarray(rows[i] * 3, rows[i] * 3 + 3), i * 3);
    if (!chosen.some((value) => !Number.isNaN(value))) return;
    const bounds = boundsOf(chosen);
    const closest = Math.hypot(...this.bounds.half) * 0.04 || 1;
    bounds.half = bounds.half.map((half) => Math.max(half, closest)) as Bounds['half'];
    this.flight.to(this.eye.fitted(bounds, 0.7), this.flightMs);
    this.atHome = false;
    this.moved();
  }

  /** Where a point is on the screen, in CSS pixels from the container's corner. */
  project(row: number): ScreenPlace {
    const { x, y, w } = this.eye.project(...this.points.place(row));
    const { width, height } = this.eye;
    const hidden = (this.points.states[row] & State.hidden) !== 0;
    return { x, y, visible: !hidden && w > 0.06 && x >= 0 && y >= 0 && x <= width && y <= height };
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
    const ratio = screenRatio() * scale;
    this.hoverRow = -1;
    sizeCanvases(this.canvases, this.eye.width, this.eye.height, ratio);
    this.labelLayer.choose(this.world());
    this.paint(false, ratio);
    this.overlay(performance.now(), ratio, true);
    const made = pngOf(this.canvases);
    this.hoverRow = hover;
    sizeCanvases(this.canvases, this.eye.width, this.eye.height, screenRatio());
    this.paint(false);
    this.overlay(performance.now());
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
    this.thumbnails?.destroy();
    this.points.destroy();
    this.canvases.points.remove();
    this.canvases.overlay.remove();
  }

  /** The thumbnails, where they are what is drawn. */
  private get images(): Thumbnails | null {
    return this.thumbnailsShown && this.thumbnails?.ready ? this.thumbnails : null;
  }

  private get flightMs(): number {
    return this.calm ? 0 : FLY_MS;
  }

  private fit(dimensions: Dimensions, duration: number): void {
    this.atHome = true;
    const view = { ...this.eye.state, dimensions, ...this.viewpoint(dimensions) };
    const eye = Object.assign(new Camera(), { width: this.eye.width, height: this.eye.height, insets: this.eye.insets });
    eye.state = view;
    this.flight.to(eye.fitted(this.bounds), this.calm ? 0 : duration);
  }

  /** Change only the dimensions, where the layout has others than the one before. */
  private orient(dimensions: Dimensions, duration: number): void {
    if (dimensions === this.flight.destination.dimensions) return;
    this.flight.to({ ...this.flight.destination, dimensions, ...this.viewpoint(dimensions) }, this.calm ? 0 : duration);
  }

  private viewpoint(dimensions: Dimensions): { yaw: number; pitch: number } {
    const { dimensions: before, yaw, pitch } = this.flight.destination;
    if (dimensions === 2) return { yaw: 0, pitch: 0 };
    return before === 3 ? { yaw, pitch } : START_3D;
  }

  private get homeScale(): number {
    const { zoom } = this.eye.fitted(this.bounds);
    return (zoom * Math.min(this.eye.free.width, this.eye.free.height)) / 2;
  }

  private zoom(factor: number, x: number, y: number): void {
    const home = this.homeScale;
    const scale = Math.min(Math.max(this.eye.scale * factor, home * 0.2), home * 1e5);
    this.eye.zoomAt(scale / this.eye.scale, x, y);
  }

  /** A person moves the camera. */
  private steer(move: () => void): void {
    this.flight.stop();
    move();
    this.atHome = false;
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
    if (this.drawn < this.points.n) this.pointsStale = true;
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
    if (this.pointsStale || travels) this.paint(performance.now() - this.movedAt < REST_MS - 20 || travels);
    const fading = this.overlay(now);
    this.pointsStale = false;
    if (!this.cameraTold) this.tellCamera();
    if (travels) this.stir();
    else if (fading) this.loop.request();
  }

  /** Move the camera and the points on; returns whether they are still under way. */
  private travel(now: number): boolean {
    const flew = this.flight.advance(now);
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
    const { points } = this;
    const size = this.sizeOfSubset(moving);
    this.order(size);
    this.drawn = this.painter.paint(this.look(ratio), points, size);
    this.loop.submitted(started);
  }

  /** How many points to draw: all of them, but fewer while the camera moves and the graphics are slow. */
  private sizeOfSubset(moving: boolean): number {
    const { n } = this.points;
    if (!moving || n <= MANY || n * this.costMs < SLOW_MS) return n;
    const step = 2 ** Math.round(Math.log2(SMOOTH_MS / (n * this.costMs)));
    return Math.max(Math.round(n * Math.min(step, 0.5)), LEAST_DRAWN);
  }

  /** Send the list of rows to draw, where it has changed. */
  private order(size: number): void {
    const { points, eye } = this;
    const part = size < points.n;
    const deep = eye.dimensions === 3 && points.n <= MANY;
    const key = part ? `some ${size}` : deep ? `far first ${eye.yaw} ${eye.pitch}` : 'all';
    if (key === this.orderKey) return;
    this.orderKey = key;
    points.setOrder(part ? subset(points.n, size) : deep ? this.depth.sort(eye, points.positions, this.bounds) : null);
  }

  private measured(): void {
    const { frameMs } = this.loop;
    if (this.drawn) this.costMs = this.costMs ? this.costMs * 0.6 + (frameMs / this.drawn) * 0.4 : frameMs / this.drawn;
    this.emit('frame', this.stats());
  }

  private look(ratio = screenRatio()): Look {
    return {
      camera: this.eye,
      palette: this.palette,
      density: this.density,
      homeScale: this.homeScale,
      radius: Math.hypot(...this.bounds.half) || 1,
      hover: this.hoverRow,
      ratio,
      thumbnails: this.images,
      thumbnailSize: this.thumbnailSize,
    };
  }

  /** Draw labels and the outline; returns whether labels are still fading. */
  private overlay(now: number, ratio = screenRatio(), cut = this.calm): boolean {
    const { context, overlay } = this.canvases;
    const world = this.world();
    const due = this.labelsStale && now - this.chosenAt > CHOOSE_MS;
    if (due) {
      this.labelLayer.choose(world);
      [this.chosenAt, this.labelsStale] = [now, false];
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, overlay.width, overlay.height);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (this.hoverRow >= 0 && !this.images) this.drawHovered(this.hoverRow);
    if (this.outline) this.drawOutline(this.outline);
    return this.labelLayer.draw(world, this.palette, now, cut) || (this.labelsStale && !due);
  }

  /** The hovered point, grown and ringed; on the overlay, so that pointing never draws a million points again. */
  private drawHovered(row: number): void {
    const { x, y, visible } = this.project(row);
    if (!visible) return;
    const { context } = this.canvases;
    const radius = Math.max(sizesOf(this.look(), this.points, this.points.n).litDiameter * 0.7, 4.5);
    const [r, g, b] = this.points.colors.subarray(row * 4, row * 4 + 3);
    for (const [size, color] of [
      [radius + 3.5, css(this.palette.ink)],
      [radius + 2, css(this.palette.background)],
      [radius, css([r / 255, g / 255, b / 255])],
    ] as const) {
      context.beginPath();
      context.arc(x, y, size, 0, 2 * Math.PI);
      context.fillStyle = color;
      context.fill();
    }
  }

  private drawOutline(outline: Outline): void {
    const { context } = this.canvases;
    context.beginPath();
    for (const [x, y] of outline) context.lineTo(x, y);
    context.closePath();
    context.fillStyle = css(this.palette.accent, 0.08);
    context.strokeStyle = css(this.palette.accent);
    context.lineWidth = 1.25;
    context.lineJoin = 'round';
    context.fill();
    context.stroke();
  }

  private world(): LabelWorld {
    const { labels } = this;
    const { diameter } = sizesOf(this.look(), this.points, this.points.n);
    const half = this.images ? this.thumbnailSize / 2 : Math.max(diameter, 3) / 2;
    return {
      place: (row) => this.project(row),
      text: labels.text,
      candidates: () => (labels.visible ? this.worthLabels() : []),
      pinned: labels.pinned,
      hover: this.hoverRow,
      area: this.freeArea,
      gap: () => half + 4,
    };
  }

  private worthLabels(): Iterable<number> {
    const { labels, points } = this;
    if (!labels.order) this.spread ??= spreadOrder(points.positions, this.bounds);
    return worthLabels(points, labels.order ?? this.spread ?? new Uint32Array(0), () => this.freshGrid(), this.freeArea);
  }

  private get freeArea(): Rectangle {
    const { x, y, width, height } = this.eye.free;
    return { left: x, top: y, right: x + width, bottom: y + height };
  }

  private freshGrid(): ScreenGrid {
    if (this.gridStale) this.grid.build(this.eye, this.points.positions, this.points.states);
    this.gridStale = false;
    return this.grid;
  }

  private pick(x: number, y: number): number {
    const radius = this.images ? this.thumbnailSize / 2 : sizesOf(this.look(), this.points, this.points.n).litDiameter / 2 + 2;
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
      zoom: (factor, x, y) => this.steer(() => this.zoom(factor, x, y)),
      point: (at) => this.pointAt(at),
      click: (x, y, keys) => this.emit('click', { row: this.pick(x, y), x, y, ...keys }),
      focus: (x, y) => this.lookCloser(x, y),
      outline: (outline) => this.showOutline(outline),
      select: (outline, mode: SelectMode) => this.emit('select', { rows: this.rowsIn(outline), mode }),
    };
  }

  private pointAt(at: [number, number] | null): void {
    const busy = this.points.progress < 1 || this.flight.active;
    const row = at && !busy ? this.pick(...at) : -1;
    if (row < 0 && this.hoverRow < 0) return;
    this.hover = row;
    if (this.tool === 'navigate') this.canvases.points.style.cursor = row >= 0 ? 'pointer' : '';
    this.emit('hover', { row, x: at?.[0] ?? 0, y: at?.[1] ?? 0 });
  }

  private lookCloser(x: number, y: number): void {
    const row = this.pick(x, y);
    if (row >= 0) return this.focusOn([row]);
    const goal = Object.assign(new Camera(), { ...this.eye });
    goal.zoomAt(2, x, y);
    this.flight.to(goal.state, this.flightMs);
    this.atHome = false;
    this.moved();
  }

  private showOutline(outline: Outline | null): void {
    if (!outline && !this.outline) return;
    this.outline = outline;
    this.loop.request();
  }

  private tellCamera(): void {
    this.cameraTold = true;
    const { state } = this.eye;
    this.onCamera?.(state);
    this.emit('camera', state);
  }

  private resize(container: HTMLElement): void {
    const { clientWidth: width, clientHeight: height } = container;
    if (!width || !height) return;
    const { dimensions } = this.flight.destination;
    Object.assign(this.eye, { width, height });
    sizeCanvases(this.canvases, width, height, screenRatio());
    if (this.atHome) this.fit(dimensions, 0);
    this.moved();
    if (this.points.n) this.drawNow(); // a canvas that changed its size is empty until it is drawn
  }

  private loadThumbnails(source: ThumbnailSource): void {
    const made = new Thumbnails(this.canvases.gl, source, (start, end) => {
      const last = Math.min(end, this.points.n);
      if (start < last) this.points.markImages(start, last, made.hasImage);
      this.change({ labels: true });
    });
    this.thumbnails = made;
    made.load().then(
      () => this.change({ labels: true }),
      (problem) => console.warn('Thumbnails could not be read; their points stay discs.', problem),
    );
  }

  /** The graphics were lost and are back: build everything again from the arrays at hand. */
  private restore(): void {
    const { gl } = this.canvases;
    this.loop.attach(gl);
    this.painter.attach(gl);
    this.points.attach(gl);
    if (this.thumbnailSource) this.setThumbnails(this.thumbnailSource);
    this.change({ labels: true });
  }

  private sized(what: string, length: number): void {
    if (length === this.points.n) return;
    throw new Error(`The ${what} are for ${length} points, the layout has ${this.points.n}. Set the layout first.`);
  }
}
