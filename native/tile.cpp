// Compiled once for each instruction set (instruction_set.hpp).
#include "tile.hpp"

#include "instruction_set.hpp"
#include "lanes.hpp"

namespace vectarium {
namespace {

// The tile fills the registers: 2 of points, 1 of a query, the rest are sums.
#if defined(__AVX512F__)
constexpr int queries = 12;
#else
constexpr int queries = 6;
#endif
constexpr int width = Lanes::width;
constexpr int points = 2 * width;

static_assert(points <= 32, "a bit for each point");

// Sums stay in registers only where every loop over them is unrolled, which GCC has to be told.
#if defined(__GNUC__) && !defined(__clang__)
#define VECTARIUM_UNROLL _Pragma("GCC unroll 12")
#else
#define VECTARIUM_UNROLL
#endif

std::uint32_t meet(const Meeting& meeting) {
  Lanes left[queries], right[queries];
  VECTARIUM_UNROLL
  for (int q = 0; q < queries; ++q) left[q] = right[q] = Lanes::all(0.0f);
  const float *strip = meeting.strip, *panel = meeting.panel;
  for (std::size_t t = 0; t < meeting.d; ++t) {
    const Lanes a = Lanes::load(panel), b = Lanes::load(panel + width);
    VECTARIUM_UNROLL
    for (int q = 0; q < queries; ++q) {
      const Lanes x = Lanes::all(strip[q]);
      left[q].add_product(x, a);
      right[q].add_product(x, b);
    }
    strip += queries;
    panel += points;
  }
  const Lanes norms_left = Lanes::load(meeting.point_norms), norms_right = Lanes::load(meeting.point_norms + width);
  const Lanes limits_left = Lanes::load(meeting.point_limits), limits_right = Lanes::load(meeting.point_limits + width);
  std::uint32_t rows = 0;
  VECTARIUM_UNROLL
  for (int q = 0; q < queries; ++q) {
    const Lanes limit = Lanes::all(meeting.query_limits[q]), norm = Lanes::all(meeting.query_norms[q]);
    const std::uint32_t for_query = norms_left.minus_twice(left[q]).below(limit) |
                                    norms_right.minus_twice(right[q]).below(limit) << width;
    const std::uint32_t for_points =
        norm.minus_twice(left[q]).below(limits_left) | norm.minus_twice(right[q]).below(limits_right) << width;
    if (for_query | for_points) {
      Lanes::all(0.0f).minus_twice(left[q]).store(meeting.products + q * points);
      Lanes::all(0.0f).minus_twice(right[q]).store(meeting.products + q * points + width);
      meeting.for_queries[q] = for_query;
      meeting.for_points[q] = for_points;
      rows |= std::uint32_t(1) << q;
    }
  }
  return rows;
}

}  // namespace

VECTARIUM_DECLARE_TABLES(Tile, tile);
const Tile VECTARIUM_FOR_SET(tile) = {queries, points, meet};

}  // namespace vectarium
