// All pairs of a leaf are met once, by the register tile: a product gives the score of each for the other.
#include "leaves.hpp"

#include <algorithm>
#include <limits>

#include "members.hpp"
#include "shortlists.hpp"

namespace vectarium {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr std::size_t group = 64;  // members, a multiple of every tile's points
constexpr std::size_t ahead = 4;   // points that are asked for early

class LeafSearch {
 public:
  LeafSearch(const Points& points, const Lists& lists, std::size_t largest)
      : points_(points),
        lists_(lists),
        rows_(rounded(largest), points.rows.dimensions()),
        norms_(largest),
        members_(rounded(largest), points.rows.dimensions(), points.tile),
        shortlists_(rounded(largest), lists.k) {}

  void search(const std::int32_t* leaf, std::size_t size) {
    begin(leaf, size);
    // A group alone first: it holds the nearest, and what is as far as the k-th of them is of no use.
    for (std::size_t first = 0; first < size; first += group)
      meet(first, std::min(size, first + group), first, false);
    for (std::size_t first = 0; first + group < size; first += group) meet(first + group, size, first, true);
    for (std::size_t i = 0; i < size; ++i) {
      std::size_t count;
      Ordered* best = shortlists_.best(i, count);
      for (std::size_t u = 0; u < count; ++u) best[u] = squared(best[u], norms_[i]);
      std::sort(best, best + count);
      lists_.merge(std::size_t(leaf[i]), best, count);
    }
  }

 private:
  static std::size_t rounded(std::size_t size) { return (size + group - 1) / group * group; }

  void begin(const std::int32_t* leaf, std::size_t size) {
    leaf_ = leaf;
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t point = std::size_t(leaf[i]);
      if (i + ahead < size) {
        fetch(points_, std::size_t(leaf[i + ahead]));
        lists_.fetch(std::size_t(leaf[i + ahead]));
      }
      norms_[i] = points_.tile.shift(points_.rows[point], points_.rows[std::size_t(leaf[0])], rows_.stride(), rows_[i]);
      members_.pack(i, rows_[i], norms_[i]);
      shortlists_.begin(i, lists_.limit(point) - norms_[i]);
    }
    members_.end(size);
    for (std::size_t i = size; i < rounded(size); ++i) shortlists_.begin(i, -infinity);
  }

  // Members [start, stop) as rows against the group that begins at `first`.
  void meet(std::size_t start, std::size_t stop, std::size_t first, bool both_ways) {
    Strip strip;
    for (std::size_t row = start; row < stop; row += members_.height())
      for (std::size_t panel = first; panel < std::min(first + group, members_.padded(stop)); panel += members_.width()) {
        for (std::size_t r = 0; r < members_.height(); ++r) {
          const std::size_t member = std::min(row + r, stop - 1);
          const bool is_there = row + r < stop;
          strip.rows[r] = rows_[member];
          strip.norms[r] = is_there ? norms_[member] : infinity;
          strip.limits[r] = is_there && both_ways ? shortlists_.limits()[member] : -infinity;
        }
        const auto add = [&](std::size_t member, std::size_t other, float score) {
          if (member != other) shortlists_.add(member, ordered(score, std::uint32_t(leaf_[other])));
        };
        members_.meet(
            strip, panel, shortlists_.limits(),
            [&](std::size_t r, std::size_t member, float score) { add(row + r, member, score); },
            [&](std::size_t member, std::size_t r, float score) { add(member, row + r, score); });
      }
  }

  const Points& points_;
  const Lists& lists_;
  Rows rows_;                 // the leaf's, less the first of them: small numbers lose few digits in products
  std::vector<float> norms_;  // of these
  Members members_;
  Shortlists shortlists_;
  const std::int32_t* leaf_ = nullptr;
};

}  // namespace

void search_leaves(const Points& points, const Tree& tree, const std::vector<std::size_t>& starts, const Lists& lists,
                   Stages& stages) {
  std::size_t largest = 0;
  for (std::size_t leaf = 0; leaf + 1 < starts.size(); ++leaf)
    largest = std::max(largest, starts[leaf + 1] - starts[leaf]);
  const std::size_t grain = 8;
  stages.ranges(starts.size() - 1, grain, [&](std::size_t start, std::size_t stop) {
    LeafSearch search(points, lists, largest);
    for (std::size_t leaf = start; leaf < stop && !stages.stop(); ++leaf)
      search.search(tree.data() + starts[leaf], starts[leaf + 1] - starts[leaf]);
  });
}

}  // namespace vectarium
