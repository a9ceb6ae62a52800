// Compiled once for each instruction set (instruction_set.hpp), without contracting products and sums.
#include "distances.hpp"

namespace vectarium {
namespace {

// Eight sums side by side, whose terms every compiler adds up in vector registers without changing the result.
constexpr std::size_t width = 8;

template <class Term>
double sum_of(std::size_t d, Term term) {
  double sums[width] = {0, 0, 0, 0, 0, 0, 0, 0};
  std::size_t t = 0;
  for (; t + width <= d; t += width)
    for (std::size_t i = 0; i < width; ++i) sums[i] += term(t + i);
  for (std::size_t i = 0; t < d; ++t, ++i) sums[i] += term(t);
  return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

template <class Number>
double product(const Number* x, const Number* y, std::size_t d) {
  return sum_of(d, [x, y](std::size_t t) { return double(x[t]) * double(y[t]); });
}

template <class Number>
double squared(const Number* x, const Number* y, std::size_t d) {
  return sum_of(d, [x, y](std::size_t t) {
    const double difference = double(x[t]) - double(y[t]);
    return difference * difference;
  });
}

template <class Number>
double squared_scaled(const Number* x, double u, const Number* y, double v, std::size_t d) {
  return sum_of(d, [x, y, u, v](std::size_t t) {
    const double difference = double(x[t]) * u - double(y[t]) * v;
    return difference * difference;
  });
}

}  // namespace

VECTARIUM_DECLARE_TABLES(Distances<float>, float_distances);
VECTARIUM_DECLARE_TABLES(Distances<double>, double_distances);
const Distances<float> VECTARIUM_FOR_SET(float_distances) = {product<float>, squared<float>, squared_scaled<float>};
const Distances<double> VECTARIUM_FOR_SET(double_distances) = {product<double>, squared<double>, squared_scaled<double>};

}  // namespace vectarium
