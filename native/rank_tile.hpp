// The innermost kernel of ranking: how many points are nearer to a query than each of its targets.
#pragma once

#include <cstddef>
#include <cstdint>

#include "instruction_set.hpp"

namespace vectarium {

// A strip of queries against a panel of points, both packed as for the tile (tile.hpp).
//
// The score of a point x for a query q is norm(x) - 2 q·x. It may be wrong by
//
//     doubt = point_doubts[x] + query_lengths[q] * slopes[x].
//
// A point is surely nearer than a target where its score, the doubt added, is below surely[target], and
// surely farther where its score, the doubt taken away, is above maybe[target]. Thresholds descend: the
// farthest target stands first.
struct RankMeeting {
  const float* strip;  // (d, queries)
  const float* panel;  // (d, points)
  std::size_t d;
  const float* norms;         // (points), infinite where there is no point
  const float* point_doubts;  // (points)
  const float* slopes;        // (points)

  const float* query_lengths;  // (queries)
  std::size_t targets;         // how many each query has
  const float* surely;         // (queries, targets)
  const float* maybe;          // (queries, targets)
  const float* limits;         // (queries): points whose score may be at most this are wanted
  std::uint32_t forced;        // a bit for each query that is to be looked into in any case

  float* scores;         // (queries, points)
  std::int32_t* nearer;  // (queries, targets): how many points are nearer, added up
};

struct RankTile {
  int queries;
  int points;  // at most 32, a multiple of 4

  // Returns a bit for each query that has to be looked into, point by point: something was in doubt, or
  // is wanted. For the others what is nearer was counted.
  std::uint32_t (*meet)(const RankMeeting& meeting);

  // So many roundings a score goes through at most.
  double (*roundings)(std::size_t d);
};

const RankTile& rank_tile_for(InstructionSet set);

}  // namespace vectarium
