#include "expand.hpp"

#include <algorithm>
#include <limits>

#include "groups.hpp"
#include "members.hpp"
#include "seen.hpp"
#include "shortlists.hpp"

namespace vectarium {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr std::size_t candidates_a_neighbor = 16;        // at least; fewer miss too many
constexpr std::size_t links_ahead = 8, rows_ahead = 24;  // points that are asked for early

class Expansion {
 public:
  Expansion(const Points& points, const Links& links, const Lists& lists)
      : points_(points),
        links_(links),
        lists_(lists),
        rows_(Strip::most, points.rows.dimensions()),
        member_row_(1, points.rows.dimensions()),
        members_(group_size, points.rows.dimensions(), points.tile),
        shortlists_(group_size, lists.k),
        seen_(points.size()) {
    // What stands in a strip where candidates end has to be numbers.
    for (std::size_t r = 0; r < Strip::most; ++r) std::fill_n(rows_[r], rows_.stride(), 0.0f);
  }

  void expand(const std::int32_t* members, std::size_t count) {
    group_ = members;
    for (std::size_t i = 0; i < count; ++i) {
      norms_[i] = shift(members[i], member_row_[0]);
      members_.pack(i, member_row_[0], norms_[i]);
    }
    for (std::size_t i = 0; i < group_size; ++i) shortlists_.begin(i, i < count ? infinity : -infinity);
    find_candidates(count);
    for (std::size_t first = 0; first < count_; first += members_.height()) meet(first, members_.padded(count));
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t found;
      Ordered* best = shortlists_.best(i, found);
      for (std::size_t u = 0; u < found; ++u) best[u] = squared(best[u], norms_[i]);
      lists_.begin(std::size_t(members[i]), best, found);
    }
  }

 private:
  // The members, those linked with them, those linked with these: the nearest tend to come first.
  void find_candidates(std::size_t members) {
    const std::size_t most = links_.most() + 1;
    seen_.begin();
    candidates_.resize(members * most + 1);
    count_ = std::size_t(seen_.append_new(group_, members, candidates_.data()) - candidates_.data());
    add_linked(0, members);
    const std::size_t near = count_;
    candidates_.resize(near * most + 1);
    add_linked(members, near);
    // Where few are linked with each other, those that stand around a member in order, which are near too.
    const std::size_t wanted = std::min(points_.size(), candidates_a_neighbor * lists_.k);
    for (std::size_t around = wanted; count_ < wanted; around *= 2) add_around(std::size_t(group_[0]), around);
  }

  void add_around(std::size_t point, std::size_t around) {
    const std::size_t start = point - std::min(point, around), stop = std::min(points_.size(), point + around);
    candidates_.resize(count_ + stop - start + 1);
    std::int32_t* end = candidates_.data() + count_;
    for (std::size_t i = start; i < stop; ++i) {
      const std::int32_t one = std::int32_t(i);
      end = seen_.append_new(&one, 1, end);
    }
    count_ = std::size_t(end - candidates_.data());
  }

  // Those linked with the candidates [start, stop).
  void add_linked(std::size_t start, std::size_t stop) {
    std::int32_t* end = candidates_.data() + count_;
    for (std::size_t u = start; u < stop; ++u) {
      if (u + links_ahead < stop) links_.fetch(std::size_t(candidates_[u + links_ahead]));
      const Linked near = links_.of(std::size_t(candidates_[u]));
      end = seen_.append_new(near.points, near.count, end);
    }
    count_ = std::size_t(end - candidates_.data());
  }

  // A row less the first member's: small numbers lose few digits in products.
  float shift(std::int32_t point, float* out) const {
    const Rows& rows = points_.rows;
    return points_.tile.shift(rows[std::size_t(point)], rows[std::size_t(group_[0])], rows.stride(), out);
  }

  void meet(std::size_t first, std::size_t members) {
    Strip strip;
    for (std::size_t r = 0; r < members_.height(); ++r) {
      strip.rows[r] = rows_[r];
      strip.norms[r] = first + r < count_ ? shift(candidates_[first + r], rows_[r]) : infinity;
      strip.limits[r] = -infinity;
      if (first + r + rows_ahead < count_) fetch(points_, std::size_t(candidates_[first + r + rows_ahead]));
    }
    for (std::size_t panel = 0; panel < members; panel += members_.width())
      members_.meet(
          strip, panel, shortlists_.limits(), [](std::size_t, std::size_t, float) {},
          [&](std::size_t member, std::size_t r, float score) {
            const std::int32_t candidate = candidates_[first + r];
            if (candidate != group_[member]) shortlists_.add(member, ordered(score, std::uint32_t(candidate)));
          });
  }

  const Points& points_;
  const Links& links_;
  const Lists& lists_;
  Rows rows_, member_row_;
  float norms_[group_size];
  Members members_;
  Shortlists shortlists_;
  Seen seen_;
  const std::int32_t* group_ = nullptr;
  std::vector<std::int32_t> candidates_;
  std::size_t count_ = 0;
};

}  // namespace

void expand(const Points& points, const Links& links, const Lists& lists, Stages& stages) {
  const std::vector<std::int32_t> groups = group_points(links, points.size(), stages);
  const std::size_t fair = points.size() / group_size / (16 * stages.threads());
  const std::size_t grain = std::max<std::size_t>(1, std::min<std::size_t>(128, fair)) * group_size;
  stages.ranges(points.size(), grain, [&](std::size_t start, std::size_t stop) {
    Expansion expansion(points, links, lists);
    for (std::size_t i = start; i < stop && !stages.stop(); i += group_size)
      expansion.expand(groups.data() + i, std::min(group_size, stop - i));
  });
}

}  // namespace vectarium
