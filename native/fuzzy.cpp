#include "fuzzy.hpp"

#include <algorithm>
#include <cmath>

#include "workers.hpp"

namespace vectarium {
namespace {

constexpr std::size_t rows_a_piece = 1024;
constexpr double smallest_bandwidth = 1e-3;  // of the mean distance, as umap-learn
constexpr int most_steps = 100;

struct Row {
  const float* distances;
  std::size_t k;
  std::size_t first;  // the first that counts towards the sum
  double rho, target;
};

// Newton's method for the u = 1 / sigma at which the sum of exp(-u (d - rho)) is the target. The sum is
// convex and falls, so that steps from the left never go too far. Infinite where no u makes it small enough.
double sharpness(const Row& row) {
  double u = 0.0;
  for (int step = 0; step < most_steps; ++step) {
    double sum = 0.0, slope = 0.0;
    for (std::size_t t = row.first; t < row.k; ++t) {
      const double d = std::max(0.0, row.distances[t] - row.rho), e = std::exp(-u * d);
      sum += e;
      slope += d * e;
    }
    const double excess = sum - row.target;
    if (excess < 1e-6) break;
    if (slope <= excess * 1e-12) return INFINITY;
    u += excess / slope;
  }
  return u;
}

double mean_of(const float* distances, std::size_t count) {
  double sum = 0.0;
  for (std::size_t t = 0; t < count; ++t) sum += distances[t];
  return sum / double(std::max<std::size_t>(count, 1));
}

// Where the nearest neighbour in another place is.
double nearest(const float* distances, std::size_t k) {
  for (std::size_t t = 0; t < k; ++t)
    if (distances[t] > 0.0f) return distances[t];
  return 0.0;
}

void weigh(const float* distances, std::size_t k, Seen seen, double mean_of_all, float* weights) {
  const bool within = seen == Seen::within;
  const double counted = double(within ? k + 1 : k);
  const Row row{distances, k, within ? 0u : 1u, within ? nearest(distances, k) : 0.0, std::log2(counted)};
  const double mean = within ? mean_of(distances, k) * double(k) / counted : mean_of_all;
  const double sigma = std::max(1.0 / sharpness(row), smallest_bandwidth * mean);
  for (std::size_t t = 0; t < k; ++t) {
    const double d = distances[t] - row.rho;
    weights[t] = d <= 0.0 || sigma == 0.0 ? 1.0f : float(std::exp(-d / sigma));
  }
}

}  // namespace

void fuzzy_weights(const float* distances, std::size_t n, std::size_t k, Seen seen, unsigned threads,
                   const std::function<void(double)>& watch, float* weights) {
  const double mean = seen == Seen::outside ? mean_of(distances, n * k) : 0.0;
  const std::size_t pieces = (n + rows_a_piece - 1) / rows_a_piece;
  Stop stop{false};
  run_pieces(
      pieces, threads, stop,
      [&](std::size_t p) {
        for (std::size_t i = p * rows_a_piece; i < std::min(n, (p + 1) * rows_a_piece); ++i)
          weigh(distances + i * k, k, seen, mean, weights + i * k);
      },
      [&](std::size_t done) { watch(double(done) / double(pieces)); });
}

}  // namespace vectarium
