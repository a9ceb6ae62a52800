// The best candidates of several members, gathered while candidates stream by.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "ordered.hpp"

namespace vectarium {

// Candidates are appended until there is no more room, then thinned out, which lowers the limit above which
// none is of use: cheaper than a heap, since most candidates fall to the limit.
class Shortlists {
 public:
  Shortlists(std::size_t members, std::size_t k)
      : k_(k), room_(2 * k + 64), items_(members * room_), counts_(members), limits_(members) {}

  // Begins anew for a member; scores from the limit on are of no use.
  void begin(std::size_t member, float limit) {
    counts_[member] = 0;
    limits_[member] = limit;
  }

  const float* limits() const { return limits_.data(); }

  void add(std::size_t member, Ordered item) {
    items_[member * room_ + counts_[member]] = item;
    if (++counts_[member] == room_) thin_out(member);
  }

  // The best of a member, at most k, in no order.
  Ordered* best(std::size_t member, std::size_t& count) {
    if (counts_[member] > k_) cut(member);
    count = counts_[member];
    return items_.data() + member * room_;
  }

 private:
  // Leaves k and some more: those below a limit that a sample suggests. To find the k-th itself would take
  // several times as long.
  void thin_out(std::size_t member) {
    constexpr std::size_t size = 32;
    Ordered* items = items_.data() + member * room_;
    Ordered sample[size];
    for (std::size_t i = 0; i < size; ++i) sample[i] = items[i * room_ / size];
    const std::size_t rank = std::min(size * k_ / room_ + 3, size - 1);
    std::nth_element(sample, sample + rank, sample + size);
    const Ordered limit = sample[rank];
    if (std::size_t(std::count_if(items, items + room_, [limit](Ordered item) { return item < limit; })) < k_) return cut(member);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < room_; ++i) {  // without branches: they could not be foreseen
      const Ordered item = items[i];
      items[kept] = item;
      kept += item < limit;
    }
    counts_[member] = kept;
    limits_[member] = std::min(limits_[member], number_of(limit));
  }

  // Leaves k.
  void cut(std::size_t member) {
    Ordered* items = items_.data() + member * room_;
    std::nth_element(items, items + k_ - 1, items + counts_[member]);
    counts_[member] = k_;
    limits_[member] = std::min(limits_[member], number_of(items[k_ - 1]));
  }

  std::size_t k_, room_;
  std::vector<Ordered> items_;  // (members, room)
  std::vector<std::size_t> counts_;
  std::vector<float> limits_;
};

}  // namespace vectarium
