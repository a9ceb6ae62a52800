// Painting on a picture in memory: soft discs, outlines, and a small picture stretched over it.
//
// A canvas is float32 (height, width, 3), 0 to 1, row by row. Whatever lies outside of it is left out.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vectarium {

struct Canvas {
  float* pixels;
  std::size_t height, width;
};

// One disc after another, each over those before it. `shapes` (n, 4): x, y, radius, and over how many pixels
// its edge fades. `colors` (n, 4): red, green, blue as light that is added, and the share of what lies below that
// is covered. The formula is that of web/src/scene/shaders.ts.
void paint_discs(const Canvas& canvas, const float* shapes, const float* colors, std::size_t n);

// A picture (rows, columns, 4) of light and cover, smoothly between its pixels; pixel (x, y) of the canvas takes what
// is at column left + x * across, row top + y * down, counted between the middles of the pixels.
struct Stretch {
  const float* pixels;
  std::size_t rows, columns;
  double left, across, top, down;
};
void paint_stretched(const Canvas& canvas, const Stretch& picture, float opacity);

// How much of each pixel (height, width) lies within closed outlines, 0 to 1. `lines` (n, 4): from x, y to x, y.
// Signed areas are summed along each row (Raph Levien, font-rs, 2016).
void fill_outline(const float* lines, std::size_t n, float* coverage, std::size_t height, std::size_t width);

}  // namespace vectarium
