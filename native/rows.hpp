// A matrix of float32 whose rows can be met in any order at full speed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace vectarium {

// Rows start at a cache line and are filled up with zeros. The distance of long ones is an odd number of lines:
// with an even one, rows of 1,024 numbers would all fall into the same few places of the first-level cache.
class Rows {
 public:
  Rows() = default;
  Rows(std::size_t n, std::size_t d) : n_(n), d_(d), stride_(stride_for(d)), values_(allocate(n * stride_)) {}

  std::size_t size() const { return n_; }
  std::size_t dimensions() const { return d_; }
  std::size_t stride() const { return stride_; }
  const float* data() const { return values_.get(); }

  float* operator[](std::size_t i) { return values_.get() + i * stride_; }
  // Writes the zeros behind a row.
  void fill_up(std::size_t i) { std::fill((*this)[i] + d_, (*this)[i] + stride_, 0.0f); }

  const float* operator[](std::size_t i) const { return values_.get() + i * stride_; }

 private:
  static constexpr std::size_t line = 16;  // floats
  struct Free {
    void operator()(float* p) const { ::operator delete[](p, std::align_val_t(64)); }
  };

  static std::size_t stride_for(std::size_t d) {
    const std::size_t lines = (d + line - 1) / line;
    return (lines < 16 ? lines : lines | 1) * line;
  }
  // Left as it is, so that whoever writes a row first gets its memory near.
  static float* allocate(std::size_t size) {
    return static_cast<float*>(::operator new[](size * sizeof(float), std::align_val_t(64)));
  }

  std::size_t n_ = 0, d_ = 0, stride_ = 0;
  std::unique_ptr<float[], Free> values_;
};

}  // namespace vectarium
