// Vectors in so few dimensions that trees over them cost little.
#pragma once

#include <cstdint>

#include "frame.hpp"
#include "row_tile.hpp"
#include "rows.hpp"
#include "stages.hpp"

namespace vectarium {

// The vectors along at most 32 orthogonal directions, (n, at most 32), near those in which they vary most. The
// directions come from a sample by a randomised range finder with one power iteration (Halko, Martinsson
// and Tropp, "Finding structure with randomness", 2011).
template <class Number>
Rows sketch(const Frame<Number>& frame, std::uint64_t seed, const RowTile& tile, Stages& stages);

}  // namespace vectarium
