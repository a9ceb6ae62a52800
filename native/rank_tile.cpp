// Compiled once for each instruction set (instruction_set.hpp).
#include "rank_tile.hpp"

#include "lanes.hpp"

namespace vectarium {
namespace {

#if defined(__AVX512F__)
constexpr int queries = 12;
#else
constexpr int queries = 6;
#endif
constexpr int width = Lanes::width;
constexpr int points = 2 * width;
// A sum is begun anew after so many terms, which keeps the error from growing with every dimension.
constexpr std::size_t run = 64;

static_assert(points <= 32, "a bit for each point");

#if defined(__GNUC__) && !defined(__clang__)
#define VECTARIUM_UNROLL _Pragma("GCC unroll 12")
#else
#define VECTARIUM_UNROLL
#endif

int count_bits(std::uint32_t bits) {
#if defined(__GNUC__)
  return __builtin_popcount(bits);
#else
  bits -= bits >> 1 & 0x55555555;
  bits = (bits & 0x33333333) + (bits >> 2 & 0x33333333);
  return int(((bits + (bits >> 4)) & 0x0f0f0f0f) * 0x01010101 >> 24);
#endif
}

// Adds the products of `length` dimensions to the sums in memory.
void multiply(const float* strip, const float* panel, std::size_t length, float* sums) {
  Lanes left[queries], right[queries];
  VECTARIUM_UNROLL
  for (int q = 0; q < queries; ++q) left[q] = right[q] = Lanes::all(0.0f);
  for (std::size_t t = 0; t < length; ++t) {
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
  VECTARIUM_UNROLL
  for (int q = 0; q < queries; ++q) {
    (Lanes::load(sums + q * points) + left[q]).store(sums + q * points);
    (Lanes::load(sums + q * points + width) + right[q]).store(sums + q * points + width);
  }
}

// Two vectors of scores with the doubt taken away and added.
struct Bounds {
  Lanes low[2], high[2];
  std::uint32_t maybe_below(float limit) const { return below(low, limit); }
  std::uint32_t surely_below(float limit) const { return below(high, limit); }
  static std::uint32_t below(const Lanes* values, float limit) {
    return values[0].below(Lanes::all(limit)) | values[1].below(Lanes::all(limit)) << width;
  }
};

Bounds bounds_of(const RankMeeting& meeting, float* scores, float length) {
  Bounds bounds;
  for (int half = 0; half < 2; ++half) {
    const int at = half * width;
    const Lanes score = Lanes::load(meeting.norms + at).minus_twice(Lanes::load(scores + at));
    Lanes doubt = Lanes::load(meeting.point_doubts + at);
    doubt.add_product(Lanes::all(length), Lanes::load(meeting.slopes + at));
    score.store(scores + at);
    bounds.low[half] = score - doubt;
    bounds.high[half] = score + doubt;
  }
  return bounds;
}

// Whether all is clear; only then it is counted.
bool count(const Bounds& bounds, const float* surely, const float* maybe, std::size_t targets, std::int32_t* nearer) {
  std::size_t some = 0;
  for (; some < targets; ++some) {
    const std::uint32_t possible = bounds.maybe_below(maybe[some]);
    if (possible == 0) break;  // nor is any below the thresholds that follow
    if (possible != bounds.surely_below(surely[some])) return false;
  }
  for (std::size_t t = 0; t < some; ++t) nearer[t] += count_bits(bounds.surely_below(surely[t]));
  return true;
}

std::uint32_t meet(const RankMeeting& meeting) {
  for (int i = 0; i < queries * points; ++i) meeting.scores[i] = 0.0f;
  for (std::size_t t = 0; t < meeting.d; t += run) {
    const std::size_t length = meeting.d - t < run ? meeting.d - t : run;
    multiply(meeting.strip + t * queries, meeting.panel + t * points, length, meeting.scores);
  }
  std::uint32_t unclear = 0;
  for (int q = 0; q < queries; ++q) {
    const Bounds bounds = bounds_of(meeting, meeting.scores + q * points, meeting.query_lengths[q]);
    const std::size_t first = std::size_t(q) * meeting.targets;
    const bool wanted = (meeting.forced >> q & 1) || bounds.maybe_below(meeting.limits[q]);
    if (wanted || !count(bounds, meeting.surely + first, meeting.maybe + first, meeting.targets, meeting.nearer + first))
      unclear |= std::uint32_t(1) << q;
  }
  return unclear;
}

double roundings(std::size_t d) { return double(d < run ? d : run) + double(d / run) + 2.0; }

}  // namespace

VECTARIUM_DECLARE_TABLES(RankTile, rank_tile);
const RankTile VECTARIUM_FOR_SET(rank_tile) = {queries, points, meet, roundings};

}  // namespace vectarium
