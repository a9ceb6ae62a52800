// The k nearest neighbours of every vector, nearly all of them right.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "frame.hpp"
#include "row_tile.hpp"

namespace vectarium {

// How hard to look.
struct Effort {
  std::size_t trees, leaf, rounds, fan;
};

// As exact_neighbors (exact_neighbors.hpp), but some neighbours may be missed. The distances of those that
// are found are true ones.
template <class Number>
void approximate_neighbors(const Number* vectors, std::size_t n, std::size_t d, std::size_t k, Metric metric,
                           const Effort& effort, std::uint64_t seed, unsigned threads, const RowTile& tile,
                           const std::function<void(double)>& watch, std::int32_t* indices, float* distances);

}  // namespace vectarium
