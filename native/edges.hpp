// The graph of t-SNE's affinities in an order that suits the memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "forces.hpp"
#include "team.hpp"

namespace vectarium {

class Edges {
 public:
  // A copy of compressed rows (graph.py).
  Edges(std::size_t n, const std::int64_t* indptr, const std::int32_t* indices, const float* weights);

  // The same graph with point order[i] in place i.
  Edges renumbered(const std::vector<std::uint32_t>& order, Team& team) const;

  std::size_t n() const { return n_; }
  EdgesView view() const { return {indptr_.get(), indices_.get(), weights_.get()}; }

 private:
  explicit Edges(std::size_t n, std::size_t count);

  std::size_t n_;
  std::unique_ptr<std::int64_t[]> indptr_;
  std::unique_ptr<std::int32_t[]> indices_;
  std::unique_ptr<float[]> weights_;
};

}  // namespace vectarium
