// The first neighbours: the nearest of each point among those in the same leaf of a tree.
#pragma once

#include <cstddef>
#include <vector>

#include "forest.hpp"
#include "lists.hpp"
#include "points.hpp"
#include "stages.hpp"

namespace vectarium {

// Searches every leaf of one tree, and enters what is nearer than what the lists hold.
void search_leaves(const Points& points, const Tree& tree, const std::vector<std::size_t>& starts, const Lists& lists,
                   Stages& stages);

}  // namespace vectarium
