// The first neighbours: the nearest of each point among those in the same leaf of a tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "forest.hpp"
#include "ordered.hpp"

namespace vectarium {

// The nearest of each point that are known so far.
struct Lists {
  Lists(std::size_t n, std::size_t k) : k(k), items(n * k, last_of_all) {}
  std::size_t k;
  std::vector<Ordered> items;  // (n, k), by score and index; last_of_all where there are fewer
};

// Searches every leaf of one tree over `rows`, and enters what is nearer than what the lists hold.
void search_leaves(const Rows& rows, const std::vector<float>& norms, const Tree& tree,
                   const std::vector<std::size_t>& starts, const RowTile& tile, Lists& lists, Stages& stages);

}  // namespace vectarium
