#include "pull.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

#include "group.hpp"

namespace vectarium {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

// The candidates of one group, each once.
class Candidates {
 public:
  explicit Candidates(std::size_t n) : seen_(n, 0) {}

  void clear() {
    list_.clear();
    ++turn_;
  }
  void add(std::size_t point) {
    if (seen_[point] == turn_) return;
    seen_[point] = turn_;
    list_.push_back(std::int32_t(point));
  }
  const std::vector<std::int32_t>& list() const { return list_; }

 private:
  std::vector<std::uint32_t> seen_;
  std::uint32_t turn_ = 0;
  std::vector<std::int32_t> list_;
};

class Puller {
 public:
  Puller(const Rows& rows, const std::vector<float>& norms, const Links& old, Links& out, std::vector<float>& limits,
         std::size_t fan, bool only_new, const RowTile& tile)
      : rows_(rows), old_(old), out_(out), limits_(limits), fan_(std::min(fan, old.k)), only_new_(only_new),
        candidates_(rows.size()), group_(rows, norms, tile, out.k) {}

  std::size_t pull(std::size_t first) {
    const std::size_t count = std::min(group_size, rows_.size() - first);
    const float* members[group_size];
    std::int32_t self[group_size];
    float limits[group_size];
    for (std::size_t i = 0; i < count; ++i) {
      members[i] = rows_[first + i];
      self[i] = std::int32_t(first + i);
      // What is already linked has to be found again.
      limits[i] = std::nextafter(limits_[first + i], infinity);
    }
    gather(first, count);
    group_.begin(members, count, limits);
    group_.offer(candidates_.list().data(), candidates_.list().size(), self);
    std::size_t fresh = 0;
    for (std::size_t i = 0; i < count; ++i) fresh += write(first + i, i);
    return fresh;
  }

 private:
  void gather(std::size_t first, std::size_t count) {
    const std::size_t k = old_.k;
    candidates_.clear();
    for (std::size_t i = first; i < first + count; ++i) {
      candidates_.add(i);
      for (std::size_t u = 0; u < k; ++u) {
        const std::uint32_t link = old_.to[i * k + u];
        if (link == Links::nobody) break;
        candidates_.add(Links::point(link));
      }
    }
    for (std::size_t i = first; i < first + count; ++i)
      for (std::size_t u = 0; u < fan_; ++u) {
        const std::uint32_t link = old_.to[i * k + u];
        if (link == Links::nobody) break;
        const std::uint32_t* next = old_.to.data() + Links::point(link) * k;
        const bool all = !only_new_ || (link & Links::new_mark);
        for (std::size_t v = 0; v < fan_ && next[v] != Links::nobody; ++v)
          if (all || (next[v] & Links::new_mark)) candidates_.add(Links::point(next[v]));
      }
  }

  std::size_t write(std::size_t point, std::size_t member) {
    std::size_t found, fresh = 0;
    const Ordered* best = group_.sorted(member, found);
    std::uint32_t* to = out_.to.data() + point * out_.k;
    // The old links that are still among the best come in the order they had.
    const std::uint32_t* known = old_.to.data() + point * old_.k;
    const std::uint32_t* end = known + old_.k;
    for (std::size_t u = 0; u < found; ++u) {
      const std::uint32_t index = index_of(best[u]);
      const bool is_old = known < end && *known != Links::nobody && Links::point(*known) == index;
      known += is_old;
      fresh += !is_old;
      to[u] = is_old ? index : index | Links::new_mark;
    }
    std::fill(to + found, to + out_.k, Links::nobody);
    limits_[point] = found == out_.k ? number_of(best[found - 1]) : infinity;
    return fresh;
  }

  const Rows& rows_;
  const Links& old_;
  Links& out_;
  std::vector<float>& limits_;
  std::size_t fan_;
  bool only_new_;
  Candidates candidates_;
  Group group_;
};

}  // namespace

double pull(const Rows& rows, const std::vector<float>& norms, const Links& old, Links& out,
            std::vector<float>& limits, std::size_t fan, bool only_new, const RowTile& tile, Stages& stages) {
  const std::size_t n = rows.size(), groups = (n + group_size - 1) / group_size;
  std::atomic<std::size_t> fresh{0};
  const std::size_t grain = std::max<std::size_t>(1, std::min<std::size_t>(64, groups / (16 * stages.threads())));
  stages.ranges(groups, grain, [&](std::size_t start, std::size_t stop) {
    Puller puller(rows, norms, old, out, limits, fan, only_new, tile);
    for (std::size_t i = start; i < stop && !stages.stop(); ++i) fresh += puller.pull(i * group_size);
  });
  return double(fresh) / double(n * out.k);
}

}  // namespace vectarium
