// The exact k nearest neighbours of every vector.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "space.hpp"

namespace vectarium {

// vectors: (n, d), row by row, finite. indices, distances: (n, k) with 1 <= k < n, from the nearest
// on, without the vector itself; of two at the same distance the lower index first. The result does
// not depend on the number of threads. Where `points` is less than n, the neighbours of all others among
// the first so many are searched: 1 <= k <= points, and the results are (n - points, k).
// watch(fraction) is called from the calling thread about every 50 ms; what it throws stops the search
// within a few milliseconds and is thrown on.
template <class Number>
void exact_neighbors(const Number* vectors, std::size_t n, std::size_t d, std::size_t points, std::size_t k,
                     Metric metric, unsigned threads, InstructionSet set, const std::function<void(double)>& watch,
                     std::int32_t* indices, float* distances);

}  // namespace vectarium
