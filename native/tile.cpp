// Compiled once for each instruction set, with VECTARIUM_TILE naming the one (see CMakeLists.txt).
// Uses no library templates, so that none is ever compiled for a newer processor than the one it
// runs on.
#include "tile.hpp"

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

std::uint32_t score(const float* strip, const float* panel, const float* norms, std::size_t d, const float* limits,
                    float* scores, std::uint32_t* found) {
  Lanes left[queries], right[queries];
  VECTARIUM_UNROLL
  for (int q = 0; q < queries; ++q) left[q] = right[q] = Lanes::all(0.0f);
  for (std::size_t t = 0; t < d; ++t) {
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
  const Lanes norms_left = Lanes::load(norms), norms_right = Lanes::load(norms + width);
  std::uint32_t rows = 0;
  VECTARIUM_UNROLL
  for (int q = 0; q < queries; ++q) {
    const Lanes l = norms_left.minus_twice(left[q]), r = norms_right.minus_twice(right[q]);
    const Lanes limit = Lanes::all(limits[q]);
    const std::uint32_t below = l.below(limit) | r.below(limit) << width;
    if (below) {
      l.store(scores + q * points);
      r.store(scores + q * points + width);
      found[q] = below;
      rows |= std::uint32_t(1) << q;
    }
  }
  return rows;
}

}  // namespace

#define VECTARIUM_JOIN_(a, b) a##b
#define VECTARIUM_JOIN(a, b) VECTARIUM_JOIN_(a, b)
#define VECTARIUM_TEXT_(a) #a
#define VECTARIUM_TEXT(a) VECTARIUM_TEXT_(a)

extern const Tile VECTARIUM_JOIN(tile_, VECTARIUM_TILE);
const Tile VECTARIUM_JOIN(tile_, VECTARIUM_TILE) = {queries, points, VECTARIUM_TEXT(VECTARIUM_TILE), score};

}  // namespace vectarium
