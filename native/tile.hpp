// The innermost kernel of a search over all pairs: a few queries against a few points.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vectarium {

// Scores of `queries` queries against `points` points are made in registers, in one go.
//
// Both are packed: the t-th numbers of all queries of a strip stand side by side, then the next, and
// the same for the points of a panel. This is the register tile of BLIS (Van Zee and van de Geijn,
// "BLIS: a framework for rapidly instantiating BLAS functionality", 2015), with the comparison against
// the best so far done while the scores are still in registers.
struct Tile {
  int queries;
  int points;
  const char* instruction_set;

  // score(q, x) = norm(x) - 2 q·x, the squared distance less what does not depend on x.
  // Returns a bit for each query that has a score below its limit. For those alone, `scores` (queries,
  // points) are written, and in `found` a bit for each such point; there are never more than 32.
  std::uint32_t (*score)(const float* strip, const float* panel, const float* norms, std::size_t d,
                         const float* limits, float* scores, std::uint32_t* found);
};

// The fastest tile for the processor this runs on.
const Tile& tile_for_this_processor();

// The tile of a named instruction set, or nullptr where the processor has not got it.
const Tile* tile_named(const char* instruction_set);

}  // namespace vectarium
