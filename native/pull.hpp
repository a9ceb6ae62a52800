// Rounds in which points pull neighbours of their neighbours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "row_tile.hpp"
#include "rows.hpp"
#include "stages.hpp"

namespace vectarium {

// A graph of neighbours, from the nearest on.
struct Links {
  std::size_t k;
  std::vector<std::uint32_t> to;  // (n, k): a point, and the mark of those that are new; `nobody` where there are fewer

  static constexpr std::uint32_t new_mark = 0x80000000u;
  static constexpr std::uint32_t nobody = 0xffffffffu;
  static std::size_t point(std::uint32_t link) { return link & ~new_mark; }
};

// One round: every group of 64 rows in order meets its members' neighbours and their neighbours' `fan`
// nearest (after Dong, Moses and Li, "Efficient k-nearest neighbor graph construction for generic
// similarity measures", 2011). A group reads the old links and writes its own new ones, so that there are no
// locks and the order of the groups does not matter. limits: (n), the score of each point's last
// neighbour. Returns the share of links that are new.
double pull(const Rows& rows, const std::vector<float>& norms, const Links& old, Links& out,
            std::vector<float>& limits, std::size_t fan, bool only_new, const RowTile& tile, Stages& stages);

}  // namespace vectarium
