// Which places points take among the neighbours of a query, counted over all points.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "frame.hpp"
#include "rank_tile.hpp"

namespace vectarium {

// Where the points of a picture, or of the original space, stand in the order of their distances.
template <class Number>
struct Ranking {
  const Number* vectors;  // (n, d), row by row, finite
  std::size_t n, d;
  Metric metric;
  const std::int64_t* queries;  // (m): rows
  std::size_t m;
  const std::int32_t* targets;  // (m, k): for each query the rows that are to be ranked, never its own
  std::size_t k;
  std::size_t wanted;  // how many of the nearest points are wanted beside, 0 <= wanted < n

  double* ranks;          // (m, k): 1 for the nearest point; points at the same distance share their mean rank
  std::int32_t* nearest;  // (m, wanted): from the nearest on; of two at the same distance the lower row first
};

// The result does not depend on the number of threads. watch(fraction) is called from the calling thread
// about every 50 ms; what it throws stops the work within a few milliseconds and is thrown on.
template <class Number>
void rank(const Ranking<Number>& ranking, unsigned threads, const RankTile& tile,
          const std::function<void(double)>& watch);

}  // namespace vectarium
