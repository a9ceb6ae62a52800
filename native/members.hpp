// Members packed for the row tile, and rows that meet them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

#include "bits.hpp"
#include "row_tile.hpp"
#include "rows.hpp"

namespace vectarium {

// As many rows as a tile takes at a time. Where there are fewer, the last one stands in with an infinite norm.
struct Strip {
  static constexpr std::size_t most = 16;
  const float* rows[most];
  float norms[most];
  float limits[most];  // scores for the row are wanted below this
};

class Members {
 public:
  // For at most so many members, which is rounded up to whole panels.
  Members(std::size_t members, std::size_t d, const RowTile& tile)
      : d_(d), tile_(tile), packed_(padded(members) * d), norms_(padded(members)), products_(height() * width()),
        for_rows_(height()), for_points_(height()) {}

  std::size_t height() const { return std::size_t(tile_.rows); }
  std::size_t width() const { return std::size_t(tile_.points); }
  std::size_t padded(std::size_t members) const { return (members + width() - 1) / width() * width(); }

  void pack(std::size_t member, const float* row, float norm) {
    float* column = packed_.data() + member / width() * width() * d_ + member % width();
    for (std::size_t t = 0; t < d_; ++t) column[t * width()] = row[t];
    norms_[member] = norm;
  }

  // Fills the last panel up: no row wants what stands there.
  void end(std::size_t members) {
    for (std::size_t i = members; i < padded(members); ++i) norms_[i] = std::numeric_limits<float>::infinity();
  }

  // The rows meet the members of the panel that starts with `first`. limits: (padded members), scores for a
  // member are wanted below its own. Calls for_row(r, member, score) and for_member(member, r, score).
  template <class ForRow, class ForMember>
  void meet(const Strip& strip, std::size_t first, const float* limits, ForRow for_row, ForMember for_member) {
    const RowMeeting meeting = {strip.rows,           packed_.data() + first * d_, d_,
                                strip.norms,          norms_.data() + first,       strip.limits,
                                limits + first,       products_.data(),            for_rows_.data(),
                                for_points_.data()};
    for_each_bit(tile_.meet(meeting), [&](std::size_t r) {
      const float* products = products_.data() + r * width();
      for_each_bit(for_rows_[r], [&](std::size_t i) { for_row(r, first + i, norms_[first + i] + products[i]); });
      for_each_bit(for_points_[r], [&](std::size_t i) { for_member(first + i, r, strip.norms[r] + products[i]); });
    });
  }

 private:
  std::size_t d_;
  const RowTile& tile_;
  std::vector<float> packed_;  // (panels, d, points)
  std::vector<float> norms_;   // (padded members)
  std::vector<float> products_;
  std::vector<std::uint32_t> for_rows_, for_points_;
};

}  // namespace vectarium
