#include "sketch.hpp"

#include <cmath>
#include <vector>

#include "random.hpp"

namespace vectarium {
namespace {

constexpr std::size_t most_directions = 32;
constexpr std::size_t most_sampled = 1024;
constexpr std::size_t numbers_sampled = 1 << 22;  // about so many of long vectors

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
  double sums[4] = {0, 0, 0, 0};
  for (std::size_t t = 0; t < d; ++t) sums[t % 4] += double(a[t]) * double(b[t]);
  return (sums[0] + sums[2]) + (sums[1] + sums[3]);
}

// Modified Gram-Schmidt, twice over; a direction that vanishes becomes zero.
void orthonormalise(Rows& rows, Stages& stages) {
  const std::size_t d = rows.dimensions();
  for (std::size_t i = 0; i < rows.size() && !stages.stop(); ++i) {
    const double before = product(rows[i], rows[i], d);
    for (int again = 0; again < 2; ++again)
      for (std::size_t j = 0; j < i; ++j) {
        const float shared = float(product(rows[i], rows[j], d));
        for (std::size_t t = 0; t < d; ++t) rows[i][t] -= shared * rows[j][t];
      }
    const double norm = product(rows[i], rows[i], d);
    const float inverse = norm > 1e-10 * before ? float(1.0 / std::sqrt(norm)) : 0.0f;
    for (std::size_t t = 0; t < d; ++t) rows[i][t] *= inverse;
    rows.fill_up(i);
  }
}

// The products of a row, filled up with zeros, with all directions.
void along(const float* row, const Rows& directions, const RowTile& tile, float* out) {
  static const std::vector<std::int32_t> all = [] {
    std::vector<std::int32_t> numbers(most_directions);
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = std::int32_t(i);
    return numbers;
  }();
  tile.project(directions.data(), directions.stride(), all.data(), directions.size(), row, out);
}

// A thousand rows spread evenly; fewer of long vectors.
template <class Number>
Rows sample_of(const Frame<Number>& frame, Stages& stages) {
  const std::size_t n = frame.size(), d = frame.dimensions();
  const std::size_t wanted = std::max<std::size_t>(4 * most_directions, std::min(most_sampled, numbers_sampled / d));
  Rows sample(std::min(n, wanted), d);
  stages.ranges(sample.size(), 16, [&](std::size_t start, std::size_t stop) {
    for (std::size_t i = start; i < stop; ++i) {
      frame.row(i * n / sample.size(), sample[i]);
      sample.fill_up(i);
    }
  });
  return sample;
}

Rows directions_of(const Rows& sample, std::uint64_t seed, const RowTile& tile, Stages& stages) {
  const std::size_t m = sample.size(), d = sample.dimensions(), s = std::min(d, most_directions);
  Rows directions(s, d);
  std::vector<float> weights(m * s);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = float(std::int64_t(random_bits(seed, i))) * 0x1p-63f;
  add_weighted(sample, weights, s, directions, stages);
  orthonormalise(directions, stages);
  stages.ranges(m, 16, [&](std::size_t start, std::size_t stop) {
    for (std::size_t i = start; i < stop; ++i) along(sample[i], directions, tile, weights.data() + i * s);
  });
  add_weighted(sample, weights, s, directions, stages);
  orthonormalise(directions, stages);
  return directions;
}

}  // namespace

template <class Number>
Rows sketch(const Frame<Number>& frame, std::uint64_t seed, const RowTile& tile, Stages& stages) {
  const Rows directions = directions_of(sample_of(frame, stages), seed, tile, stages);
  Rows out(frame.size(), directions.size());
  const std::size_t grain = std::max<std::size_t>(1, (1 << 18) / frame.dimensions());
  stages.ranges(frame.size(), grain, [&](std::size_t start, std::size_t stop) {
    Rows row(1, frame.dimensions());
    row.fill_up(0);
    for (std::size_t i = start; i < stop && !stages.stop(); ++i) {
      frame.row(i, row[0]);
      along(row[0], directions, tile, out[i]);
      out.fill_up(i);
    }
  });
  return out;
}

template Rows sketch<float>(const Frame<float>&, std::uint64_t, const RowTile&, Stages&);
template Rows sketch<double>(const Frame<double>&, std::uint64_t, const RowTile&, Stages&);

}  // namespace vectarium
