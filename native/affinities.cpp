// Compiled once for each instruction set (instruction_set.hpp).
#include "affinities.hpp"

#include "exponential.hpp"
#include "lanes.hpp"

namespace vectarium {
namespace {

constexpr std::size_t width = Lanes::width;
constexpr int most_steps = 100;
constexpr float tolerance = 1e-5f;
// So far from all others that its exponential is 0.
constexpr float nowhere = 1e30f;

std::size_t padded(std::size_t k) { return (k + width - 1) / width * width; }

// Squared distances beyond the nearest one's, as parts of the farthest one's; returns false if all are equal.
bool spread_out(const float* distances, std::size_t k, float* squares) {
  double nearest = double(distances[0]), farthest = nearest;
  for (std::size_t j = 1; j < k; ++j) {
    nearest = double(distances[j]) < nearest ? double(distances[j]) : nearest;
    farthest = double(distances[j]) > farthest ? double(distances[j]) : farthest;
  }
  const double range = (farthest - nearest) * (farthest + nearest);
  for (std::size_t j = 0; j < k; ++j) {
    const double d = double(distances[j]);
    squares[j] = range > 0.0 ? float((d - nearest) * (d + nearest) / range) : 0.0f;
  }
  for (std::size_t j = k; j < padded(k); ++j) squares[j] = nowhere;
  return range > 0.0;
}

struct Sums {
  float weights, weighed;  // of exp(-b x), and of it times b x
};

Sums sums(const float* squares, std::size_t size, float beta) {
  Lanes weights = Lanes::all(0.0f), weighed = weights;
  const Lanes b = Lanes::all(beta), limit = Lanes::all(100.0f);
  for (std::size_t j = 0; j < size; j += width) {
    const Lanes x = (b * Lanes::load(squares + j)).min(limit), w = exponential(Lanes::all(0.0f) - x);
    weights = weights + w;
    weighed.add_product(w, x);
  }
  return {weights.sum(), weighed.sum()};
}

// The entropy falls with b: doubled or halved until the wanted one lies between, then by bisection.
float precision_for(const float* squares, std::size_t size, float entropy) {
  float low = 0.0f, high = 0.0f, beta = 1.0f;
  for (int i = 0; i < most_steps && beta < 1e30f; ++i) {
    const Sums now = sums(squares, size, beta);
    const float excess = logf(now.weights) + now.weighed / now.weights - entropy;
    if (fabsf(excess) < tolerance) break;
    (excess > 0.0f ? low : high) = beta;
    beta = high == 0.0f ? 2.0f * beta : 0.5f * (low + high);
  }
  return beta;
}

void weigh(const float* distances, std::size_t rows, std::size_t k, float perplexity, float* squares, float* weights) {
  const float entropy = logf(perplexity);
  for (std::size_t i = 0; i < rows; ++i, distances += k, weights += k) {
    float beta = 0.0f;
    if (spread_out(distances, k, squares)) beta = precision_for(squares, padded(k), entropy);
    float sum = 0.0f;
    for (std::size_t j = 0; j < k; ++j) sum += weights[j] = expf(-beta * squares[j]);
    for (std::size_t j = 0; j < k; ++j) weights[j] /= sum;
  }
}

}  // namespace

VECTARIUM_DECLARE_TABLES(Affinities, affinities);
const Affinities VECTARIUM_FOR_SET(affinities) = {weigh, padded};

}  // namespace vectarium
