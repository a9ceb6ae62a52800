// The innermost kernel of a search among chosen points: a few rows, wherever they stand, against a panel.
#pragma once

#include <cstddef>
#include <cstdint>

#include "instruction_set.hpp"

namespace vectarium {

// Rows are read where they are, so that nothing has to be packed for a candidate that is met only once;
// only the panel is packed: the t-th numbers of all its points stand side by side, then the next.
struct RowMeeting {
  const float* const* rows;   // (rows) pointers to (d)
  const float* row_norms;     // (rows)
  const float* panel;         // (d, points)
  std::size_t d;
  const float* point_limits;  // (points): scores for the point are wanted below this

  float* scores;              // (rows, points): norm(row) - 2 row·point, written for rows with anything found
  std::uint32_t* found;       // (rows): a bit for each point that wants the row
};

// The register tile of tile.hpp with row pointers on one side. A pair gives the same score, to the last
// bit, whenever it meets and in whichever panel.
struct RowTile {
  int rows;
  int points;  // at most 32, a power of two

  // Returns a bit for each row with anything found; for the others nothing is written.
  std::uint32_t (*meet)(const RowMeeting& meeting);

  // out[i] = the product of row at[i] with a direction; rows and direction are filled up with zeros to
  // `stride`, a multiple of 16.
  void (*project)(const float* rows, std::size_t stride, const std::int32_t* at, std::size_t count,
                  const float* direction, float* out);
};

const RowTile& row_tile_for(InstructionSet set);

}  // namespace vectarium
