// A forest of random-projection trees gives first neighbours, which are exchanged until they are good:
//
//   1. the vectors are cast to float32 (frame.hpp) and sketched in 32 dimensions (sketch.hpp);
//   2. a tree over the sketch puts near vectors side by side, and from there on they stand in that order;
//   3. the leaves of this tree and of some more are searched (leaves.hpp);
//   4. in a few rounds groups of 64 points pull the neighbours of their neighbours (pull.hpp);
//   5. the distances of what was found are measured and sorted.
#include "approximate_neighbors.hpp"

#include <algorithm>
#include <limits>

#include "forest.hpp"
#include "leaves.hpp"
#include "pull.hpp"
#include "random.hpp"
#include "sketch.hpp"

namespace vectarium {

VECTARIUM_DECLARE_TABLES(RowTile, row_tile);

const RowTile& row_tile_for(InstructionSet set) { return table_for(set, VECTARIUM_TABLES(row_tile)); }

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

template <class Number>
Rows sketch_of(const Frame<Number>& frame, std::uint64_t seed, const RowTile& tile, Stages& stages) {
  const std::size_t n = frame.size(), d = frame.dimensions();
  const std::size_t m = std::min<std::size_t>(n, std::max<std::size_t>(128, std::min<std::size_t>(1024, (1 << 22) / d)));
  Rows sample(m, d);
  stages.ranges(m, 16, [&](std::size_t start, std::size_t stop) {
    for (std::size_t i = start; i < stop; ++i) {
      frame.row(i * n / m, sample[i]);
      std::fill(sample[i] + d, sample[i] + sample.stride(), 0.0f);
    }
  });
  const Rows directions = sketch_directions(sample, seed, stages);
  const std::size_t s = directions.size();
  Rows sketch(n, s);
  std::vector<std::int32_t> all(s);
  for (std::size_t j = 0; j < s; ++j) all[j] = std::int32_t(j);
  stages.ranges(n, 256, [&](std::size_t start, std::size_t stop) {
    Rows row(1, d);
    std::fill(row[0] + d, row[0] + row.stride(), 0.0f);
    for (std::size_t i = start; i < stop && !stages.stop(); ++i) {
      frame.row(i, row[0]);
      tile.project(directions.data(), directions.stride(), all.data(), s, row[0], sketch[i]);
      std::fill(sketch[i] + s, sketch[i] + sketch.stride(), 0.0f);
    }
  });
  return sketch;
}

Rows reordered(const Rows& rows, const Tree& order, Stages& stages) {
  Rows out(rows.size(), rows.dimensions());
  stages.ranges(rows.size(), 4096, [&](std::size_t start, std::size_t stop) {
    for (std::size_t i = start; i < stop; ++i) std::copy_n(rows[std::size_t(order[i])], rows.stride(), out[i]);
  });
  return out;
}

}  // namespace

template <class Number>
void approximate_neighbors(const Number* vectors, std::size_t n, std::size_t d, std::size_t k, Metric metric,
                           const Effort& effort, std::uint64_t seed, unsigned threads, const RowTile& tile,
                           const std::function<void(double)>& watch, std::int32_t* indices, float* distances) {
  Stages stages(threads, watch);
  stages.next(0.1);
  const Frame<Number> frame(vectors, n, d, metric, stages);
  Rows sketch = sketch_of(frame, seed, tile, stages);
  const Tree order = std::move(grow_trees(sketch, 1, cell_unit, seed, tile, stages).front());
  sketch = reordered(sketch, order, stages);
  Rows rows(n, d);
  std::vector<float> norms(n);
  stages.ranges(n, 256, [&](std::size_t start, std::size_t stop) {
    for (std::size_t i = start; i < stop; ++i) {
      norms[i] = frame.norm_in_score(frame.row(std::size_t(order[i]), rows[i]));
      std::fill(rows[i] + d, rows[i] + rows.stride(), 0.0f);
    }
  });
  stages.next(0.3);
  const std::vector<std::size_t> starts = cell_starts(n, effort.leaf);
  Lists lists(n, k);
  Tree same(n);
  for (std::size_t i = 0; i < n; ++i) same[i] = std::int32_t(i);
  search_leaves(rows, norms, same, starts, tile, lists, stages);
  const std::vector<Tree> trees = grow_trees(sketch, effort.trees - 1, effort.leaf, mixed(seed), tile, stages);
  for (const Tree& tree : trees) search_leaves(rows, norms, tree, starts, tile, lists, stages);

  stages.next(0.6);
  Links old{lists.k, std::vector<std::uint32_t>(n * lists.k)}, links{k, std::vector<std::uint32_t>(n * k)};
  std::vector<float> limits(n, infinity);
  stages.ranges(n, 4096, [&](std::size_t start, std::size_t stop) {
    for (std::size_t i = start; i < stop; ++i) {
      for (std::size_t u = 0; u < lists.k; ++u) {
        const Ordered item = lists.items[i * lists.k + u];
        old.to[i * lists.k + u] = item == last_of_all ? Links::nobody : index_of(item) | Links::new_mark;
      }
      const Ordered last = lists.items[i * lists.k + lists.k - 1];
      if (lists.k == k && last != last_of_all) limits[i] = number_of(last);
    }
  });
  for (std::size_t round = 0; round < effort.rounds; ++round) {
    pull(rows, norms, old, links, limits, effort.fan, round > 0, tile, stages);
    if (round == 0) old = Links{k, std::vector<std::uint32_t>(n * k)};
    std::swap(old, links);
  }
  std::swap(old, links);

  stages.ranges(n, 256, [&](std::size_t start, std::size_t stop) {
    std::vector<Ordered> items;
    for (std::size_t i = start; i < stop && !stages.stop(); ++i) {
      const std::size_t self = std::size_t(order[i]);
      items.clear();
      for (std::size_t u = 0; u < k && links.to[i * k + u] != Links::nobody; ++u) {
        const std::size_t other = std::size_t(order[Links::point(links.to[i * k + u])]);
        items.push_back(ordered(frame.distance(self, other), std::uint32_t(other)));
      }
      std::sort(items.begin(), items.end());
      for (std::size_t u = 0; u < k; ++u) {
        indices[self * k + u] = u < items.size() ? std::int32_t(index_of(items[u])) : -1;
        distances[self * k + u] = u < items.size() ? number_of(items[u]) : infinity;
      }
    }
  });
}

template void approximate_neighbors<float>(const float*, std::size_t, std::size_t, std::size_t, Metric, const Effort&,
                                           std::uint64_t, unsigned, const RowTile&, const std::function<void(double)>&,
                                           std::int32_t*, float*);
template void approximate_neighbors<double>(const double*, std::size_t, std::size_t, std::size_t, Metric, const Effort&,
                                            std::uint64_t, unsigned, const RowTile&,
                                            const std::function<void(double)>&, std::int32_t*, float*);

}  // namespace vectarium
