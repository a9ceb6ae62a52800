// The points that are searched among, and what is compiled to search them.
#pragma once

#include <algorithm>
#include <vector>

#include "prefetch.hpp"
#include "row_tile.hpp"
#include "rows.hpp"
#include "screen.hpp"

namespace vectarium {

// In the order of the first tree, which puts near points side by side. Whatever the metric, the nearest are
// those at the least Euclidean distance (frame.hpp).
struct Points {
  Rows rows;
  std::vector<float> norms;  // squared lengths of the rows
  const RowTile& tile;
  const Screen& screen;

  std::size_t size() const { return rows.size(); }
};

// Numbers of a row that are asked for ahead; the processor itself foresees what comes after those.
constexpr std::size_t most_fetched = 512;

inline void fetch(const Points& points, std::size_t i) {
  for (std::size_t t = 0; t < std::min(points.rows.stride(), most_fetched); t += 16) prefetch(points.rows[i] + t);
}

}  // namespace vectarium
