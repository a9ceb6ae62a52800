#include "packing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "workers.hpp"

namespace vectarium {
namespace {

constexpr double float_rounding = 1.0 / (1 << 24);
constexpr double double_rounding = std::numeric_limits<double>::epsilon();
constexpr double underflow = 1e-30;
constexpr std::size_t sample = 256;
constexpr std::size_t grain = 1024;

// Four sums side by side: the compiler may then use its vector registers without changing the result.
template <class Term>
double sum_of(std::size_t d, Term term) {
  double sums[4] = {0, 0, 0, 0};
  std::size_t t = 0;
  for (; t + 4 <= d; t += 4)
    for (std::size_t i = 0; i < 4; ++i) sums[i] += term(t + i);
  for (; t < d; ++t) sums[0] += term(t);
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

// The median of some vectors in each dimension: unlike the mean it stays where most points are.
template <class Number>
std::vector<double> centre_of(const Number* vectors, std::size_t n, std::size_t d) {
  std::vector<double> centre(d), values(std::min(n, sample));
  for (std::size_t t = 0; t < d; ++t) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = double(vectors[i * n / values.size() * d + t]);
    const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    centre[t] = *middle;
  }
  return centre;
}

// The power of two that brings a number near 1: scaling by it rounds nothing.
double power_for(double largest) { return largest > 0.0 ? std::ldexp(1.0, -std::ilogb(largest)) : 1.0; }

}  // namespace

template <class Number>
Packing<Number>::Packing(const Number* vectors, std::size_t n, std::size_t d, Metric metric, double roundings,
                         unsigned threads, const std::function<void()>& watch)
    : vectors_(vectors), n_(n), d_(d), metric_(metric), roundings_(roundings), centre_(d, 0.0) {
  if (metric == Metric::euclidean) centre_ = centre_of(vectors, n, d);
  // For each vector its length, or how far it reaches from the centre.
  std::vector<double> sizes(n);
  Stop stop{false};
  const auto measure = [&](std::size_t piece) {
    for (std::size_t i = piece * grain; i < std::min(n, (piece + 1) * grain) && !stop; ++i) {
      const Number* x = vectors + i * d;
      if (metric == Metric::cosine) {
        sizes[i] = std::sqrt(sum_of(d, [x](std::size_t t) { return double(x[t]) * double(x[t]); }));
      } else {
        for (std::size_t t = 0; t < d; ++t) sizes[i] = std::max(sizes[i], std::abs(double(x[t]) - centre_[t]));
      }
    }
  };
  run_pieces((n + grain - 1) / grain, threads, stop, measure, [&](std::size_t) { watch(); });
  if (metric == Metric::euclidean) {
    scale_ = n > 0 ? power_for(*std::max_element(sizes.begin(), sizes.end())) : 1.0;
  } else {
    for (double& each : sizes) each = each > 0.0 ? 1.0 / each : 0.0;
    inverse_lengths_ = std::move(sizes);
  }
}

template <class Number>
double Packing<Number>::scaled(std::size_t i, std::size_t t) const {
  const double scale = metric_ == Metric::cosine ? inverse_lengths_[i] : scale_;
  return (double(vectors_[i * d_ + t]) - centre_[t]) * scale;
}

template <class Number>
Point Packing<Number>::point(std::size_t i) const {
  // With 1 for all, a zero vector too, the score is 1 - 2 cos, and a zero vector's distance is 1.
  if (metric_ == Metric::cosine) return {1.0, 1.0};
  const double norm = sum_of(d_, [this, i](std::size_t t) { return scaled(i, t) * scaled(i, t); });
  return {norm, std::sqrt(norm)};
}

template <class Number>
void Packing<Number>::pack(std::size_t i, float* to, std::size_t stride) const {
  for (std::size_t t = 0; t < d_; ++t) to[t * stride] = float(scaled(i, t));
}

template <class Number>
double Packing<Number>::distance(std::size_t a, std::size_t b) const {
  const Number *x = vectors_ + a * d_, *y = vectors_ + b * d_;
  if (metric_ == Metric::euclidean) {
    return sum_of(d_, [x, y](std::size_t t) {
      const double difference = double(x[t]) - double(y[t]);
      return difference * difference;
    });
  }
  const double u = inverse_lengths_[a], v = inverse_lengths_[b];
  if (u == 0.0 || v == 0.0) return 2.0;
  const double chord = sum_of(d_, [x, y, u, v](std::size_t t) {
    const double difference = double(x[t]) * u - double(y[t]) * v;
    return difference * difference;
  });
  // What rounding the two lengths makes of parallel vectors counts as nothing.
  return chord <= 4.0 * double(d_) * double_rounding * double_rounding ? 0.0 : chord;
}

template <class Number>
Interval Packing<Number>::scores_at(double distance, const Point& query) const {
  const double full = metric_ == Metric::cosine ? distance : distance * scale_ * scale_;
  const double score = full - query.norm;
  const double margin = 2.0 * float_rounding * std::abs(score) +
                        4.0 * (double(d_) + 4.0) * double_rounding * (full + query.norm) + underflow;
  return {float(score - margin), float(score + margin)};
}

// Higham, "Accuracy and stability of numerical algorithms", section 3.1: a sum that goes through m
// roundings u is wrong by at most m u |q| |x|; the rounding of both vectors and of the norm, and what is
// done with the score afterwards, add a few more. A quarter on top stands for second-order terms.
template <class Number>
float Packing<Number>::doubt(const Point& point) const {
  return float(1.25 * 3.0 * float_rounding * point.norm + underflow);
}

template <class Number>
float Packing<Number>::slope(const Point& point) const {
  return float(1.25 * (2.0 * roundings_ + 8.0) * float_rounding * point.length + underflow);
}

template <class Number>
Panels<Number>::Panels(const Packing<Number>& packing, std::size_t width, std::size_t capacity)
    : packing_(packing),
      width_(width),
      values_(capacity * packing.dimensions()),
      norms_(capacity),
      doubts_(capacity, 0.0f),
      slopes_(capacity, 0.0f) {}

template <class Number>
void Panels<Number>::pack(std::size_t first, std::size_t last) {
  const std::size_t d = packing_.dimensions();
  for (std::size_t i = first; i < last; ++i) {
    const std::size_t at = i - first;
    const Point point = packing_.point(i);
    packing_.pack(i, values_.data() + at / width_ * width_ * d + at % width_, width_);
    norms_[at] = float(point.norm);
    doubts_[at] = packing_.doubt(point);
    slopes_[at] = packing_.slope(point);
  }
  for (std::size_t at = last - first; at % width_ != 0; ++at) {
    norms_[at] = std::numeric_limits<float>::infinity();
    doubts_[at] = slopes_[at] = 0.0f;
  }
}

template class Packing<float>;
template class Packing<double>;
template class Panels<float>;
template class Panels<double>;

}  // namespace vectarium
