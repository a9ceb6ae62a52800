// How strongly each point holds its neighbours, after McInnes, Healy and Melville, "UMAP: uniform manifold
// approximation and projection", 2018, algorithm 3.
#pragma once

#include <cstddef>
#include <functional>

namespace vectarium {

// What the distances are from.
enum class Seen {
  within,  // a point among its own set: its nearest neighbour is held with weight 1
  outside  // a new point: distances count from zero, and the nearest one does not count towards the sum
};

// distances: (n, k), ascending. Writes exp(-max(0, d - rho) / sigma), (n, k), where rho is the distance to
// the nearest neighbour that is not in the same place, and sigma makes the weights sum to log2 of the
// number of neighbours, the point itself counted, but is no less than a thousandth of the mean distance.
// watch(share done) is called about every 50 ms; what it throws stops the work.
void fuzzy_weights(const float* distances, std::size_t n, std::size_t k, Seen seen, unsigned threads,
                   const std::function<void(double)>& watch, float* weights);

}  // namespace vectarium
