#include "codes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace vectarium {
namespace {

constexpr std::size_t line = 64;
constexpr std::size_t sample_size = 512;
constexpr int steps_tried = 8;
constexpr std::size_t few_dimensions = 32;

// The squared distance of two codes must not leave 32 bits.
float largest_code(std::size_t d) {
  const double most = std::sqrt(double(std::numeric_limits<std::int32_t>::max()) / double(d)) / 2.0;
  return float(std::floor(std::min(127.0, most)));
}

}  // namespace

Codes::Codes(const Rows& rows, Stages& stages)
    : d_(rows.dimensions()), stride_((rows.dimensions() + line - 1) / line * line), largest_(largest_code(rows.dimensions())) {
  const std::size_t n = rows.size(), d = rows.dimensions();
  choose_step(rows);
  values_.reset(static_cast<std::int8_t*>(::operator new[](n * stride_, std::align_val_t(line))));
  const std::size_t grain = 256;
  std::vector<double> errors((n + grain - 1) / grain, 0.0);
  stages.ranges(n, grain, [&](std::size_t start, std::size_t stop) {
    for (std::size_t i = start; i < stop; ++i) {
      std::int8_t* out = values_.get() + i * stride_;
      errors[start / grain] += encode(rows[i], d, out);
      std::fill(out + d, out + stride_, std::int8_t(0));
    }
  });
  error_ = std::accumulate(errors.begin(), errors.end(), 0.0) / double(n);
}

void Codes::choose_step(const Rows& rows) {
  const std::size_t n = rows.size(), d = rows.dimensions(), m = std::min(n, sample_size);
  float size = 0.0f;
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t t = 0; t < d; ++t) size = std::max(size, std::abs(rows[i * n / m][t]));
  if (size == 0.0f) return;
  std::vector<std::int8_t> code(d);
  double least = std::numeric_limits<double>::infinity();
  float best = 1.0f;
  for (int i = 0; i < steps_tried; ++i) {
    step_ = size / largest_ * std::pow(0.75f, float(i));
    double error = 0.0;
    for (std::size_t j = 0; j < m; ++j) error += encode(rows[j * n / m], d, code.data());
    if (error < least) {
      least = error;
      best = step_;
    }
  }
  step_ = best;
}

double Codes::encode(const float* row, std::size_t d, std::int8_t* out) const {
  const float inverse = 1.0f / step_;
  // Adding and taking away 1.5 · 2^23 rounds to the nearest whole number.
  constexpr float rounding = 12582912.0f;
  float error = 0.0f;
  for (std::size_t t = 0; t < d; ++t) {
    const float code = std::min(std::max(row[t] * inverse, -largest_), largest_) + rounding - rounding;
    const float lost = row[t] - code * step_;
    error += lost * lost;
    out[t] = std::int8_t(code);
  }
  return double(error);
}

void Codes::encode(const float* row, std::int8_t* out) const {
  encode(row, d_, out);
  std::fill(out + d_, out + stride_, std::int8_t(0));
}

std::int32_t Codes::limit(double squared_distance) const {
  constexpr std::int32_t all = std::numeric_limits<std::int32_t>::max();
  if (d_ <= few_dimensions) return all;
  // Rounding moves two vectors apart or together by a vector of squared length 2 error, more or less. Most
  // of it is at a right angle to what is between them and adds up; part of it is along.
  const double lost = 2.0 * error_, distance = std::sqrt(std::max(squared_distance, 0.0));
  const double along = distance + 0.2 * std::sqrt(lost), across = lost * (1.0 + 4.0 / std::sqrt(double(d_)));
  const double limit = (along * along + across) / (double(step_) * double(step_));
  return limit < double(all) - 1.0 ? std::int32_t(limit) + 1 : all;
}

}  // namespace vectarium
