// Random-projection trees: each cuts all points into cells of near ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "row_tile.hpp"
#include "rows.hpp"
#include "stages.hpp"

namespace vectarium {

// Cells are a multiple of this long, but for the last one.
constexpr std::size_t cell_unit = 64;

// The points in a tree's order: a cell is a run of them.
using Tree = std::vector<std::int32_t>;

// Where the cells of at most `largest` points start in every tree over n points, and n at the end. It
// depends on nothing else, since cells are cut by number, so that the cells of a tree grown down to
// smaller ones make up these too.
std::vector<std::size_t> cell_starts(std::size_t n, std::size_t largest);

// Grows trees over the same points. A cell is halved by the hyperplane between two of its points chosen at
// random (Dasgupta and Freund, "Random projection trees and low dimensional manifolds", 2008; directions
// between points are those of Annoy), at the median, so that no tree is deep and points that are all the
// same are cut too. A cell of at most `largest` points is left whole.
std::vector<Tree> grow_trees(const Rows& points, std::size_t trees, std::size_t largest, std::uint64_t seed,
                             const RowTile& tile, Stages& stages);

}  // namespace vectarium
