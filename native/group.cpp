#include "group.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "bits.hpp"

namespace vectarium {

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr std::size_t most_rows = 16;  // of any tile

}  // namespace

Group::Group(const Rows& rows, const std::vector<float>& norms, const RowTile& tile, std::size_t k)
    : rows_(rows),
      norms_(norms),
      tile_(tile),
      k_(k),
      capacity_(k + std::max<std::size_t>(k, 64)),
      panels_(group_size * rows.dimensions()),
      limits_(group_size),
      scores_(std::size_t(tile.rows) * std::size_t(tile.points)),
      found_(std::size_t(tile.rows)),
      items_(group_size * capacity_),
      counts_(group_size) {}

void Group::begin(const float* const* members, std::size_t count, const float* limits) {
  const std::size_t width = std::size_t(tile_.points), d = rows_.dimensions();
  size_ = count;
  for (std::size_t i = 0; i < group_size; ++i) {
    // Nobody's lane is filled with some member's row, and wants nothing.
    const float* row = members[std::min(i, count - 1)];
    float* column = panels_.data() + i / width * width * d + i % width;
    for (std::size_t t = 0; t < d; ++t) column[t * width] = row[t];
    limits_[i] = i < count ? limits[i] : -infinity;
    counts_[i] = 0;
  }
}

void Group::offer(const std::int32_t* candidates, std::size_t count, const std::int32_t* self) {
  const std::size_t height = std::size_t(tile_.rows);
  const float* rows[most_rows];
  float norms[most_rows];
  for (std::size_t first = 0; first < count; first += height) {
    for (std::size_t r = 0; r < height; ++r) {
      const std::size_t candidate = std::size_t(candidates[std::min(first + r, count - 1)]);
      rows[r] = rows_[candidate];
      norms[r] = first + r < count ? norms_[candidate] : infinity;
    }
    meet(rows, norms, candidates + first, std::min(height, count - first), self);
  }
}

void Group::meet(const float* const* rows, const float* norms, const std::int32_t* candidates, std::size_t,
                 const std::int32_t* self) {
  const std::size_t width = std::size_t(tile_.points), d = rows_.dimensions();
  for (std::size_t start = 0; start < size_; start += width) {
    const RowMeeting meeting = {rows,           norms,         panels_.data() + start * d, d, limits_.data() + start,
                                scores_.data(), found_.data()};
    for_each_bit(tile_.meet(meeting), [&](std::size_t r) {
      for_each_bit(found_[r], [&](std::size_t lane) {
        const std::size_t member = start + lane;
        if (candidates[r] == self[member]) return;
        add(member, ordered(scores_[r * width + lane], std::uint32_t(candidates[r])));
      });
    });
  }
}

void Group::add(std::size_t member, Ordered item) {
  items_[member * capacity_ + counts_[member]++] = item;
  if (counts_[member] == capacity_) thin_out(member);
}

void Group::thin_out(std::size_t member) {
  std::size_t count;
  sorted(member, count);
  counts_[member] = count;
  if (count < k_) return;
  limits_[member] = std::min(limits_[member], number_of(items_[member * capacity_ + k_ - 1]));
}

const Ordered* Group::sorted(std::size_t member, std::size_t& count) {
  Ordered* first = items_.data() + member * capacity_;
  Ordered* last = first + counts_[member];
  std::sort(first, last);
  last = std::unique(first, last);
  count = std::min(std::size_t(last - first), k_);
  return first;
}

}  // namespace vectarium
