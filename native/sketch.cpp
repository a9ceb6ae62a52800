#include "sketch.hpp"

#include <cmath>
#include <vector>

#include "random.hpp"

namespace vectarium {
namespace {

constexpr std::size_t most_directions = 32;

// out (rows of `wide`) += for each sample row: its weights (s) times the row. One piece takes some dimensions.
void add_weighted(const Rows& sample, const std::vector<float>& weights, std::size_t s, Rows& out, Stages& stages) {
  stages.ranges(sample.dimensions(), 256, [&](std::size_t start, std::size_t stop) {
    for (std::size_t j = 0; j < s; ++j) std::fill(out[j] + start, out[j] + stop, 0.0f);
    for (std::size_t i = 0; i < sample.size(); ++i)
      for (std::size_t j = 0; j < s; ++j) {
        const float weight = weights[i * s + j];
        for (std::size_t t = start; t < stop; ++t) out[j][t] += weight * sample[i][t];
      }
  });
}

double product(const float* a, const float* b, std::size_t d) {
  double sum = 0.0;
  for (std::size_t t = 0; t < d; ++t) sum += double(a[t]) * double(b[t]);
  return sum;
}

// Modified Gram-Schmidt, twice over; a direction that vanishes becomes zero.
void orthonormalise(Rows& rows) {
  const std::size_t d = rows.dimensions();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double before = product(rows[i], rows[i], d);
    for (int again = 0; again < 2; ++again)
      for (std::size_t j = 0; j < i; ++j) {
        const float along = float(product(rows[i], rows[j], d));
        for (std::size_t t = 0; t < d; ++t) rows[i][t] -= along * rows[j][t];
      }
    const double norm = product(rows[i], rows[i], d);
    const float inverse = norm > 1e-10 * before ? float(1.0 / std::sqrt(norm)) : 0.0f;
    for (std::size_t t = 0; t < d; ++t) rows[i][t] *= inverse;
    std::fill(rows[i] + d, rows[i] + rows.stride(), 0.0f);
  }
}

}  // namespace

Rows sketch_directions(const Rows& sample, std::uint64_t seed, Stages& stages) {
  const std::size_t m = sample.size(), d = sample.dimensions(), s = std::min(d, most_directions);
  Rows directions(s, d);
  std::vector<float> weights(m * s);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = float(std::int64_t(random_bits(seed, i))) * 0x1p-63f;
  add_weighted(sample, weights, s, directions, stages);
  orthonormalise(directions);
  stages.ranges(m, 64, [&](std::size_t start, std::size_t stop) {
    for (std::size_t i = start; i < stop; ++i)
      for (std::size_t j = 0; j < s; ++j) weights[i * s + j] = float(product(sample[i], directions[j], d));
  });
  add_weighted(sample, weights, s, directions, stages);
  orthonormalise(directions);
  return directions;
}

}  // namespace vectarium
