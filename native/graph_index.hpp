// Vectors that are kept with their nearest neighbours, so that the neighbours of new ones are found along these.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "codes.hpp"
#include "few_neighbors.hpp"
#include "frame.hpp"
#include "links.hpp"

namespace vectarium {

template <class Number>
class GraphIndex {
 public:
  // vectors: (n, d), row by row, finite, n > 2048. They have to outlive the index. watch: as in exact_neighbors.hpp.
  GraphIndex(const Number* vectors, std::size_t n, std::size_t d, Metric metric, std::uint64_t seed, unsigned threads,
             InstructionSet set, const std::function<void(double)>& watch);

  // queries: (m, d). indices, distances: (m, k) with k < n, from the nearest on; nearly all of them right, the
  // distances true. Where `own`, query i is vector i of the index, and is not its own neighbour.
  void query(const Number* queries, std::size_t m, std::size_t k, bool own, unsigned threads,
             const std::function<void(double)>& watch, std::int32_t* indices, float* distances) const;

  std::size_t size() const { return frame_->size(); }

  // The share of right neighbours that were found for some of its own points.
  double recall() const { return recall_; }

 private:
  std::size_t d_;
  std::optional<Frame<Number>> frame_;
  std::optional<Arranged> arranged_;
  std::optional<Codes> codes_;
  std::optional<Links> links_;
  std::size_t beam_ = 0;  // the width of the beam for few neighbours, as wide as it has to be
  double recall_ = 0.0;
};

extern template class GraphIndex<float>;
extern template class GraphIndex<double>;

}  // namespace vectarium
