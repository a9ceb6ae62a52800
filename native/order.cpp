#include "order.hpp"

#include <algorithm>
#include <numeric>

namespace vectarium {
namespace {

// Moves bit i to bit `axes` * i; 16 bits in the plane, 10 in space.
std::uint32_t spaced(std::uint32_t x, int axes) {
  std::uint32_t out = 0;
  for (int bit = 0; bit < (axes == 2 ? 16 : 10); ++bit) out |= (x >> bit & 1u) << (axes * bit);
  return out;
}

// Spaced numbers, looked up instead of made bit by bit.
std::vector<std::uint32_t> spaced_numbers(std::uint32_t cells, int axes) {
  std::vector<std::uint32_t> out(cells);
  for (std::uint32_t i = 0; i < cells; ++i) out[i] = spaced(i, axes);
  return out;
}

constexpr int digit_bits = 11, digits = 3;
constexpr std::uint32_t digit_values = 1u << digit_bits;

// A stable radix sort of the order by its keys.
std::vector<std::uint32_t> sorted_by(const std::vector<std::uint32_t>& keys, const std::function<void()>& look) {
  std::vector<std::uint32_t> order(keys.size()), next(keys.size());
  std::iota(order.begin(), order.end(), 0u);
  for (int digit = 0; digit < digits; ++digit) {
    look();
    std::vector<std::uint32_t> counts(digit_values + 1, 0);
    const auto of = [&](std::uint32_t i) { return keys[i] >> (digit * digit_bits) & (digit_values - 1); };
    for (const std::uint32_t i : order) ++counts[of(i) + 1];
    std::partial_sum(counts.begin(), counts.end(), counts.begin());
    for (const std::uint32_t i : order) next[counts[of(i)]++] = i;
    order.swap(next);
  }
  return order;
}

}  // namespace

std::vector<std::uint32_t> order_along_curve(const Points& points, const Box& box,
                                             const std::function<void()>& look) {
  const std::uint32_t cells = points.axes == 2 ? 1u << 12 : 1u << 10;
  const std::vector<std::uint32_t> spaced = spaced_numbers(cells, points.axes);
  float longest = 1e-30f;
  for (int a = 0; a < points.axes; ++a) longest = std::max(longest, box.high[a] - box.low[a]);
  std::vector<std::uint32_t> keys(points.n, 0);
  for (int a = 0; a < points.axes; ++a) {
    const float scale = float(cells) / longest;
    for (std::size_t i = 0; i < points.n; ++i) {
      const float cell = (points.coordinates[a][i] - box.low[a]) * scale;
      keys[i] |= spaced[std::min(cells - 1, std::uint32_t(std::max(cell, 0.0f)))] << a;
    }
  }
  return sorted_by(keys, look);
}

}  // namespace vectarium
