// Vectors as bytes: near enough to tell which candidates are worth a closer look.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include "rows.hpp"
#include "stages.hpp"

namespace vectarium {

// Every number is divided by one step for all, the one that leaves the smallest error in a sample, and
// rounded; what is too large for a byte is cut off, which counts as error too.
class Codes {
 public:
  Codes(const Rows& rows, Stages& stages);

  const std::int8_t* data() const { return values_.get(); }
  const std::int8_t* operator[](std::size_t i) const { return values_.get() + i * stride_; }
  std::size_t stride() const { return stride_; }

  // Writes the code of a row that is none of these, (stride).
  void encode(const float* row, std::int8_t* out) const;

  // The squared distance of codes below which a candidate at this squared distance nearly always is. In few
  // dimensions, where a code saves nothing, all are.
  std::int32_t limit(double squared_distance) const;

 private:
  struct Free {
    void operator()(std::int8_t* p) const { ::operator delete[](p, std::align_val_t(64)); }
  };
  void choose_step(const Rows& rows);
  double encode(const float* row, std::size_t d, std::int8_t* out) const;

  std::size_t d_, stride_;
  float largest_;           // code
  float step_ = 1.0f;
  double error_ = 0.0;      // the mean squared length of what rounding took from a vector
  std::unique_ptr<std::int8_t[], Free> values_;
};

}  // namespace vectarium
