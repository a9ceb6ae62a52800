// Vectors in so few dimensions that trees over them cost little.
#pragma once

#include <cstdint>

#include "rows.hpp"
#include "row_tile.hpp"
#include "stages.hpp"

namespace vectarium {

// The directions of a sketch, (at most 32) rows of d: orthogonal, and near those in which the vectors vary
// most. They come from a sample by a randomised range finder with one power iteration (Halko, Martinsson
// and Tropp, "Finding structure with randomness", 2011). `sample` is (m, d).
Rows sketch_directions(const Rows& sample, std::uint64_t seed, Stages& stages);

}  // namespace vectarium
