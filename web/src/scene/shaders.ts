/**
 * The three programs: soft discs, lit discs and thumbnails. All are `gl.POINTS` and share the first half of the vertex
 * shader, which moves a point between two layouts, turns it, and decides how much of it is to be seen.
 */
import { NEAR } from "./camera";
import { STEPS } from "./density";

const VERTEX = `#version 300 es
precision highp float;
layout(location = 0) in vec3 a_from;
layout(location = 1) in vec3 a_to;
layout(location = 2) in vec4 a_color;
layout(location = 3) in uint a_state;
layout(location = 4) in float a_crowd; // 0–255, logarithm of the density around
layout(location = 5) in float a_size;  // diameter, 64: the usual one

uniform mat3 u_rotation;     // rows: right, up, towards the eye
uniform vec3 u_target;
uniform vec2 u_center;       // CSS pixels
uniform vec2 u_size;         // CSS pixels
uniform float u_scale;       // CSS pixels a layout unit
uniform float u_perspective;
uniform float u_mix;         // 0: the layout before, 1: this one
uniform float u_ratio;       // device pixels a CSS pixel
uniform float u_fog;         // 1 / depth at which the fog is full, 0: none
uniform int u_pass;          // 0: the many, 1: the lit, 2: the hovered one, 3: lines
uniform float u_diameter;
uniform float u_alpha;       // opacity of a disc alone
uniform float u_overdraw;    // discs over each other around the median point

const float NOWHERE = 1e29;
const uint HIDDEN = 1u, FADED = 2u, SELECTED = 4u, LIT = 28u, HAS_IMAGE = 128u;

float shown;    // opacity from the layouts: points that have no place in one of them fade
float haze;     // 0: near, 1: far
float nearness; // size factor of the perspective

bool place() {
  bool before = a_from.x < NOWHERE, now = a_to.x < NOWHERE;
  bool lit = (a_state & LIT) != 0u;
  bool skipped = (a_state & HIDDEN) != 0u || (u_pass == 0 && lit) || (u_pass == 1 && !lit) || !(before || now);
  vec3 p = !before ? a_to : !now ? a_from : mix(a_from, a_to, u_mix);
  vec3 r = u_rotation * (p - u_target);
  float w = 1.0 - u_perspective * r.z;
  if (skipped || w < ${NEAR.toFixed(2)}) return false;
  shown = !before ? u_mix : !now ? 1.0 - u_mix : 1.0;
  haze = clamp(0.5 - r.z * u_fog, 0.0, 1.0) * step(1e-12, u_fog);
  nearness = 1.0 / w;
  vec2 pixel = u_center + vec2(r.x, -r.y) * (u_scale / w);
  gl_Position = vec4(pixel.x / u_size.x * 2.0 - 1.0, 1.0 - pixel.y / u_size.y * 2.0, 0.0, 1.0);
  return true;
}

/** A disc's opacity where many lie over each other, so that the crowd as a whole still shows structure. */
float opacity() {
  float overdraw = u_overdraw * exp2((a_crowd - 128.0) / ${STEPS.toFixed(1)});
  return u_alpha * inversesqrt(max(overdraw, 1.0));
}

void nowhere() {
  gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  gl_PointSize = 0.0;
}
`;

/** How large and how opaque a disc is; the two kinds of disc go on from here. */
const DISC = `${VERTEX}
float radius;   // device pixels
float softness; // device pixels over which the edge fades
float alpha;
vec3 hue;

bool disc() {
  if (!place()) { nowhere(); return false; }
  bool faded = u_pass == 0 && (a_state & FADED) != 0u;
  float lone = u_pass == 0 ? clamp(exp2((128.0 - a_crowd) / ${(STEPS * 8).toFixed(1)}), 0.85, 1.35) : 1.0;
  float grown = u_diameter * min(nearness, 4.0) * (faded ? 0.9 : lone) * (a_size / 64.0);
  radius = max(grown, 1.2) * 0.5 * u_ratio;
  softness = max(0.8, min(radius * 0.4, 3.0 * u_ratio));
  float dense = u_pass == 0 ? opacity() : 1.0;
  alpha = (faded ? clamp(dense * 0.2, 0.035, 0.15) : dense) * a_color.a * shown * (1.0 - (u_pass == 0 ? 0.62 : 0.2) * haze);
  hue = faded ? mix(a_color.rgb, vec3(dot(a_color.rgb, vec3(0.3, 0.59, 0.11))), 0.35) : a_color.rgb;
  return true;
}
`;

/** The many. As little as can be is left to the fragments, of which there are tens of millions. */
export const DISC_VERTEX = `${DISC}
uniform float u_cover;
flat out vec4 v_color; // premultiplied
flat out vec2 v_edge;  // r ↦ v_edge.y - r · v_edge.x falls from 1 to 0 over the disc's edge

void main() {
  if (!disc()) return;
  float half_side = radius + 0.25;
  gl_PointSize = 2.0 * half_side;
  v_edge = vec2(half_side, radius + 0.5) / (softness + 0.5);
  v_color = vec4(hue * alpha, min(alpha * u_cover, 1.0));
}
`;

export const DISC_FRAGMENT = `#version 300 es
precision highp float;
flat in vec4 v_color;
flat in vec2 v_edge;
out vec4 color;

void main() {
  float t = clamp(v_edge.y - length(gl_PointCoord * 2.0 - 1.0) * v_edge.x, 0.0, 1.0);
  color = v_color * (t * t * (3.0 - 2.0 * t));
}
`;

/** The lit ones: full colour, and a ring around what is selected. */
export const LIT_VERTEX = `${DISC}
uniform float u_ring;  // opacity of the ring
flat out vec4 v_color;
flat out vec4 v_shape; // device pixels: half the square, disc radius, softness; ring opacity

void main() {
  if (!disc()) return;
  bool ringed = u_ring > 0.0 && (a_state & SELECTED) != 0u;
  float half_side = radius + 0.5 + (ringed ? 2.6 * u_ratio : 0.0);
  gl_PointSize = 2.0 * half_side;
  v_shape = vec4(half_side, radius, softness, ringed ? u_ring : 0.0);
  v_color = vec4(hue, alpha);
}
`;

export const LIT_FRAGMENT = `#version 300 es
precision highp float;
flat in vec4 v_color;
flat in vec4 v_shape;
uniform vec3 u_ink;
uniform float u_ratio;
out vec4 color;

void main() {
  float r = length(gl_PointCoord * 2.0 - 1.0) * v_shape.x;
  float disc = v_color.a * (1.0 - smoothstep(v_shape.y - v_shape.z, v_shape.y + 0.5, r));
  color = vec4(v_color.rgb * disc, disc);
  float middle = v_shape.y + 1.7 * u_ratio;
  float ring = v_shape.w * (1.0 - smoothstep(0.35 * u_ratio, 0.95 * u_ratio, abs(r - middle)));
  color = vec4(u_ink * ring, ring) + color * (1.0 - ring);
}
`;

/** Lines from point to point: an end that is not to be seen takes its lines with it. */
export const LINK_VERTEX = `${VERTEX}
uniform float u_cover;
out vec4 v_color;
out float v_seen;

void main() {
  v_seen = place() ? 1.0 : 0.0;
  if (v_seen == 0.0) nowhere();
  bool faded = (a_state & FADED) != 0u;
  float alpha = u_alpha * ((a_state & LIT) != 0u ? 1.6 : faded ? 0.2 : 1.0) * shown * (1.0 - 0.62 * haze);
  alpha = v_seen * min(alpha, 1.0);
  v_color = vec4(a_color.rgb * alpha, min(alpha * u_cover, 1.0));
}
`;

export const LINK_FRAGMENT = `#version 300 es
precision highp float;
in vec4 v_color;
in float v_seen;
out vec4 color;

void main() {
  if (v_seen < 0.999) discard;
  color = v_color;
}
`;

export const THUMBNAIL_VERTEX = `${VERTEX}
uniform float u_thumbnail;   // CSS pixels of the longer side
uniform ivec3 u_grid;        // columns and rows of a page, longer side of a cell
flat out vec4 v_color;
flat out ivec3 v_cell;       // column, row, page
flat out float v_side;       // device pixels of the square
flat out float v_lit;
flat out float v_image;

void main() {
  if (!place()) { nowhere(); return; }
  bool faded = u_pass == 0 && (a_state & FADED) != 0u;
  bool image = (a_state & HAS_IMAGE) != 0u;
  float grow = u_pass == 2 ? 1.5 : 1.0;
  float side = (image ? u_thumbnail * grow : u_diameter) * min(nearness, 4.0);
  v_side = side * u_ratio + (image ? 4.0 * u_ratio : 1.0);
  gl_PointSize = v_side;
  int cells = u_grid.x * u_grid.y;
  int cell = gl_VertexID % cells;
  v_cell = ivec3(cell % u_grid.x, cell / u_grid.x, gl_VertexID / cells);
  v_color = vec4(a_color.rgb, (faded ? 0.15 : 1.0) * a_color.a * shown * (1.0 - (u_pass == 0 ? 0.55 : 0.2) * haze));
  v_lit = u_pass == 2 || (a_state & SELECTED) != 0u ? 1.0 : (a_state & LIT) != 0u ? 0.6 : 0.0;
  v_image = image ? 1.0 : 0.0;
}
`;

export const THUMBNAIL_FRAGMENT = `#version 300 es
precision highp float;
precision highp sampler2DArray;
uniform sampler2DArray u_atlas;
uniform vec2 u_cell;         // texels of one image
uniform vec2 u_page;         // texels of a page
uniform int u_ink;           // 1: brightness is ink in the point's colour
uniform int u_halo;          // 1: ink has a rim of the background, so that overlapping strokes part
uniform int u_gray;          // 1: the atlas has one channel
uniform float u_ratio;
uniform vec3 u_background;
uniform vec3 u_ring;
flat in vec4 v_color;
flat in ivec3 v_cell;
flat in float v_side;
flat in float v_lit;
flat in float v_image;
out vec4 color;

vec4 texel(vec2 at) {
  vec2 inside = clamp(at * u_cell, vec2(0.5), u_cell - 0.5);
  vec4 value = texture(u_atlas, vec3((vec2(v_cell.xy) * u_cell + inside) / u_page, float(v_cell.z)));
  return u_gray == 1 ? vec4(value.rrr, 1.0) : value;
}

float inkAt(vec2 device, vec2 half_size) {
  if (any(greaterThan(abs(device), half_size))) return 0.0;
  vec4 value = texel(device / (2.0 * half_size) + 0.5);
  float light = dot(value.rgb, vec3(0.3, 0.59, 0.11));
  return (u_ink == 1 ? light : 1.0 - light) * value.a;
}

void main() {
  vec2 device = (gl_PointCoord - 0.5) * v_side;
  if (v_image < 0.5) {
    float disc = v_color.a * (1.0 - smoothstep(v_side * 0.5 - 1.5, v_side * 0.5, length(device)));
    color = vec4(v_color.rgb * disc, disc);
    return;
  }
  vec2 half_size = 0.5 * (v_side - 4.0 * u_ratio) * u_cell / max(u_cell.x, u_cell.y);
  vec2 beyond = abs(device) - half_size;
  float outside = max(beyond.x, beyond.y);
  float frame = v_lit * step(0.0, outside) * step(outside, 1.6 * u_ratio);
  float inside = step(outside, 0.0);
  if (u_ink > 0) {
    float ink = inkAt(device, half_size);
    float halo = ink;
    if (u_halo == 1 && ink < 0.9) {
      vec2 away = vec2(1.1, -1.1) * u_ratio;
      halo = max(halo, max(inkAt(device + away.xx, half_size), inkAt(device + away.yy, half_size)));
      halo = max(halo, max(inkAt(device + away.xy, half_size), inkAt(device + away.yx, half_size)));
    }
    color = vec4(mix(u_background * halo, v_color.rgb, ink), max(ink, halo)) * v_color.a;
  } else {
    vec4 value = texel(device / (2.0 * half_size) + 0.5);
    float edge = step(-max(u_ratio, 1.0), outside) * 0.85;
    vec3 rgb = mix(value.rgb, v_color.rgb, edge);
    float alpha = max(value.a, edge) * v_color.a * inside;
    color = vec4(rgb * alpha, alpha);
  }
  color = mix(color, vec4(u_ring, 1.0), frame);
  if (color.a < 0.004) discard;
}
`;
