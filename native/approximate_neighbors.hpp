// The k nearest neighbours of every vector, nearly all of them right.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "frame.hpp"

namespace vectarium {

// As exact_neighbors (exact_neighbors.hpp), but some neighbours may be missed. The distances of those that
// are found are true ones. The same seed gives the same result, whatever the number of threads.
// Returns the share of neighbours that are right, as far as a sample tells. Not for the inner product, whose
// nearest are found by GraphIndex.
template <class Number>
double approximate_neighbors(const Number* vectors, std::size_t n, std::size_t d, std::size_t k, Metric metric,
                             std::uint64_t seed, unsigned threads, InstructionSet set,
                             const std::function<void(double)>& watch, std::int32_t* indices, float* distances);

}  // namespace vectarium
