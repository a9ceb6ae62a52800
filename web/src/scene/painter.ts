/** One frame on the graphics: background, the many, the lit; of thumbnails the hovered one too. */
import type { Camera } from "./camera";
import { GroundLayer } from "./ground";
import { type Density, diameterAt, opacityAt, overdrawAt } from "./density";
import type { Points } from "./points";
import { Program } from "./program";
import { DISC_FRAGMENT, DISC_VERTEX, LIT_FRAGMENT, LIT_VERTEX } from "./shaders";
import { THUMBNAIL_FRAGMENT, THUMBNAIL_VERTEX } from "./shaders";
import type { Palette } from "./theme";
import type { Thumbnails } from "./thumbnails";
import type { LinkLayer } from "./links";
import type { TrailLayer } from "./trails";

/** CSS pixels that a ring adds to a disc's diameter. */
const RING = 5;

/** The kinds of ink by their number in the shader. */
const INKS = ["none", "bright", "dark"];

export interface Look {
  camera: Camera;
  palette: Palette;
  density: Density;
  /** Of the lit points alone; null where there are none. */
  litDensity: Density | null;
  /** CSS pixels a layout unit when the whole layout is in view. */
  homeScale: number;
  /** Half the diagonal of the layout's box. */
  radius: number;
  hover: number;
  /** Device pixels a CSS pixel. */
  ratio: number;
  /** Drawn in place of discs, where there are some. */
  thumbnails: Thumbnails | null;
  thumbnailSize: number;
  /** Leave out what costs much and is not missed while the picture moves. */
  rough: boolean;
  /** Lines below what is lit. */
  trails: TrailLayer;
  /** Lines below all points. */
  links: LinkLayer;
  /** Whether what is far fades, in three dimensions. */
  fog: boolean;
}

/** What the sizes and opacities of one frame follow from. */
export interface Sizes {
  diameter: number;
  overdraw: number;
  alpha: number;
  litDiameter: number;
  ring: number;
}

/** Sizes for `drawn` of `n` points: fewer points are drawn larger and denser, so the picture keeps its weight. */
export function sizesOf(look: Look, points: Points, drawn: number): Sizes {
  const { density, homeScale, camera } = look;
  const share = points.n ? drawn / points.n : 1;
  const diameter = diameterAt(density, camera.scale, homeScale) * share ** -0.15;
  const seen = points.n ? points.visibleCount / points.n : 1;
  const overdraw = overdrawAt(density, camera.scale, diameter) * share * seen;
  return {
    diameter,
    overdraw,
    alpha: opacityAt(density, overdraw, look.palette.weight),
    ...litSizes(look, diameter),
  };
}

/** Lit points are large and ringed where they have the room; a dense selection has none for rings. */
function litSizes({ litDensity, camera, homeScale }: Look, diameter: number): Pick<Sizes, "litDiameter" | "ring"> {
  if (!litDensity) return { litDiameter: Math.max(diameter * 1.2, 5), ring: 1 };
  const room = diameterAt(litDensity, camera.scale, homeScale);
  const litDiameter = Math.max(diameter * 1.2, Math.min(room * 1.2, 5.5));
  const ring = 0.95 * Math.max(overdrawAt(litDensity, camera.scale, litDiameter + RING), 1) ** -1.3;
  return { litDiameter, ring: ring < 0.06 ? 0 : ring };
}

export class Painter {
  /** The discs' is compiled at once, the others when they are first drawn with. */
  private readonly programs = new Map<string, Program>();
  readonly ground: GroundLayer;

  constructor(private gl: WebGL2RenderingContext) {
    this.ground = new GroundLayer(gl);
    this.attach(gl);
  }

  attach(gl: WebGL2RenderingContext): void {
    this.gl = gl;
    this.programs.clear();
    this.ground.attach(gl);
    this.program(DISC_VERTEX, DISC_FRAGMENT);
  }

  private program(vertex: string, fragment: string): Program {
    const known = this.programs.get(vertex);
    if (known) return known;
    const made = new Program(this.gl, vertex, fragment);
    this.programs.set(vertex, made);
    return made;
  }

  /** Draw everything; returns how many points that were. */
  paint(look: Look, points: Points, drawn: number): number {
    const { gl } = this;
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.clearColor(...look.palette.background, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (!points.n) return 0;
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    this.ground.paint(look.camera, look.palette);
    points.bind();
    look.links.draw(points, view(look, points), look.palette.cover);
    const sizes = sizesOf(look, points, drawn);
    if (look.thumbnails) return this.paintImages(look, points, sizes, look.thumbnails);
    return this.paintDiscs(look, points, sizes);
  }

  private paintDiscs(look: Look, points: Points, sizes: Sizes): number {
    const discs = this.program(DISC_VERTEX, DISC_FRAGMENT);
    discs.use();
    discs.set({ ...view(look, points), u_cover: look.palette.cover, u_pass: 0 });
    discs.set({ u_diameter: sizes.diameter, u_overdraw: sizes.overdraw, u_alpha: sizes.alpha });
    const drawn = points.drawMany();
    this.paintTrails(look, points);
    if (!points.lit.length) return drawn;
    const lit = this.program(LIT_VERTEX, LIT_FRAGMENT);
    lit.use();
    lit.set({ ...view(look, points), u_ink: look.palette.ink, u_pass: 1 });
    lit.set({ u_diameter: sizes.litDiameter, u_overdraw: sizes.overdraw, u_alpha: sizes.alpha, u_ring: sizes.ring });
    points.drawLit(drawn / points.n);
    return drawn;
  }

  private paintTrails(look: Look, points: Points): void {
    look.trails.draw(view(look, points), look.palette.cover, look.palette.weight);
    points.bind();
  }

  private paintImages(look: Look, points: Points, sizes: Sizes, thumbnails: Thumbnails): number {
    const images = this.program(THUMBNAIL_VERTEX, THUMBNAIL_FRAGMENT);
    const { atlas, ink, channels } = thumbnails;
    images.use();
    thumbnails.bind();
    images.set({ ...view(look, points), u_atlas: 0, u_background: look.palette.background });
    images.set({ u_ring: look.palette.ink, u_ink: INKS.indexOf(ink), u_gray: channels === 1 ? 1 : 0 });
    images.set({ u_cell: [atlas.width, atlas.height], u_grid: [atlas.columns, atlas.lines, 0] });
    images.set({ u_page: [atlas.columns * atlas.width, atlas.lines * atlas.height] });
    images.set({ u_halo: look.rough ? 0 : 1, u_thumbnail: look.thumbnailSize, u_diameter: sizes.diameter * 1.2 });
    images.set({ u_pass: 0 });
    const drawn = points.drawMany();
    this.paintTrails(look, points);
    images.use();
    images.set({ u_pass: 1 });
    points.drawLit();
    if (look.hover < 0 || look.hover >= points.n) return drawn;
    images.set({ u_pass: 2, u_fog: 0 });
    points.drawOne(look.hover);
    return drawn;
  }
}

function view({ camera, radius, ratio, fog }: Look, points: Points) {
  return {
    u_rotation: Float32Array.from(camera.rotation),
    u_target: camera.target,
    u_center: camera.center,
    u_size: [camera.width, camera.height],
    u_scale: camera.scale,
    u_perspective: camera.perspective,
    u_mix: points.progress,
    u_ratio: ratio,
    u_fog: fog && camera.strength > 0 ? camera.strength / (1.5 * radius) : 0,
  };
}
