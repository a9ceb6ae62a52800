#include "few_neighbors.hpp"

#include <algorithm>
#include <cmath>

#include "leaves.hpp"
#include "links.hpp"
#include "pull.hpp"
#include "random.hpp"
#include "sketch.hpp"

namespace vectarium {

VECTARIUM_DECLARE_TABLES(RowTile, row_tile);
VECTARIUM_DECLARE_TABLES(Screen, screen);

const RowTile& row_tile_for(InstructionSet set) { return table_for(set, VECTARIUM_TABLES(row_tile)); }
const Screen& screen_for(InstructionSet set) { return table_for(set, VECTARIUM_TABLES(screen)); }


namespace {

Rows reordered(const Rows& rows, const Tree& order, Stages& stages) {
  Rows out(rows.size(), rows.dimensions());
  stages.ranges(rows.size(), 4096, [&](std::size_t start, std::size_t stop) {
    for (std::size_t i = start; i < stop; ++i) std::copy_n(rows[std::size_t(order[i])], rows.stride(), out[i]);
  });
  return out;
}

template <class Number>
Points points_in_order(const Frame<Number>& frame, const Tree& order, InstructionSet set, Stages& stages) {
  const std::size_t n = frame.size(), d = frame.dimensions();
  Points points = {Rows(n, d), std::vector<float>(n), row_tile_for(set), screen_for(set)};
  const std::size_t grain = std::max<std::size_t>(1, (1 << 18) / d);
  stages.ranges(n, grain, [&](std::size_t start, std::size_t stop) {
    for (std::size_t i = start; i < stop; ++i) {
      points.norms[i] = float(frame.row(std::size_t(order[i]), points.rows[i]));
      points.rows.fill_up(i);
    }
  });
  return points;
}

}  // namespace

Effort effort_for(std::size_t n, std::size_t k) {
  Effort effort = {std::max<std::size_t>(k, 12), 6, 128, 6, 15, 0.02};
  if (k > few_wanted) {
    // The neighbours' neighbours of so few are some 25 k points, among which nearly all of the k nearest are.
    effort.few = std::size_t(1.5 * std::pow(double(k), 0.6));
    effort.rounds = 1;
    effort.fan = 12;
  }
  effort.few = std::min(effort.few, n - 1);
  // A cell is at least half as long as the largest, less the rounding to whole units.
  effort.leaf = std::max(effort.leaf, 2 * (effort.few + cell_unit));
  return effort;
}

Effort harder(Effort effort, std::size_t n) {
  effort.few = std::min(2 * effort.few, n - 1);
  effort.fan = std::min<std::size_t>(2 * effort.fan, effort.few);
  effort.leaf = std::max(effort.leaf, 2 * (effort.few + cell_unit));
  effort.rounds = 6;
  return effort;
}

template <class Number>
Arranged arrange(const Frame<Number>& frame, std::uint64_t seed, InstructionSet set, Stages& stages) {
  const RowTile& tile = row_tile_for(set);
  Rows rough = sketch(frame, seed, tile, stages);
  Tree order = std::move(grow_trees(rough, 1, cell_unit, seed, tile, stages).front());
  rough = reordered(rough, order, stages);
  Points points = points_in_order(frame, order, set, stages);
  return {std::move(order), std::move(points), std::move(rough)};
}

void find_few(const Arranged& arranged, const Effort& effort, std::uint64_t seed, const Lists& few, Stages& stages) {
  const Points& points = arranged.points;
  const std::size_t n = points.size();
  const std::vector<std::size_t> starts = cell_starts(n, effort.leaf);
  few.clear(stages);
  Tree same(n);
  for (std::size_t i = 0; i < n; ++i) same[i] = std::int32_t(i);
  search_leaves(points, same, starts, few, stages);
  for (std::size_t tree = 1; tree < effort.trees; ++tree)
    search_leaves(points, grow_trees(arranged.sketch, 1, effort.leaf, random_bits(seed, tree), points.tile, stages).front(), starts, few, stages);
  const Codes codes(points.rows, stages);
  for (std::size_t round = 0; round < effort.rounds; ++round) {
    const Links links(few, effort.fan, stages);
    const std::size_t fresh = pull(points, codes, links, few, stages);
    if (double(fresh) < effort.enough * double(n * few.k)) break;
  }
}

template Arranged arrange<float>(const Frame<float>&, std::uint64_t, InstructionSet, Stages&);
template Arranged arrange<double>(const Frame<double>&, std::uint64_t, InstructionSet, Stages&);

}  // namespace vectarium
