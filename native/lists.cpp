#include "lists.hpp"

#include <algorithm>
#include <limits>

namespace vectarium {
namespace {

// An item and how many entries of the list come before it.
struct Entry {
  Ordered item;
  std::size_t before;
};

constexpr std::size_t batch = 64;

}  // namespace

void Lists::clear(Stages& stages) const {
  stages.ranges(n, 4096, [&](std::size_t start, std::size_t stop) {
    std::fill(links + start * k, links + stop * k, nobody);
    std::fill(squares + start * k, squares + stop * k, std::numeric_limits<float>::infinity());
  });
}

void Lists::begin(std::size_t i, const Ordered* items, std::size_t count) const {
  for (std::size_t u = 0; u < count; ++u) {
    links_of(i)[u] = index_of(items[u]) | new_mark;
    squares_of(i)[u] = number_of(items[u]);
  }
}

std::size_t Lists::merge(std::size_t i, const Ordered* items, std::size_t count) const {
  count = std::min(count, k);
  if (links_of(i)[0] == nobody) {
    begin(i, items, count);
    return count;
  }
  std::size_t fresh = 0;
  for (std::size_t start = 0; start < count; start += batch)
    fresh += merge_batch(links_of(i), squares_of(i), items + start, std::min(batch, count - start));
  return fresh;
}

std::size_t Lists::merge_batch(Link* to, float* squares, const Ordered* items, std::size_t count) const {
  Entry entries[batch];
  std::size_t fresh = 0;
  for (std::size_t j = 0; j < count; ++j) {
    const float square = number_of(items[j]);
    const Link point = index_of(items[j]);
    std::int32_t nearer = 0, same = 0;
    for (std::size_t u = 0; u < k; ++u) {
      nearer += squares[u] <= square;
      same |= (to[u] & ~new_mark) == point;
    }
    if (std::size_t(nearer) + fresh >= k) break;
    if (!same) entries[fresh++] = {items[j], std::size_t(nearer)};
  }
  // From the back on, so that every entry is moved once.
  std::size_t end = k - fresh;
  for (std::size_t j = fresh; j-- > 0;) {
    const std::size_t start = entries[j].before, at = start + j;
    if (end > start) {
      std::copy_backward(to + start, to + end, to + end + j + 1);
      std::copy_backward(squares + start, squares + end, squares + end + j + 1);
    }
    to[at] = index_of(entries[j].item) | new_mark;
    squares[at] = number_of(entries[j].item);
    end = start;
  }
  return fresh;
}

}  // namespace vectarium
