#include "edges.hpp"

#include <algorithm>

namespace vectarium {
namespace {

constexpr std::size_t grain = 2048;

}  // namespace

Edges::Edges(std::size_t n, std::size_t count)
    : n_(n),
      indptr_(new std::int64_t[n + 1]),
      indices_(new std::int32_t[count + spare]),
      weights_(new float[count + spare]) {
  std::fill_n(indices_.get() + count, spare, 0);
  std::fill_n(weights_.get() + count, spare, 0.0f);
}

Edges::Edges(std::size_t n, const std::int64_t* indptr, const std::int32_t* indices, const float* weights)
    : Edges(n, std::size_t(indptr[n])) {
  std::copy_n(indptr, n + 1, indptr_.get());
  std::copy_n(indices, indptr[n], indices_.get());
  std::copy_n(weights, indptr[n], weights_.get());
}

Edges Edges::renumbered(const std::vector<std::uint32_t>& order, Team& team) const {
  Edges out(n_, std::size_t(indptr_[n_]));
  std::vector<std::int32_t> place(n_);
  std::int64_t total = 0;
  for (std::size_t i = 0; i < n_; ++i) {
    place[order[i]] = std::int32_t(i);
    out.indptr_[i] = total;
    total += indptr_[order[i] + 1] - indptr_[order[i]];
  }
  out.indptr_[n_] = total;
  team.ranges(n_, grain, [&](std::size_t start, std::size_t stop) {
    for (std::size_t i = start; i < stop; ++i) {
      const std::int64_t from = indptr_[order[i]], to = out.indptr_[i], count = out.indptr_[i + 1] - to;
      for (std::int64_t e = 0; e < count; ++e) out.indices_[to + e] = place[std::size_t(indices_[from + e])];
      std::copy_n(weights_.get() + from, count, out.weights_.get() + to);
    }
  });
  return out;
}

}  // namespace vectarium
