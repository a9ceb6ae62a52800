#include "canvas.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace vectarium {
namespace {

float clamped(float value) { return value < 0 ? 0 : value > 1 ? 1 : value; }

struct Span {
  std::ptrdiff_t first, last;  // the pixels whose middles lie between two places
};

Span span(float low, float high, std::size_t size) {
  const float top = static_cast<float>(size);
  const float first = std::ceil(std::max(low, 0.0F) - 0.5F), last = std::floor(std::min(high, top) - 0.5F);
  return {static_cast<std::ptrdiff_t>(first), static_cast<std::ptrdiff_t>(last)};
}

void over(float* pixel, const float* color, float share) {
  const float below = 1 - color[3] * share;
  for (int k = 0; k < 3; ++k) pixel[k] = clamped(color[k] * share + pixel[k] * below);
}

void paint_disc(const Canvas& canvas, const float* shape, const float* color) {
  const float x = shape[0], y = shape[1], radius = shape[2];
  const float reach = radius + 0.5F, fade = 1 / (shape[3] + 0.5F), half = radius + 0.25F;
  const Span rows = span(y - half, y + half, canvas.height), columns = span(x - half, x + half, canvas.width);
  if (columns.first > columns.last) return;
  for (std::ptrdiff_t row = rows.first; row <= rows.last; ++row) {
    const float dy = static_cast<float>(row) + 0.5F - y;
    float* pixel = canvas.pixels + (static_cast<std::size_t>(row) * canvas.width + columns.first) * 3;
    for (std::ptrdiff_t column = columns.first; column <= columns.last; ++column, pixel += 3) {
      const float dx = static_cast<float>(column) + 0.5F - x;
      const float t = clamped((reach - std::sqrt(dx * dx + dy * dy)) * fade);
      if (t > 0) over(pixel, color, t * t * (3 - 2 * t));
    }
  }
}

// Where between the middles of a row of `size` pixels something lies: the first of two, and how far to the second.
struct Between {
  std::size_t first, second;
  float share;
};

Between between(double place, std::size_t size) {
  const double inside = std::min(std::max(place, 0.0), static_cast<double>(size - 1));
  const auto first = static_cast<std::size_t>(inside);
  return {first, std::min(first + 1, size - 1), static_cast<float>(inside - static_cast<double>(first))};
}

// One line's part of the signed areas of its row: from (x0, y0) to (x1, y1), y within one row, dy of the row's height.
void add_area(float* row, std::size_t width, float x0, float x1, float dy) {
  const float right = static_cast<float>(width);
  x0 = std::min(std::max(x0, 0.0F), right);
  x1 = std::min(std::max(x1, 0.0F), right);
  const float low = std::min(x0, x1), high = std::max(x0, x1);
  const float floor_low = std::floor(low);
  const auto first = static_cast<std::size_t>(floor_low);
  if (high <= floor_low + 1) {
    const float middle = 0.5F * (low + high) - floor_low;
    row[first] += dy * (1 - middle);
    row[first + 1] += dy * middle;
    return;
  }
  const float slope = 1 / (high - low);
  const float start = 1 - (low - floor_low);
  const float a0 = 0.5F * slope * start * start;
  const float end = high - std::ceil(high) + 1;
  const float am = 0.5F * slope * end * end;
  const auto last = static_cast<std::size_t>(std::ceil(high));
  row[first] += dy * a0;
  if (last == first + 2) {
    row[first + 1] += dy * (1 - a0 - am);
  } else {
    const float a1 = slope * (1.5F - (low - floor_low));
    row[first + 1] += dy * (a1 - a0);
    for (std::size_t x = first + 2; x < last - 1; ++x) row[x] += dy * slope;
    const float a2 = a1 + static_cast<float>(last - first - 3) * slope;
    row[last - 1] += dy * (1 - a2 - am);
  }
  row[last] += dy * am;
}

void add_line(const float* line, float* areas, std::size_t height, std::size_t width) {
  float x0 = line[0], y0 = line[1], x1 = line[2], y1 = line[3];
  if (y0 == y1) return;
  const float sign = y0 < y1 ? 1.0F : -1.0F;
  if (y0 > y1) {
    std::swap(x0, x1);
    std::swap(y0, y1);
  }
  const float slope = (x1 - x0) / (y1 - y0);
  if (y1 <= 0 || y0 >= static_cast<float>(height)) return;
  if (y0 < 0) {
    x0 -= y0 * slope;
    y0 = 0;
  }
  const float bottom = std::min(y1, static_cast<float>(height));
  float x = x0;
  for (auto row = static_cast<std::size_t>(y0); row < height && static_cast<float>(row) < bottom; ++row) {
    const float top = std::max(y0, static_cast<float>(row)), low = std::min(bottom, static_cast<float>(row + 1));
    const float next = x + slope * (low - top);
    add_area(areas + row * (width + 2), width, x, next, sign * (low - top));
    x = next;
  }
}

}  // namespace

void paint_discs(const Canvas& canvas, const float* shapes, const float* colors, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const float* shape = shapes + 4 * i;
    const bool there = std::isfinite(shape[0]) && std::isfinite(shape[1]) && std::isfinite(shape[2]);
    const float far = 1e6F;
    if (there && std::fabs(shape[0]) < far && std::fabs(shape[1]) < far) paint_disc(canvas, shape, colors + 4 * i);
  }
}

void paint_stretched(const Canvas& canvas, const Stretch& picture, float opacity) {
  const double columns = static_cast<double>(picture.columns), rows = static_cast<double>(picture.rows);
  std::vector<Between> across(canvas.width);
  std::vector<char> inside(canvas.width);
  for (std::size_t x = 0; x < canvas.width; ++x) {
    const double column = picture.left + static_cast<double>(x) * picture.across;
    inside[x] = column >= -0.5 && column <= columns - 0.5 ? 1 : 0;
    across[x] = between(column, picture.columns);
  }
  std::vector<float> mixed(picture.columns * 4);
  for (std::size_t y = 0; y < canvas.height; ++y) {
    const double row = picture.top + static_cast<double>(y) * picture.down;
    if (!(row >= -0.5 && row <= rows - 0.5)) continue;
    const Between v = between(row, picture.rows);
    const float* upper = picture.pixels + v.first * mixed.size();
    const float* lower = picture.pixels + v.second * mixed.size();
    for (std::size_t i = 0; i < mixed.size(); ++i) mixed[i] = upper[i] + (lower[i] - upper[i]) * v.share;
    float* pixel = canvas.pixels + y * canvas.width * 3;
    for (std::size_t x = 0; x < canvas.width; ++x, pixel += 3) {
      if (inside[x] == 0) continue;
      const float* a = mixed.data() + across[x].first * 4;
      const float* b = mixed.data() + across[x].second * 4;
      float color[4];
      for (int k = 0; k < 4; ++k) color[k] = a[k] + (b[k] - a[k]) * across[x].share;
      over(pixel, color, opacity);
    }
  }
}

void fill_outline(const float* lines, std::size_t n, float* coverage, std::size_t height, std::size_t width) {
  // Two more a row: what begins at the right edge has a place to go.
  std::vector<float> areas(height * (width + 2));
  for (std::size_t i = 0; i < n; ++i) {
    const float* line = lines + 4 * i;
    if (std::isfinite(line[0] + line[1] + line[2] + line[3])) add_line(line, areas.data(), height, width);
  }
  for (std::size_t row = 0; row < height; ++row) {
    float sum = 0;
    for (std::size_t x = 0; x < width; ++x) {
      sum += areas[row * (width + 2) + x];
      coverage[row * width + x] = std::min(std::fabs(sum), 1.0F);
    }
  }
}

}  // namespace vectarium
