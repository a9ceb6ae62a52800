// The graph of t-SNE's affinities in an order that suits the memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "forces.hpp"
#include "team.hpp"

namespace vectarium {

class Edges {
 public:
  // A copy of compressed rows (graph.py).
  Edges(std::size_t n, const std::int64_t* indptr, const std::int32_t* indices, const float* weights);

  // The strong edges, and the others: strong ones weigh at least this share of their row's mean.
  std::pair<Edges, Edges> split(float share, Team& team) const;

  // The same graph with point order[i] in place i. look() is called every few milliseconds and may throw.
  Edges renumbered(const std::vector<std::uint32_t>& order, Team& team, const std::function<void()>& look) const;

  // The sum of all weights.
  double total() const;

  std::size_t n() const { return n_; }
  EdgesView view() const { return {indptr_.get(), indices_.get(), weights_.get()}; }

 private:
  // Rows of these lengths, to be filled.
  explicit Edges(const std::vector<std::int64_t>& lengths);

  std::size_t n_;
  std::unique_ptr<std::int64_t[]> indptr_;
  std::unique_ptr<std::int32_t[]> indices_;
  std::unique_ptr<float[]> weights_;
};

}  // namespace vectarium
