// Each row of the result is given room for all it may hold: the edges that come in, then its own. A
// thread owns a range of points and reads through all edges for those that lead into its range, so that
// what comes in stands in order without locks or sorting. Then each row is merged in place, and the
// rows move together.
#include "symmetric.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>
#include <vector>

#include "workers.hpp"

namespace vectarium {
namespace {

constexpr std::size_t rows_between_looks = 1024;  // how often a long loop looks whether it is to stop
constexpr std::size_t rows_a_piece = 4096;

class Symmetriser {
 public:
  Symmetriser(const std::int32_t* indices, const float* weights, std::size_t n, std::size_t k, Combine combine,
              unsigned threads, const std::function<void(double)>& watch)
      : from_{indices, weights},
        n_(n),
        k_(k),
        combine_(combine),
        threads_(std::max(threads, 1u)),
        watch_(watch),
        start_(new std::int64_t[n + 1]),
        incoming_(n, 0) {}

  SymmetricGraph run() {
    count();
    SymmetricGraph graph{nullptr, Shrinkable<std::int32_t>(std::size_t(start_[n_])),
                         Shrinkable<float>(std::size_t(start_[n_]))};
    out_ = {graph.indices.data(), graph.weights.data()};
    collect();
    merge();
    const std::size_t edges = gather();
    graph.indices.shrink(edges);
    graph.weights.shrink(edges);
    graph.indptr = std::move(start_);
    return graph;
  }

 private:
  struct From {
    const std::int32_t* indices;
    const float* weights;
  };
  struct Out {
    std::int32_t* indices;
    float* weights;
  };
  using Edge = std::pair<std::int32_t, float>;

  bool counts(std::size_t i, std::size_t e) const {
    const std::int32_t j = from_.indices[e];
    return from_.weights[e] > 0.0f && j >= 0 && std::size_t(j) != i;
  }

  // Calls edge(i, e) for every edge that leads into [low, high), in the order of i.
  template <class Visit>
  void each_into(std::size_t low, std::size_t high, const Visit& edge) {
    const std::int32_t from = std::int32_t(low), to = std::int32_t(high);
    for (std::size_t i = 0; i < n_; ++i) {
      if (i % rows_between_looks == 0 && stop_) return;
      for (std::size_t e = i * k_; e < (i + 1) * k_; ++e)
        if (from_.indices[e] >= from && from_.indices[e] < to && counts(i, e)) edge(i, e);
    }
  }

  void by_owners(double begun, double done, const std::function<void(std::size_t, std::size_t)>& range) {
    const std::size_t owners = threads_;
    run_pieces(
        owners, threads_, stop_, [&](std::size_t t) { range(n_ * t / owners, n_ * (t + 1) / owners); },
        [&](std::size_t pieces) { watch_(begun + (done - begun) * double(pieces) / double(owners)); });
  }

  void by_rows(double begun, double done, const std::function<void(std::size_t)>& row) {
    const std::size_t pieces = (n_ + rows_a_piece - 1) / rows_a_piece;
    run_pieces(
        pieces, threads_, stop_,
        [&](std::size_t p) {
          for (std::size_t i = p * rows_a_piece; i < std::min(n_, (p + 1) * rows_a_piece); ++i) row(i);
        },
        [&](std::size_t made) { watch_(begun + (done - begun) * double(made) / double(pieces)); });
  }

  void count() {
    by_owners(0.0, 0.2, [this](std::size_t low, std::size_t high) {
      each_into(low, high, [this](std::size_t, std::size_t e) { ++incoming_[std::size_t(from_.indices[e])]; });
    });
    start_[0] = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      std::int64_t own = 0;
      for (std::size_t e = i * k_; e < (i + 1) * k_; ++e) {
        if (from_.indices[e] >= 0 && std::size_t(from_.indices[e]) >= n_)
          throw std::invalid_argument("A neighbour's index is not below the number of points");
        own += counts(i, e);
      }
      start_[i + 1] = start_[i] + std::int64_t(incoming_[i]) + own;
    }
  }

  void collect() {
    by_owners(0.2, 0.5, [this](std::size_t low, std::size_t high) {
      std::vector<std::int64_t> next(start_.get() + low, start_.get() + high);
      each_into(low, high, [&](std::size_t i, std::size_t e) {
        const std::int64_t at = next[std::size_t(from_.indices[e]) - low]++;
        out_.indices[at] = std::int32_t(i);
        out_.weights[at] = from_.weights[e];
      });
    });
  }

  float both(float w, float v) const { return combine_ == Combine::mean ? (w + v) * 0.5f : w + v - w * v; }
  float one(float w) const { return combine_ == Combine::mean ? w * 0.5f : w; }

  // Row i holds what comes in; its own edges are merged into it. What it holds then is counted anew.
  void merge_row(std::size_t i, std::vector<Edge>& own, std::vector<Edge>& all) {
    own.clear();
    all.clear();
    for (std::size_t e = i * k_; e < (i + 1) * k_; ++e)
      if (counts(i, e)) own.emplace_back(from_.indices[e], from_.weights[e]);
    std::sort(own.begin(), own.end());
    const std::int32_t* in = out_.indices + start_[i];
    const float* weight = out_.weights + start_[i];
    std::size_t a = 0, b = 0;
    while (a < incoming_[i] || b < own.size()) {
      if (b == own.size() || (a < incoming_[i] && in[a] < own[b].first)) {
        all.emplace_back(in[a], one(weight[a]));
        ++a;
      } else if (a == incoming_[i] || own[b].first < in[a]) {
        all.emplace_back(own[b].first, one(own[b].second));
        ++b;
      } else {
        all.emplace_back(in[a], both(weight[a], own[b].second));
        ++a, ++b;
      }
    }
    for (std::size_t t = 0; t < all.size(); ++t) {
      out_.indices[start_[i] + std::int64_t(t)] = all[t].first;
      out_.weights[start_[i] + std::int64_t(t)] = all[t].second;
    }
    incoming_[i] = std::uint32_t(all.size());
  }

  void merge() {
    by_rows(0.5, 0.9, [this](std::size_t i) {
      thread_local std::vector<Edge> own, all;
      merge_row(i, own, all);
    });
  }

  // Moves the rows together, in order: none is written over before it is read.
  std::size_t gather() {
    std::int64_t to = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      const std::size_t size = incoming_[i];
      std::memmove(out_.indices + to, out_.indices + start_[i], size * sizeof(std::int32_t));
      std::memmove(out_.weights + to, out_.weights + start_[i], size * sizeof(float));
      start_[i] = to;
      to += std::int64_t(size);
      if (i % (64 * rows_between_looks) == 0) watch_(0.9 + 0.1 * double(i) / double(n_));
    }
    start_[n_] = to;
    return std::size_t(to);
  }

  From from_;
  std::size_t n_, k_;
  Combine combine_;
  unsigned threads_;
  const std::function<void(double)>& watch_;
  Stop stop_{false};
  std::unique_ptr<std::int64_t[]> start_;  // where each row starts
  std::vector<std::uint32_t> incoming_;    // how many edges lead into each point; then how many its row holds
  Out out_{nullptr, nullptr};
};

}  // namespace

SymmetricGraph symmetrise(const std::int32_t* indices, const float* weights, std::size_t n, std::size_t k,
                          Combine combine, unsigned threads, const std::function<void(double)>& watch) {
  return Symmetriser(indices, weights, n, k, combine, threads, watch).run();
}

}  // namespace vectarium
