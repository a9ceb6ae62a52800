#include "forest.hpp"

#include <algorithm>
#include <numeric>

#include "ordered.hpp"
#include "random.hpp"

namespace vectarium {
namespace {

// A cell so small that one piece of work cuts it down to the leaves.
constexpr std::size_t small_cell = 1 << 14;
// The farthest of so many random pairs: cells get rounder, and still no two trees are the same.
constexpr std::size_t pairs_tried = 8;
// Points that one piece projects.
constexpr std::size_t grain = 1 << 13;

std::size_t left_size(std::size_t size) {
  const std::size_t half = (size / 2 + cell_unit / 2) / cell_unit * cell_unit;
  return std::max(half, cell_unit);
}

void list_starts(std::size_t start, std::size_t stop, std::size_t largest, std::vector<std::size_t>& starts) {
  if (stop - start <= largest) {
    starts.push_back(start);
    return;
  }
  const std::size_t middle = start + left_size(stop - start);
  list_starts(start, middle, largest, starts);
  list_starts(middle, stop, largest, starts);
}

struct Cell {
  std::size_t tree, start, stop;
  std::size_t size() const { return stop - start; }
};

class Forest {
 public:
  Forest(const Rows& points, std::size_t trees, std::size_t largest, std::uint64_t seed, const RowTile& tile)
      : points_(points), largest_(std::max(largest, cell_unit)), seed_(seed), tile_(tile), trees_(trees), keys_(trees) {
    for (Tree& each : trees_) {
      each.resize(points.size());
      std::iota(each.begin(), each.end(), 0);
    }
    for (auto& each : keys_) each.resize(points.size());
  }

  std::vector<Tree> grow(Stages& stages) {
    std::vector<Cell> cells;
    for (std::size_t tree = 0; tree < trees_.size(); ++tree) cells.push_back({tree, 0, points_.size()});
    while (cells.front().size() > std::max(small_cell, largest_)) cells = halve_together(cells, stages);
    stages.each(cells.size(), [&](std::size_t i) { halve_alone(cells[i]); });
    return std::move(trees_);
  }

 private:
  // Large cells: all threads project the points of one, then one finds the median of each.
  std::vector<Cell> halve_together(const std::vector<Cell>& cells, Stages& stages) {
    std::vector<Cell> runs, halves;
    for (const Cell& cell : cells)
      for (std::size_t start = cell.start; start < cell.stop; start += grain)
        runs.push_back({std::size_t(&cell - cells.data()), start, std::min(cell.stop, start + grain)});
    std::vector<std::vector<float>> directions(cells.size());
    stages.each(cells.size(), [&](std::size_t i) { directions[i] = direction_of(cells[i]); });
    stages.each(runs.size(), [&](std::size_t i) {
      const Cell& cell = cells[runs[i].tree];
      project({cell.tree, runs[i].start, runs[i].stop}, directions[runs[i].tree]);
    });
    stages.each(cells.size(), [&](std::size_t i) { part(cells[i]); });
    for (const Cell& cell : cells) {
      const std::size_t middle = cell.start + left_size(cell.size());
      halves.push_back({cell.tree, cell.start, middle});
      halves.push_back({cell.tree, middle, cell.stop});
    }
    return halves;
  }

  void halve_alone(const Cell& cell) {
    if (cell.size() <= largest_) return;
    project(cell, direction_of(cell));
    part(cell);
    const std::size_t middle = cell.start + left_size(cell.size());
    halve_alone({cell.tree, cell.start, middle});
    halve_alone({cell.tree, middle, cell.stop});
  }

  std::vector<float> direction_of(const Cell& cell) const {
    const std::int32_t* order = trees_[cell.tree].data() + cell.start;
    const float *a = nullptr, *b = nullptr;
    float farthest = -1.0f;
    for (std::size_t i = 0; i < pairs_tried; ++i) {
      const std::uint64_t bits = random_bits(seed_ + i, cell.tree, cell.start, cell.size());
      const std::size_t first = std::uint32_t(bits) % cell.size(), step = std::uint32_t(bits >> 32) % (cell.size() - 1);
      const float* p = points_[std::size_t(order[first])];
      const float* q = points_[std::size_t(order[(first + 1 + step) % cell.size()])];
      float apart = 0.0f;
      for (std::size_t t = 0; t < points_.stride(); ++t) apart += (p[t] - q[t]) * (p[t] - q[t]);
      if (apart > farthest) {
        farthest = apart;
        a = p;
        b = q;
      }
    }
    std::vector<float> direction(points_.stride());
    for (std::size_t t = 0; t < direction.size(); ++t) direction[t] = a[t] - b[t];
    return direction;
  }

  void project(const Cell& run, const std::vector<float>& direction) {
    static thread_local std::vector<float> along;
    along.resize(run.size());
    const std::int32_t* order = trees_[run.tree].data() + run.start;
    tile_.project(points_.data(), points_.stride(), order, run.size(), direction.data(), along.data());
    Ordered* keys = keys_[run.tree].data() + run.start;
    for (std::size_t i = 0; i < run.size(); ++i) keys[i] = ordered(along[i], std::uint32_t(order[i]));
  }

  void part(const Cell& cell) {
    Ordered* keys = keys_[cell.tree].data();
    std::nth_element(keys + cell.start, keys + cell.start + left_size(cell.size()), keys + cell.stop);
    std::int32_t* order = trees_[cell.tree].data();
    for (std::size_t i = cell.start; i < cell.stop; ++i) order[i] = std::int32_t(index_of(keys[i]));
  }

  const Rows& points_;
  std::size_t largest_;
  std::uint64_t seed_;
  const RowTile& tile_;
  std::vector<Tree> trees_;
  std::vector<std::vector<Ordered>> keys_;
};

}  // namespace

std::vector<std::size_t> cell_starts(std::size_t n, std::size_t largest) {
  std::vector<std::size_t> starts;
  list_starts(0, n, std::max(largest, cell_unit), starts);
  starts.push_back(n);
  return starts;
}

std::vector<Tree> grow_trees(const Rows& points, std::size_t trees, std::size_t largest, std::uint64_t seed,
                              const RowTile& tile, Stages& stages) {
  return Forest(points, trees, largest, seed, tile).grow(stages);
}

}  // namespace vectarium
