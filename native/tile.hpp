// The innermost kernel of a search over all pairs: a few queries against a few points.
#pragma once

#include <cstddef>
#include <cstdint>

#include "instruction_set.hpp"

namespace vectarium {

// A strip of queries against a panel of points. Both are packed: the t-th numbers of all queries of the
// strip stand side by side, then the next, and the same for the points of the panel.
//
// The score of a point x for a query q is norm(x) - 2 q·x: the squared distance less what does not
// depend on x. One product serves two scores, that of x for q and that of q for x.
struct Meeting {
  const float* strip;         // (d, queries)
  const float* panel;         // (d, points)
  std::size_t d;
  const float* query_norms;   // (queries)
  const float* point_norms;   // (points)
  const float* query_limits;  // (queries): scores for the query are wanted below this
  const float* point_limits;  // (points): the same for scores for the point

  float* products;             // (queries, points): -2 q·x, written for queries with anything found
  std::uint32_t* for_queries;  // (queries): a bit for each point whose score for the query is wanted
  std::uint32_t* for_points;   // (queries): a bit for each point that wants the query's score
};

// Products are summed in registers, a whole tile of them in one go, and compared with the limits
// before they leave. This is the register tile of BLIS (Van Zee and van de Geijn, "BLIS: a framework
// for rapidly instantiating BLAS functionality", 2015) with the search built into its end.
struct Tile {
  int queries;
  int points;  // at most 32, a multiple of 4

  // Returns a bit for each query with anything found; for the others nothing is written.
  std::uint32_t (*meet)(const Meeting& meeting);
};

// The tile compiled for an instruction set.
const Tile& tile_for(InstructionSet set);

}  // namespace vectarium
