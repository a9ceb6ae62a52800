// Who is linked to whom while points pull: a copy that nobody writes to meanwhile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "lists.hpp"
#include "prefetch.hpp"
#include "stages.hpp"

namespace vectarium {

// The points linked with one: those it is near to, and those that are near to it, each once.
struct Linked {
  const std::int32_t* points;  // the new ones first
  std::size_t fresh, count;
};

class Links {
 public:
  // Takes the first `fan` links of each point, and up to `fan` of those who link to it, the nearest of
  // them. The links in the lists are no longer marked as new.
  Links(const Lists& lists, std::size_t fan, Stages& stages);

  // How many points can be linked with one.
  std::size_t most() const { return 2 * fan_; }

  Linked of(std::size_t i) const { return {points_.data() + 2 * i * fan_, counts_[i].fresh, counts_[i].all}; }

  // Asks for the links of a point that will be needed soon.
  void fetch(std::size_t i) const {
    for (std::size_t u = 0; u < 2 * fan_; u += 16) prefetch(points_.data() + 2 * i * fan_ + u);
    prefetch(&counts_[i]);
  }

 private:
  struct Counts {
    std::uint16_t fresh, all;
  };
  void turn_round(std::size_t start, std::size_t stop);
  void join(std::size_t i);

  std::size_t n_, fan_;
  std::vector<Link> to_, from_;       // (n, fan), nobody at the end where there are fewer; only while it is made
  std::vector<std::int32_t> points_;  // (n, 2 fan)
  std::vector<Counts> counts_;        // (n)
};

}  // namespace vectarium
