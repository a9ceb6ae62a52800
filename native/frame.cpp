#include "frame.hpp"

#include <cmath>
#include <limits>

namespace vectarium {
namespace {

constexpr double double_rounding = std::numeric_limits<double>::epsilon();

// Numbers in a chunk: a few milliseconds of work.
constexpr std::size_t chunk_size = 1 << 19;

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

std::size_t rows_of_a_chunk(std::size_t d) { return std::max<std::size_t>(1, chunk_size / d); }

}  // namespace

template <class Number>
Frame<Number>::Frame(const Number* vectors, std::size_t n, std::size_t d, Metric metric, Stages& stages)
    : vectors_(vectors), n_(n), d_(d), metric_(metric), centre_(d, 0.0) {
  if (metric == Metric::euclidean) find_centre(stages);
  if (metric == Metric::cosine) find_lengths(stages);
  if (metric != Metric::cosine) find_scale(stages);
}

template <class Number>
void Frame<Number>::find_centre(Stages& stages) {
  const std::size_t rows = rows_of_a_chunk(d_), chunks = (n_ + rows - 1) / rows;
  // So few sums at a time that they take little memory where vectors are long.
  const std::size_t batch = 16;
  std::vector<double> sums(std::min(chunks, batch) * d_);
  for (std::size_t first = 0; first < chunks; first += batch) {
    const std::size_t count = std::min(batch, chunks - first);
    stages.each(count, [&](std::size_t chunk) {
      double* sum = sums.data() + chunk * d_;
      std::fill_n(sum, d_, 0.0);
      const std::size_t start = (first + chunk) * rows, stop = std::min(n_, start + rows);
      for (std::size_t i = start; i < stop; ++i)
        for (std::size_t t = 0; t < d_; ++t) sum[t] += double(vectors_[i * d_ + t]);
    });
    for (std::size_t chunk = 0; chunk < count; ++chunk)
      for (std::size_t t = 0; t < d_; ++t) centre_[t] += sums[chunk * d_ + t];
  }
  for (double& each : centre_) each /= double(n_);
}

// The power of two that brings the number of largest size near 1: scaling by it rounds nothing.
template <class Number>
void Frame<Number>::find_scale(Stages& stages) {
  const std::size_t rows = rows_of_a_chunk(d_), chunks = (n_ + rows - 1) / rows;
  std::vector<double> sizes(chunks, 0.0);
  stages.each(chunks, [&](std::size_t chunk) {
    double size = 0.0;
    const std::size_t start = chunk * rows, stop = std::min(n_, start + rows);
    for (std::size_t i = start; i < stop; ++i)
      for (std::size_t t = 0; t < d_; ++t) size = std::max(size, std::abs(double(vectors_[i * d_ + t]) - centre_[t]));
    sizes[chunk] = size;
  });
  const double largest = *std::max_element(sizes.begin(), sizes.end());
  scale_ = largest > 0.0 ? std::ldexp(1.0, -std::ilogb(largest)) : 1.0;
}

template <class Number>
void Frame<Number>::find_lengths(Stages& stages) {
  inverse_lengths_.resize(n_);
  stages.ranges(n_, rows_of_a_chunk(d_), [&](std::size_t start, std::size_t stop) {
    for (std::size_t i = start; i < stop; ++i) {
      const Number* x = vectors_ + i * d_;
      const double length = std::sqrt(sum_of(d_, [x](std::size_t t) { return double(x[t]) * double(x[t]); }));
      inverse_lengths_[i] = length > 0.0 ? 1.0 / length : 0.0;
    }
  });
}

template <class Number>
double Frame<Number>::row(const Number* x, double inverse_length, float* out) const {
  const double scale = metric_ == Metric::cosine ? inverse_length : scale_;
  for (std::size_t t = 0; t < d_; ++t) out[t] = float((double(x[t]) - centre_[t]) * scale);
  return sum_of(d_, [out](std::size_t t) { return double(out[t]) * double(out[t]); });
}

template <class Number>
float Frame<Number>::distance(const Number* x, double u, const Number* y, double v) const {
  if (metric_ == Metric::inner_product)
    return -float(sum_of(d_, [x, y](std::size_t t) { return double(x[t]) * double(y[t]); }));
  if (metric_ == Metric::euclidean) {
    return float(std::sqrt(sum_of(d_, [x, y](std::size_t t) {
      const double difference = double(x[t]) - double(y[t]);
      return difference * difference;
    })));
  }
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

template class Frame<float>;
template class Frame<double>;

}  // namespace vectarium
