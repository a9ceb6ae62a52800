#include "leaves.hpp"

#include <algorithm>
#include <limits>

#include "group.hpp"

namespace vectarium {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

// One group of a leaf against the whole leaf, itself first: its own are the nearest, and what is as far as
// the k-th of them need not be looked at any more.
void search_group(const Rows& rows, const std::int32_t* leaf, std::size_t size, std::size_t first, Group& group,
                  Lists& lists) {
  const std::size_t count = std::min(group_size, size - first), k = lists.k;
  const float* members[group_size];
  float limits[group_size];
  const std::int32_t* own = leaf + first;
  for (std::size_t i = 0; i < count; ++i) {
    const Ordered last = lists.items[std::size_t(own[i]) * k + k - 1];
    members[i] = rows[std::size_t(own[i])];
    limits[i] = last == last_of_all ? infinity : number_of(last);
  }
  group.begin(members, count, limits);
  group.offer(own, count, own);
  group.offer(leaf, first, own);
  group.offer(own + count, size - first - count, own);
  for (std::size_t i = 0; i < count; ++i) {
    Ordered* items = lists.items.data() + std::size_t(own[i]) * k;
    for (std::size_t u = 0; u < k && items[u] != last_of_all; ++u) group.add(i, items[u]);
    std::size_t found;
    const Ordered* best = group.sorted(i, found);
    std::copy_n(best, found, items);
  }
}

}  // namespace

void search_leaves(const Rows& rows, const std::vector<float>& norms, const Tree& tree,
                   const std::vector<std::size_t>& starts, const RowTile& tile, Lists& lists, Stages& stages) {
  const std::size_t grain = 8;
  stages.ranges(starts.size() - 1, grain, [&](std::size_t start, std::size_t stop) {
    Group group(rows, norms, tile, lists.k);
    for (std::size_t leaf = start; leaf < stop && !stages.stop(); ++leaf) {
      const std::size_t size = starts[leaf + 1] - starts[leaf];
      for (std::size_t first = 0; first < size; first += group_size)
        search_group(rows, tree.data() + starts[leaf], size, first, group, lists);
    }
  });
}

}  // namespace vectarium
