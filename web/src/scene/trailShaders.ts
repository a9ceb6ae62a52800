/**
 * Trails: one quad a step of a point, from its place at that step to the next one, as wide as a thin line.
 *
 * Quads meet at the half of their angle, so that a way bends without gaps and without darker joints. The
 * last one grows with the point. Towards the past a way becomes thinner and fades.
 */
import { NEAR } from "./camera";

export const TRAIL_VERTEX = `#version 300 es
precision highp float;
precision highp sampler2D;
layout(location = 0) in vec4 a_before; // the place one step earlier; and the length of the way so far
layout(location = 1) in vec4 a_start;
layout(location = 2) in vec4 a_end;
layout(location = 3) in vec4 a_after;

uniform mat3 u_rotation;     // rows: right, up, towards the eye
uniform vec3 u_target;
uniform vec2 u_center;       // CSS pixels
uniform vec2 u_size;         // CSS pixels
uniform float u_scale;       // CSS pixels a layout unit
uniform float u_perspective;
uniform float u_ratio;       // device pixels a CSS pixel
uniform float u_fog;         // 1 / depth at which the fog is full, 0: none
uniform int u_steps;
uniform float u_now;         // the place among the steps, with the share of the way to the next one
uniform float u_width;       // CSS pixels of the newest part
uniform float u_alpha;
uniform float u_cover;
uniform sampler2D u_colors;  // one texel a trail
uniform sampler2D u_lengths; // of each way until now

const float NOWHERE = 1e29;
out vec4 v_color;
out vec2 v_edge;             // device pixels from the middle of the line, half its width

vec3 onScreen(vec3 p) {      // device pixels, and w
  vec3 r = u_rotation * (p - u_target);
  float w = 1.0 - u_perspective * r.z;
  return vec3((u_center + vec2(r.x, -r.y) * (u_scale / w)) * u_ratio, w);
}

/** Where a line that goes on in another direction is cut. */
vec2 seam(vec2 normal, vec2 other) {
  vec2 middle = normal + other;
  float share = dot(middle, normal);
  return share < 0.7 ? normal : middle / share;
}

vec2 normalOf(vec2 way) {
  float size = length(way);
  return size < 1e-3 ? vec2(0.0) : vec2(-way.y, way.x) / size;
}

void main() {
  int place = gl_InstanceID % u_steps;
  vec4 color = texelFetch(u_colors, ivec2(gl_InstanceID / u_steps, 0), 0);
  float grown = clamp(u_now - float(place), 0.0, 1.0);
  gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  if (place == u_steps - 1 || grown <= 0.0 || color.a == 0.0 || a_start.x > NOWHERE || a_end.x > NOWHERE) return;
  vec3 start = onScreen(a_start.xyz), end = onScreen(mix(a_start.xyz, a_end.xyz, grown));
  if (min(start.z, end.z) < ${NEAR.toFixed(2)}) return;
  vec2 normal = normalOf(end.xy - start.xy);
  if (normal == vec2(0.0)) return;
  bool ahead = gl_VertexID > 1;
  vec2 across = normal;
  if (!ahead && place > 0 && a_before.x < NOWHERE) {
    vec2 other = normalOf(start.xy - onScreen(a_before.xyz).xy);
    if (other != vec2(0.0)) across = seam(normal, other);
  }
  if (ahead && grown == 1.0 && float(place + 1) < u_now && place < u_steps - 2 && a_after.x < NOWHERE) {
    vec2 other = normalOf(onScreen(a_after.xyz).xy - end.xy);
    if (other != vec2(0.0)) across = seam(normal, other);
  }
  // Most of a way is often gone in few of the steps: the past is far in steps, and along the way.
  float whole = texelFetch(u_lengths, ivec2(gl_InstanceID / u_steps, 0), 0).r;
  float gone = ahead ? mix(a_start.w, a_end.w, grown) : a_start.w;
  float old = (u_now - float(place) - (ahead ? grown : 0.0)) / max(u_now, 1.0);
  float young = 1.0 - mix(old, clamp((whole - gone) / max(whole, 1e-20), 0.0, 1.0), 0.7);
  float half_width = 0.5 * u_width * u_ratio * (0.4 + 0.6 * young);
  float side = (gl_VertexID & 1) == 0 ? 1.0 : -1.0;
  v_edge = vec2(side * (half_width + 1.0), half_width);
  vec3 here = ahead ? end : start;
  vec2 pixel = here.xy + across * v_edge.x;
  gl_Position = vec4(pixel / (u_size * u_ratio) * 2.0 - 1.0, 0.0, 1.0) * vec4(1.0, -1.0, 1.0, 1.0);
  float depth = (1.0 - here.z) / max(u_perspective, 1e-12);
  float haze = u_fog > 0.0 ? clamp(0.5 - depth * u_fog, 0.0, 1.0) : 0.0;
  float alpha = u_alpha * color.a * (0.12 + 0.88 * pow(young, 1.4)) * (1.0 - 0.6 * haze);
  v_color = vec4(color.rgb * alpha, min(alpha * u_cover, 1.0));
}
`;

export const TRAIL_FRAGMENT = `#version 300 es
precision highp float;
in vec4 v_color;
in vec2 v_edge;
out vec4 color;

void main() {
  color = v_color * clamp(v_edge.y + 0.5 - abs(v_edge.x), 0.0, 1.0) * min(2.0 * v_edge.y, 1.0);
}
`;
