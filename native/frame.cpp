#include "frame.hpp"

#include <cmath>
#include <limits>

namespace vectarium {
namespace {

constexpr double double_rounding = std::numeric_limits<double>::epsilon();

// Numbers in a chunk: a few milliseconds of work.
constexpr std::size_t chunk_size = 1 << 19;

std::size_t rows_of_a_chunk(std::size_t d) { return std::max<std::size_t>(1, chunk_size / d); }

}  // namespace

template <class Number>
Frame<Number>::Frame(const Number* vectors, std::size_t n, std::size_t d, Metric metric, bool augmented,
                     InstructionSet set, Stages& stages)
    : vectors_(vectors), n_(n), d_(d), metric_(metric), augmented_(augmented), distances_(distances_for<Number>(set)), norms_(distances_for<float>(set)), centre_(d, Number(0)) {
  if (metric == Metric::cosine) find_lengths(stages);
  if (metric == Metric::euclidean || (metric == Metric::cosine && augmented)) find_centre(stages);
  if (metric != Metric::cosine) find_scale(stages);
  if (augmented && metric == Metric::inner_product) find_longest(stages);
  if (metric == Metric::euclidean) augmented_ = false;
  if (metric == Metric::cosine)
    augmented_ = augmented && std::find(inverse_lengths_.begin(), inverse_lengths_.end(), 0.0) != inverse_lengths_.end();
}

template <class Number>
void Frame<Number>::find_centre(Stages& stages) {
  const std::size_t rows = rows_of_a_chunk(d_), chunks = (n_ + rows - 1) / rows;
  // So few sums at a time that they take little memory where vectors are long.
  const std::size_t batch = 16;
  std::vector<double> sums(std::min(chunks, batch) * d_), total(d_, 0.0);
  for (std::size_t first = 0; first < chunks; first += batch) {
    const std::size_t count = std::min(batch, chunks - first);
    stages.each(count, [&](std::size_t chunk) {
      double* sum = sums.data() + chunk * d_;
      std::fill_n(sum, d_, 0.0);
      const std::size_t start = (first + chunk) * rows, stop = std::min(n_, start + rows);
      for (std::size_t i = start; i < stop; ++i)
        for (std::size_t t = 0; t < d_; ++t) sum[t] += double(vectors_[i * d_ + t]) * inverse_length(i);
    });
    for (std::size_t chunk = 0; chunk < count; ++chunk)
      for (std::size_t t = 0; t < d_; ++t) total[t] += sums[chunk * d_ + t];
  }
  for (std::size_t t = 0; t < d_; ++t) centre_[t] = Number(total[t] / double(n_));
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
    for (std::size_t i = start; i < stop; ++i) inverse_lengths_[i] = inverse_length_of(vectors_ + i * d_);
  });
}

template <class Number>
void Frame<Number>::find_longest(Stages& stages) {
  const std::size_t rows = rows_of_a_chunk(d_), chunks = (n_ + rows - 1) / rows;
  std::vector<double> longest(chunks, 0.0);
  stages.each(chunks, [&](std::size_t chunk) {
    std::vector<float> row(d_);
    for (std::size_t i = chunk * rows; i < std::min(n_, (chunk + 1) * rows); ++i)
      longest[chunk] = std::max(longest[chunk], write(vectors_ + i * d_, 1.0, row.data()));
  });
  longest_ = *std::max_element(longest.begin(), longest.end());
}

template <class Number>
double Frame<Number>::inverse_length_of(const Number* x) const {
  const double length = metric_ == Metric::cosine ? std::sqrt(distances_.product(x, x, d_)) : 1.0;
  return length > 0.0 ? 1.0 / length : 0.0;
}

template <class Number>
double Frame<Number>::write(const Number* x, double inverse_length, float* out) const {
  const Number length = Number(inverse_length), scale = Number(scale_);
  for (std::size_t t = 0; t < d_; ++t) out[t] = float((x[t] * length - centre_[t]) * scale);
  return norms_.product(out, out, d_);
}

template <class Number>
double Frame<Number>::row(std::size_t i, float* out) const {
  const double norm = write(vectors_ + i * d_, inverse_length(i), out);
  if (!augmented_) return norm;
  if (metric_ == Metric::cosine)
    out[d_] = inverse_length(i) == 0.0 ? 1.0f : 0.0f;
  else
    out[d_] = float(std::sqrt(std::max(longest_ - norm, 0.0)));
  return norm + double(out[d_]) * double(out[d_]);
}

template <class Number>
typename Frame<Number>::Query Frame<Number>::query(const Number* vector, float* out) const {
  const double inverse_length = inverse_length_of(vector), norm = write(vector, inverse_length, out);
  if (!augmented_) return {vector, inverse_length, norm};
  out[d_] = inverse_length == 0.0 ? 1.0f : 0.0f;
  return {vector, inverse_length, norm + double(out[d_])};
}

template <class Number>
float Frame<Number>::distance(const Number* x, double u, const Number* y, double v) const {
  if (metric_ == Metric::inner_product) return float(-distances_.product(x, y, d_));
  if (metric_ == Metric::euclidean) return float(std::sqrt(distances_.squared(x, y, d_)));
  if (u == 0.0 || v == 0.0) return 1.0f;
  // 1 - cos as half the squared chord, which keeps the digits of small angles.
  const double chord = distances_.squared_scaled(x, u, y, v, d_);
  // What rounding the two lengths makes of parallel vectors counts as nothing.
  const double noise = 4.0 * double(d_) * double_rounding * double_rounding;
  return chord <= noise ? 0.0f : float(0.5 * chord);
}

VECTARIUM_DECLARE_TABLES(Distances<float>, float_distances);
VECTARIUM_DECLARE_TABLES(Distances<double>, double_distances);

template <>
const Distances<float>& distances_for(InstructionSet set) {
  return table_for(set, VECTARIUM_TABLES(float_distances));
}
template <>
const Distances<double>& distances_for(InstructionSet set) {
  return table_for(set, VECTARIUM_TABLES(double_distances));
}

template class Frame<float>;
template class Frame<double>;

}  // namespace vectarium
