#include "links.hpp"

#include <algorithm>

namespace vectarium {
namespace {

constexpr std::size_t most_fan = 256;  // a rank fits into a byte

}  // namespace

Links::Links(const Lists& lists, std::size_t fan, Stages& stages)
    : n_(lists.n),
      fan_(std::min(std::min(fan, lists.k), most_fan)),
      to_(n_ * fan_),
      from_(n_ * fan_),
      points_(2 * n_ * fan_),
      counts_(n_) {
  stages.ranges(n_, 2048, [&](std::size_t start, std::size_t stop) {
    for (std::size_t i = start; i < stop; ++i) {
      Link* links = lists.links_of(i);
      std::copy_n(links, fan_, to_.data() + i * fan_);
      for (std::size_t u = 0; u < fan_ && links[u] != nobody; ++u) links[u] &= ~new_mark;
    }
  });
  // Each piece reads all links and writes those into its part of the points: less work than sorting them.
  const std::size_t grain = (n_ + 2 * stages.threads() - 1) / (2 * stages.threads());
  stages.ranges(n_, grain, [&](std::size_t start, std::size_t stop) { turn_round(start, stop); });
  stages.ranges(n_, 2048, [&](std::size_t start, std::size_t stop) {
    for (std::size_t i = start; i < stop; ++i) join(i);
  });
  to_ = from_ = std::vector<Link>();
}

// Who links to the points [start, stop): where there are more than `fan`, those who do so most closely.
void Links::turn_round(std::size_t start, std::size_t stop) {
  std::vector<std::uint8_t> ranks((stop - start) * fan_);
  std::vector<std::uint16_t> counts(stop - start, 0);
  for (std::size_t i = 0; i < n_; ++i) {
    for (std::size_t rank = 0; rank < fan_; ++rank) {
      const Link link = to_[i * fan_ + rank];
      if (link == nobody) break;
      const std::size_t point = point_of(link);
      if (point < start || point >= stop) continue;
      Link* back = from_.data() + point * fan_;
      std::uint8_t* known = ranks.data() + (point - start) * fan_;
      std::size_t place = counts[point - start];
      if (place == fan_) {
        place = std::size_t(std::max_element(known, known + fan_) - known);
        if (known[place] <= rank) continue;
      } else {
        ++counts[point - start];
      }
      known[place] = std::uint8_t(rank);
      back[place] = Link(i) | (link & new_mark);
    }
  }
  for (std::size_t point = start; point < stop; ++point)
    std::fill(from_.data() + point * fan_ + counts[point - start], from_.data() + (point + 1) * fan_, nobody);
}

// Both directions in one list.
void Links::join(std::size_t i) {
  const Link *to = to_.data() + i * fan_, *from = from_.data() + i * fan_;
  Link joined[2 * most_fan];
  std::size_t count = 0;
  for (; count < fan_ && to[count] != nobody; ++count) joined[count] = to[count];
  const std::size_t known = count;
  for (std::size_t u = 0; u < fan_ && from[u] != nobody; ++u) {
    // Where two are linked from both sides, the link is new if one side is.
    std::uint32_t place = 0;
    for (std::uint32_t v = 0; v < known; ++v) place |= ((joined[v] ^ from[u]) & ~new_mark) == 0 ? v + 1 : 0;
    if (place)
      joined[place - 1] |= from[u];
    else
      joined[count++] = from[u];
  }
  std::int32_t* out = points_.data() + 2 * i * fan_;
  std::size_t fresh = 0;
  for (std::size_t u = 0; u < count; ++u)
    if (joined[u] & new_mark) out[fresh++] = std::int32_t(point_of(joined[u]));
  counts_[i] = {std::uint16_t(fresh), std::uint16_t(count)};
  for (std::size_t u = 0; u < count; ++u)
    if (!(joined[u] & new_mark)) out[fresh++] = std::int32_t(point_of(joined[u]));
}

}  // namespace vectarium
