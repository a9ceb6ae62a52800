// How many of the neighbours that a search finds are right: looked up exactly for some of the points.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "few_neighbors.hpp"
#include "frame.hpp"
#include "shortlists.hpp"
#include "stages.hpp"

namespace vectarium {

template <class Number>
class Gauge {
 public:
  // Looks at all points for the k nearest of each of a sample of them.
  Gauge(const Frame<Number>& frame, const Arranged& arranged, std::size_t k, Stages& stages);

  // The sample: rows in order, evenly spread.
  const std::vector<std::size_t>& sample() const { return sample_; }

  // How many of these k are right for a point of the sample. Others at the same distance count as right.
  std::size_t right(std::size_t place, const float* distances, std::size_t count) const;

  // The share of right neighbours in lists of at least k, whose links are rows in order.
  double recall(const Lists& lists) const;

 private:
  void look_up(std::size_t first, const Stop& stop);
  bool is_rough(Ordered* best, std::size_t count, double norm) const;
  Ordered* look_closely(std::size_t point, std::size_t member, Shortlists& shortlists, std::size_t& found) const;

  const Frame<Number>& frame_;
  const Arranged& arranged_;
  std::size_t k_;
  std::vector<std::size_t> sample_;
  std::vector<float> farthest_;  // the true distance of the k-th
};

extern template class Gauge<float>;
extern template class Gauge<double>;

}  // namespace vectarium
