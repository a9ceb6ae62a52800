// The innermost kernel of a search among chosen points: a few rows, wherever they stand, against a panel.
#pragma once

#include <cstddef>
#include <cstdint>

#include "instruction_set.hpp"

namespace vectarium {

// As Meeting in tile.hpp, but the queries are rows that are read where they are, so that nothing has to be
// packed for a row that is met only once.
struct RowMeeting {
  const float* const* rows;   // (rows) pointers to (d)
  const float* panel;         // (d, points)
  std::size_t d;
  const float* row_norms;     // (rows)
  const float* point_norms;   // (points)
  const float* row_limits;    // (rows): scores for the row are wanted below this
  const float* point_limits;  // (points): the same for scores for the point

  float* products;            // (rows, points): -2 row·point, written for rows with anything found
  std::uint32_t* for_rows;    // (rows): a bit for each point whose score for the row is wanted
  std::uint32_t* for_points;  // (rows): a bit for each point that wants the row's score
};

// The register tile of tile.hpp, with row pointers on one side. A pair gives the same score, to the last
// bit, whenever it meets and in whichever panel.
struct RowTile {
  int rows;
  int points;  // at most 32, a power of two

  // Returns a bit for each row with anything found; for the others nothing is written.
  std::uint32_t (*meet)(const RowMeeting& meeting);

  // Writes a row less a centre, all of `stride`, and returns its squared length.
  float (*shift)(const float* row, const float* centre, std::size_t stride, float* out);

  // out[i] = the squared distance of row at[i] from another row: a sum of squared differences, which cancels
  // nothing.
  void (*measure)(const float* rows, std::size_t stride, const std::int32_t* at, std::size_t count, const float* from,
                  float* out);

  // out[i] = the product of row at[i] with a direction; rows and direction are filled up with zeros to
  // `stride`, a multiple of 16.
  void (*project)(const float* rows, std::size_t stride, const std::int32_t* at, std::size_t count,
                  const float* direction, float* out);
};

const RowTile& row_tile_for(InstructionSet set);

}  // namespace vectarium
