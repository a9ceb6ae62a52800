// The nearest of each point that are known so far.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ordered.hpp"
#include "prefetch.hpp"
#include "stages.hpp"

namespace vectarium {

// A link to a point, with a mark while it is new; `nobody` where there is none.
using Link = std::uint32_t;
constexpr Link new_mark = 0x80000000u;
constexpr Link nobody = 0xffffffffu;
inline std::size_t point_of(Link link) { return link & ~new_mark; }

// They lie in memory of somebody else, where row i of the search is row place[i].
struct Lists {
  std::size_t n, k;
  const std::int32_t* place;  // (n)
  Link* links;                // (n, k), from the nearest on
  float* squares;             // (n, k), squared distances; infinite where there is nobody

  Link* links_of(std::size_t i) const { return links + std::size_t(place[i]) * k; }
  float* squares_of(std::size_t i) const { return squares + std::size_t(place[i]) * k; }
  float limit(std::size_t i) const { return squares_of(i)[k - 1]; }

  // Asks for the list of a point that will be needed soon.
  void fetch(std::size_t i) const {
    for (std::size_t u = 0; u < k; u += 16) {
      prefetch(links_of(i) + u);
      prefetch(squares_of(i) + u);
    }
    prefetch(links_of(i) + k - 1);
    prefetch(squares_of(i) + k - 1);
  }

  // Empties the lists.
  void clear(Stages& stages) const;

  // Fills an empty list, whatever the order.
  void begin(std::size_t i, const Ordered* items, std::size_t count) const;

  // Enters items, sorted and each once, that may be there already, even at a distance that was rounded in
  // another way. Returns how many are new.
  std::size_t merge(std::size_t i, const Ordered* items, std::size_t count) const;

 private:
  std::size_t merge_batch(Link* to, float* squares, const Ordered* items, std::size_t count) const;
};

}  // namespace vectarium
