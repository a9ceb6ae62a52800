// Vectors on their way into a kernel: a few at a time, centred and scaled, as float32 side by side.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "frame.hpp"

namespace vectarium {

// Of one packed vector, before it was rounded.
struct Point {
  double norm;    // its squared length
  double length;
};

// Two scores that the truth lies between.
struct Interval {
  float low, high;
};

// Nothing is copied whole: what a kernel needs next is packed and forgotten again. The score of a point
// is its squared distance from the query less the query's norm, in packed units.
template <class Number>
class Packing {
 public:
  // vectors: (n, d), row by row. They have to outlive the packing.
  // roundings: how many a score goes through at most. watch: as for run_pieces.
  Packing(const Number* vectors, std::size_t n, std::size_t d, Metric metric, double roundings, unsigned threads,
          const std::function<void()>& watch);

  std::size_t dimensions() const { return d_; }

  Point point(std::size_t i) const;

  // Writes the vector's numbers `stride` apart.
  void pack(std::size_t i, float* to, std::size_t stride) const;

  // What orders points: the squared distance, or the squared chord between vectors of length 1, in double
  // precision and as a sum of squared differences, which cancels nothing.
  double distance(std::size_t a, std::size_t b) const;

  // Between these the score of a point at this distance from the query would be.
  Interval scores_at(double distance, const Point& query) const;

  // How far a computed score may be from the truth: doubt + (length of the query) * slope.
  float doubt(const Point& point) const;
  float slope(const Point& point) const;

 private:
  double scaled(std::size_t i, std::size_t t) const;

  const Number* vectors_;
  std::size_t n_, d_;
  Metric metric_;
  double roundings_;
  double scale_ = 1.0;
  std::vector<double> centre_;
  std::vector<double> inverse_lengths_;  // cosine only; 0 for a zero vector
};

// A group of panels, packed anew again and again.
template <class Number>
class Panels {
 public:
  // width: the points of a panel; capacity: of the group, a multiple of it.
  Panels(const Packing<Number>& packing, std::size_t width, std::size_t capacity);

  void pack(std::size_t first, std::size_t last);

  // What stands at a place of the group, a multiple of the width.
  const float* values(std::size_t at) const { return values_.data() + at * packing_.dimensions(); }
  const float* norms(std::size_t at) const { return norms_.data() + at; }
  const float* doubts(std::size_t at) const { return doubts_.data() + at; }
  const float* slopes(std::size_t at) const { return slopes_.data() + at; }

 private:
  const Packing<Number>& packing_;
  std::size_t width_;
  std::vector<float> values_, norms_, doubts_, slopes_;
};

extern template class Packing<float>;
extern template class Packing<double>;
extern template class Panels<float>;
extern template class Panels<double>;

}  // namespace vectarium
