#include "edges.hpp"

#include <algorithm>

namespace vectarium {
namespace {

constexpr std::size_t grain = 2048;
// Rows after which somebody may want to stop.
constexpr std::size_t round_of_rows = 64 * grain;

// Calls visit(edge, whether it is strong) for a row's edges.
template <class Visit>
void for_each_edge(const EdgesView& edges, std::size_t i, float share, Visit visit) {
  const std::int64_t first = edges.indptr[i], last = edges.indptr[i + 1];
  float sum = 0.0f;
  for (std::int64_t e = first; e < last; ++e) sum += edges.weights[e];
  const float least = share * sum / float(std::max<std::int64_t>(last - first, 1));
  for (std::int64_t e = first; e < last; ++e) visit(e, edges.weights[e] >= least);
}

}  // namespace

Edges::Edges(const std::vector<std::int64_t>& lengths) : n_(lengths.size()), indptr_(new std::int64_t[n_ + 1]) {
  std::int64_t total = 0;
  for (std::size_t i = 0; i < n_; ++i) {
    indptr_[i] = total;
    total += lengths[i];
  }
  indptr_[n_] = total;
  indices_.reset(new std::int32_t[std::size_t(total) + spare]);
  weights_.reset(new float[std::size_t(total) + spare]);
  std::fill_n(indices_.get() + total, spare, 0);
  std::fill_n(weights_.get() + total, spare, 0.0f);
}

Edges::Edges(std::size_t n, const std::int64_t* indptr, const std::int32_t* indices, const float* weights)
    : n_(n),
      indptr_(new std::int64_t[n + 1]),
      indices_(new std::int32_t[std::size_t(indptr[n]) + spare]()),
      weights_(new float[std::size_t(indptr[n]) + spare]()) {
  std::copy_n(indptr, n + 1, indptr_.get());
  std::copy_n(indices, indptr[n], indices_.get());
  std::copy_n(weights, indptr[n], weights_.get());
}

std::pair<Edges, Edges> Edges::split(float share, Team& team) const {
  std::vector<std::int64_t> strong(n_, 0), weak(n_, 0);
  team.ranges(n_, grain, [&](std::size_t start, std::size_t stop) {
    for (std::size_t i = start; i < stop; ++i)
      for_each_edge(view(), i, share, [&](std::int64_t, bool is_strong) { ++(is_strong ? strong : weak)[i]; });
  });
  std::pair<Edges, Edges> out{Edges(strong), Edges(weak)};
  team.ranges(n_, grain, [&](std::size_t start, std::size_t stop) {
    for (std::size_t i = start; i < stop; ++i) {
      std::int64_t at[2] = {out.first.indptr_[i], out.second.indptr_[i]};
      for_each_edge(view(), i, share, [&](std::int64_t e, bool is_strong) {
        Edges& part = is_strong ? out.first : out.second;
        const std::int64_t place = at[is_strong ? 0 : 1]++;
        part.indices_[place] = indices_[e];
        part.weights_[place] = weights_[e];
      });
    }
  });
  return out;
}

Edges Edges::renumbered(const std::vector<std::uint32_t>& order, Team& team, const std::function<void()>& look) const {
  std::vector<std::int32_t> place(n_);
  std::vector<std::int64_t> lengths(n_);
  for (std::size_t i = 0; i < n_; ++i) {
    place[order[i]] = std::int32_t(i);
    lengths[i] = indptr_[order[i] + 1] - indptr_[order[i]];
  }
  Edges out(lengths);
  for (std::size_t done = 0; done < n_; done += round_of_rows) {
    look();
    team.ranges(std::min(round_of_rows, n_ - done), grain, [&](std::size_t start, std::size_t stop) {
      for (std::size_t i = done + start; i < done + stop; ++i) {
        const std::int64_t from = indptr_[order[i]], to = out.indptr_[i];
        for (std::int64_t e = 0; e < lengths[i]; ++e) out.indices_[to + e] = place[std::size_t(indices_[from + e])];
        std::copy_n(weights_.get() + from, lengths[i], out.weights_.get() + to);
      }
    });
  }
  return out;
}

double Edges::total() const {
  double sum = 0.0;
  for (std::int64_t e = 0; e < indptr_[n_]; ++e) sum += double(weights_[e]);
  return sum;
}

}  // namespace vectarium
