#include "space.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vectarium {

VECTARIUM_DECLARE_TABLES(Tile, tile);

const Tile& tile_for(InstructionSet set) { return table_for(set, VECTARIUM_TABLES(tile)); }

namespace {

constexpr double float_rounding = 1.0 / (1 << 24);
constexpr double double_rounding = std::numeric_limits<double>::epsilon();

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

template <class Number>
std::vector<double> mean_of(const Number* vectors, std::size_t n, std::size_t d) {
  std::vector<double> mean(d, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t t = 0; t < d; ++t) mean[t] += double(vectors[i * d + t]);
  for (double& each : mean) each /= double(n);
  return mean;
}

// The power of two that brings the number of largest size near 1: scaling by it rounds nothing.
template <class Number>
double scale_of(const Number* vectors, std::size_t n, std::size_t d, const std::vector<double>& centre) {
  double largest = 0.0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t t = 0; t < d; ++t) largest = std::max(largest, std::abs(double(vectors[i * d + t]) - centre[t]));
  return largest > 0.0 ? std::ldexp(1.0, -std::ilogb(largest)) : 1.0;
}

}  // namespace

template <class Number>
Space<Number>::Space(const Number* vectors, std::size_t n, std::size_t d, Metric metric, const Tile& tile)
    : vectors_(vectors), n_(n), d_(d), metric_(metric), tile_(tile) {
  std::vector<double> centre(d, 0.0);
  if (metric == Metric::euclidean) {
    centre = mean_of(vectors, n, d);
    scale_ = scale_of(vectors, n, d, centre);
  } else {
    inverse_lengths_.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      const Number* x = vectors + i * d;
      const double length = std::sqrt(sum_of(d, [x](std::size_t t) { return double(x[t]) * double(x[t]); }));
      inverse_lengths_[i] = length > 0.0 ? 1.0 / length : 0.0;
    }
  }
  packed_.resize(padded_size() * d);
  norms_.assign(padded_size(), std::numeric_limits<float>::infinity());
  for (std::size_t i = 0; i < n; ++i) pack_point(i, centre.data());
}

template <class Number>
void Space<Number>::pack_point(std::size_t i, const double* centre) {
  const std::size_t width = tile_.points;
  const Number* x = vectors_ + i * d_;
  const double scale = metric_ == Metric::cosine ? inverse_lengths_[i] : scale_;
  float* column = packed_.data() + i / width * width * d_ + i % width;
  double norm = 0.0;
  for (std::size_t t = 0; t < d_; ++t) {
    const float value = float((double(x[t]) - centre[t]) * scale);
    column[t * width] = value;
    norm += double(value) * double(value);
  }
  // With 1 for all, a zero vector too, the score is 1 - 2 cos, and a zero vector's distance is 1.
  norms_[i] = metric_ == Metric::cosine ? 1.0f : float(norm);
}

template <class Number>
void Space<Number>::pack_strip(std::size_t first, float* strip) const {
  const std::size_t height = tile_.queries, width = tile_.points;
  // A strip takes neighbouring lanes from one panel or two.
  for (std::size_t done = 0; done < height;) {
    const std::size_t lane = (first + done) % width, count = std::min(height - done, width - lane);
    const float* from = panel(first + done - lane) + lane;
    for (std::size_t t = 0; t < d_; ++t) std::copy_n(from + t * width, count, strip + t * height + done);
    done += count;
  }
}

template <class Number>
float Space<Number>::distance(std::size_t a, std::size_t b) const {
  const Number *x = vectors_ + a * d_, *y = vectors_ + b * d_;
  if (metric_ == Metric::euclidean) {
    return float(std::sqrt(sum_of(d_, [x, y](std::size_t t) {
      const double difference = double(x[t]) - double(y[t]);
      return difference * difference;
    })));
  }
  const double u = inverse_lengths_[a], v = inverse_lengths_[b];
  if (u == 0.0 || v == 0.0) return 1.0f;
  // 1 - cos as half the squared chord, which keeps the digits of small angles.
  const double chord = sum_of(d_, [x, y, u, v](std::size_t t) {
    const double difference = double(x[t]) * u - double(y[t]) * v;
    return difference * difference;
  });
  // What rounding the two lengths makes of parallel vectors counts as nothing.
  const double noise = 4.0 * double(d_) * double_rounding * double_rounding;
  return chord <= noise ? 0.0f : float(0.5 * chord);
}

template <class Number>
double Space<Number>::score_at(double distance, std::size_t query) const {
  const double full = metric_ == Metric::cosine ? 2.0 * distance : distance * scale_ * distance * scale_;
  return full - double(norms_[query]);
}

template <class Number>
double Space<Number>::doubt(double score, std::size_t query) const {
  // Higham, "Accuracy and stability of numerical algorithms", section 3.1: a sum of d products, in
  // whatever order, is wrong by at most d roundings of |q| |x|; a few more come from packing. A point
  // at most so far from the query is no longer than |q| + distance. Doubled for second-order terms.
  const double norm = double(norms_[query]);
  const double longest = std::sqrt(norm) + std::sqrt(std::max(score + norm, 0.0));
  const double underflow = double(d_) * 1e-37;
  return 6.0 * (double(d_) + 8.0) * float_rounding * longest * longest + underflow;
}

template class Space<float>;
template class Space<double>;

}  // namespace vectarium
