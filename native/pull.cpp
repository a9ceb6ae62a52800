#include "pull.hpp"

#include <algorithm>
#include <atomic>

#include "seen.hpp"

namespace vectarium {
namespace {

class Puller {
 public:
  Puller(const Points& points, const Codes& codes, const Links& links, const Lists& lists)
      : points_(points), codes_(codes), links_(links), lists_(lists), seen_(lists.n) {}

  std::size_t pull(std::size_t i) {
    find_candidates(i);
    screen(i);
    measure(i);
    return lists_.merge(i, items_.data(), items_.size());
  }

 private:
  void find_candidates(std::size_t i) {
    seen_.begin();
    seen_.mark(i);
    const Link* own = lists_.links_of(i);
    for (std::size_t u = 0; u < lists_.k && own[u] != nobody; ++u) seen_.mark(point_of(own[u]));
    const Linked near = links_.of(i);
    for (std::size_t u = 0; u < near.count; ++u) links_.fetch(std::size_t(near.points[u]));
    candidates_.resize(near.fresh + near.count * links_.most() + 1);
    // Of those linked with it, only who links to the point itself can be unknown to it.
    std::int32_t* end = seen_.append_new(near.points, near.fresh, candidates_.data());
    for (std::size_t u = 0; u < near.count; ++u) {
      const Linked next = links_.of(std::size_t(near.points[u]));
      end = seen_.append_new(next.points, u < near.fresh ? next.count : next.fresh, end);
    }
    count_ = std::size_t(end - candidates_.data());
  }

  void screen(std::size_t i) {
    passed_.resize(count_ + 1);
    const Screening screening = {codes_.data(),      codes_.stride(), codes_[i],
                                 candidates_.data(), count_,          codes_.limit(double(lists_.limit(i)))};
    passed_.resize(points_.screen.pass(screening, passed_.data()));
  }

  void measure(std::size_t i) {
    const Rows& rows = points_.rows;
    const float limit = lists_.limit(i);
    squares_.resize(passed_.size());
    points_.tile.measure(rows.data(), rows.stride(), passed_.data(), passed_.size(), rows[i], squares_.data());
    items_.clear();
    for (std::size_t u = 0; u < passed_.size(); ++u)
      if (squares_[u] < limit) items_.push_back(ordered(squares_[u], std::uint32_t(passed_[u])));
    std::sort(items_.begin(), items_.end());
  }

  const Points& points_;
  const Codes& codes_;
  const Links& links_;
  const Lists& lists_;
  Seen seen_;
  std::size_t count_ = 0;
  std::vector<std::int32_t> candidates_, passed_;
  std::vector<float> squares_;
  std::vector<Ordered> items_;
};

}  // namespace

std::size_t pull(const Points& points, const Codes& codes, const Links& links, const Lists& lists, Stages& stages) {
  const std::size_t grain = std::max<std::size_t>(1, std::min<std::size_t>(4096, lists.n / (16 * stages.threads())));
  std::atomic<std::size_t> fresh{0};
  stages.ranges(lists.n, grain, [&](std::size_t start, std::size_t stop) {
    Puller puller(points, codes, links, lists);
    std::size_t found = 0;
    for (std::size_t i = start; i < stop && !stages.stop(); ++i) found += puller.pull(i);
    fresh += found;
  });
  return fresh;
}

}  // namespace vectarium
