// A forest of random-projection trees gives first neighbours, which are exchanged until they are good:
//
//   1. the vectors are cast to float32 (frame.hpp) and sketched in 32 dimensions (sketch.hpp);
//   2. a tree over the sketch puts near vectors side by side, and from there on they stand in that order;
//   3. the leaves of this tree and of some more are searched for a few neighbours of each point (leaves.hpp);
//   4. in some rounds points pull the neighbours of their neighbours (pull.hpp);
//   5. where many neighbours are wanted, groups of points look for them along the few (expand.hpp);
//   6. for some points all others are looked at, and where too much was missed, it is tried again with more links
//      (gauge.hpp);
//   7. the distances of what was found are measured, and sorted by.
#include "approximate_neighbors.hpp"

#include <algorithm>
#include <vector>

#include "expand.hpp"
#include "few_neighbors.hpp"
#include "gauge.hpp"
#include "links.hpp"

namespace vectarium {
namespace {

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
double approximate_neighbors(const Number* vectors, std::size_t n, std::size_t d, std::size_t k, Metric metric,
                             std::uint64_t seed, unsigned threads, InstructionSet set,
                             const std::function<void(double)>& watch, std::int32_t* indices, float* distances) {
  Stages stages(threads, watch);
  stages.next(0.1);
  const Frame<Number> frame(vectors, n, d, metric, true, set, stages);
  const Arranged arranged = arrange(frame, seed, set, stages);
  const Gauge<Number> gauge(frame, arranged, k, stages);
  const Lists result = {n, k, arranged.order.data(), reinterpret_cast<Link*>(indices), distances};
  const double wanted = k > few_wanted ? 0.96 : 0.98;
  Effort effort = effort_for(n, k);
  for (std::size_t attempt = 1;; ++attempt) {
    stages.next(attempt == 1 ? 0.6 : 0.1);
    // The lists are in the arrays of the result where these have the right size.
    const ListMemory memory(effort.few == k ? 0 : n, effort.few);
    const Lists few = effort.few == k ? result : memory.lists(arranged.order);
    find_few(arranged, effort, seed, few, stages);
    if (effort.few < k) {
      result.clear(stages);
      expand(arranged.points, Links(few, effort.few, stages), result, stages);
    }
    const Lists& found = effort.few < k ? result : few;
    const double recall = gauge.recall(found);
    if (recall < wanted && attempt < most_attempts && effort.few < n - 1) {
      effort = harder(effort, n);
      continue;
    }
    stages.next(0.1);
    measure(frame, arranged.order, found, k, indices, distances, stages);
    return recall;
  }
}

template double approximate_neighbors<float>(const float*, std::size_t, std::size_t, std::size_t, Metric, std::uint64_t,
                                           unsigned, InstructionSet, const std::function<void(double)>&, std::int32_t*,
                                           float*);
template double approximate_neighbors<double>(const double*, std::size_t, std::size_t, std::size_t, Metric, std::uint64_t,
                                            unsigned, InstructionSet, const std::function<void(double)>&, std::int32_t*,
                                            float*);

}  // namespace vectarium
