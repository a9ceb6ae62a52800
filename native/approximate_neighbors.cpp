// A forest of random-projection trees gives first neighbours, which are exchanged until they are good:
//
//   1. the vectors are cast to float32 (frame.hpp) and sketched in 32 dimensions (sketch.hpp);
//   2. a tree over the sketch puts near vectors side by side, and from there on they stand in that order;
//   3. the leaves of this tree and of some more are searched for a few neighbours of each point (leaves.hpp);
//   4. in some rounds points pull the neighbours of their neighbours (pull.hpp);
//   5. where many neighbours are wanted, groups of points look for them along the few (expand.hpp);
//   6. the distances of what was found are measured, and sorted by.
#include "approximate_neighbors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "codes.hpp"
#include "expand.hpp"
#include "forest.hpp"
#include "leaves.hpp"
#include "links.hpp"
#include "points.hpp"
#include "pull.hpp"
#include "random.hpp"
#include "sketch.hpp"

namespace vectarium {

VECTARIUM_DECLARE_TABLES(RowTile, row_tile);
VECTARIUM_DECLARE_TABLES(Screen, screen);

const RowTile& row_tile_for(InstructionSet set) { return table_for(set, VECTARIUM_TABLES(row_tile)); }
const Screen& screen_for(InstructionSet set) { return table_for(set, VECTARIUM_TABLES(screen)); }

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

// How hard to look: measured (bench/neighbors.py) so that about 99 of 100 neighbours are found.
struct Effort {
  std::size_t few;     // neighbours that are found by leaves and pulling
  std::size_t trees, leaf, rounds, fan;
  double enough;       // share of new neighbours in a round after which there is no other
};

Effort effort_for(std::size_t n, std::size_t k) {
  Effort effort = {std::max<std::size_t>(k, 12), 6, 128, 6, 15, 0.02};
  if (k > 24) {
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
      points.norms[i] = frame.norm_in_score(frame.row(std::size_t(order[i]), points.rows[i]));
      points.rows.fill_up(i);
    }
  });
  return points;
}

// The few nearest of each point.
void find_few(const Points& points, Rows sketch, const Effort& effort, std::uint64_t seed, const Lists& few,
              Stages& stages) {
  const std::size_t n = points.size();
  const std::vector<std::size_t> starts = cell_starts(n, effort.leaf);
  few.clear(stages);
  stages.next(0.3);
  Tree same(n);
  for (std::size_t i = 0; i < n; ++i) same[i] = std::int32_t(i);
  search_leaves(points, same, starts, few, stages);
  for (std::size_t tree = 1; tree < effort.trees; ++tree)
    search_leaves(points, grow_trees(sketch, 1, effort.leaf, random_bits(seed, tree), points.tile, stages).front(), starts, few, stages);
  sketch = Rows();
  stages.next(0.3);
  const Codes codes(points.rows, stages);
  for (std::size_t round = 0; round < effort.rounds; ++round) {
    const Links links(few, effort.fan, stages);
    const std::size_t fresh = pull(points, codes, links, few, stages);
    if (double(fresh) < effort.enough * double(n * few.k)) break;
  }
}

// From links and scores to indices and true distances, sorted by these; in place where few are all.
template <class Number>
void measure(const Frame<Number>& frame, const Tree& order, const Lists& lists, std::size_t k, std::int32_t* indices,
             float* distances, Stages& stages) {
  constexpr std::size_t ahead = 4;
  const auto index_at = [&](std::size_t i, std::size_t u) { return std::size_t(order[point_of(lists.links_of(i)[u])]); };
  stages.ranges(lists.n, 256, [&](std::size_t start, std::size_t stop) {
    std::vector<std::size_t> others;
    std::vector<Ordered> items;
    for (std::size_t i = start; i < stop && !stages.stop(); ++i) {
      const std::size_t self = std::size_t(order[i]);
      others.clear();
      items.clear();
      for (std::size_t u = 0; u < lists.k && lists.links_of(i)[u] != nobody; ++u) others.push_back(index_at(i, u));
      for (std::size_t u = 0; u < others.size(); ++u) {
        if (u + ahead < others.size()) frame.fetch(others[u + ahead]);
        items.push_back(ordered(frame.distance(self, others[u]), std::uint32_t(others[u])));
      }
      for (std::size_t u = 0; i + 1 < stop && u < std::min(ahead, lists.k); ++u)
        if (lists.links_of(i + 1)[u] != nobody) frame.fetch(index_at(i + 1, u));
      std::sort(items.begin(), items.end());
      for (std::size_t u = 0; u < k; ++u) {
        indices[self * k + u] = std::int32_t(index_of(items[u]));
        distances[self * k + u] = number_of(items[u]);
      }
    }
  });
}

}  // namespace

template <class Number>
void approximate_neighbors(const Number* vectors, std::size_t n, std::size_t d, std::size_t k, Metric metric,
                           std::uint64_t seed, unsigned threads, InstructionSet set,
                           const std::function<void(double)>& watch, std::int32_t* indices, float* distances) {
  Stages stages(threads, watch);
  const Effort effort = effort_for(n, k);
  stages.next(0.1);
  const Frame<Number> frame(vectors, n, d, metric, set, stages);
  Rows rough = sketch(frame, seed, row_tile_for(set), stages);
  const Tree order = std::move(grow_trees(rough, 1, cell_unit, seed, row_tile_for(set), stages).front());
  rough = reordered(rough, order, stages);
  const Points points = points_in_order(frame, order, set, stages);

  // The lists are in the arrays of the result where these have room for them.
  const bool in_place = effort.few == k;
  std::unique_ptr<Link[]> few_links(in_place ? nullptr : new Link[n * effort.few]);
  std::unique_ptr<float[]> few_scores(in_place ? nullptr : new float[n * effort.few]);
  Link* links = reinterpret_cast<Link*>(indices);
  const Lists few = {n, effort.few, order.data(), in_place ? links : few_links.get(), in_place ? distances : few_scores.get()};
  find_few(points, std::move(rough), effort, seed, few, stages);
  stages.next(0.3);
  if (effort.few < k) {
    const Lists many = {n, k, order.data(), links, distances};
    many.clear(stages);
    expand(points, Links(few, effort.few, stages), many, stages);
    measure(frame, order, many, k, indices, distances, stages);
  } else {
    measure(frame, order, few, k, indices, distances, stages);
  }
}

template void approximate_neighbors<float>(const float*, std::size_t, std::size_t, std::size_t, Metric, std::uint64_t,
                                           unsigned, InstructionSet, const std::function<void(double)>&, std::int32_t*,
                                           float*);
template void approximate_neighbors<double>(const double*, std::size_t, std::size_t, std::size_t, Metric, std::uint64_t,
                                            unsigned, InstructionSet, const std::function<void(double)>&, std::int32_t*,
                                            float*);

}  // namespace vectarium
