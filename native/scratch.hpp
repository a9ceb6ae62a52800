// Two buffers of the calling thread's own, for transforms.
#pragma once

#include <cstddef>

#include "aligned.hpp"

namespace vectarium {

struct Scratch {
  AlignedFloats a, b;
};

inline Scratch& scratch(std::size_t bytes) {
  static thread_local Scratch mine;
  mine.a.resize(bytes / sizeof(float));
  mine.b.resize(bytes / sizeof(float));
  return mine;
}

template <class Number>
Number rounded_up(Number value, Number unit) {
  return (value + unit - 1) / unit * unit;
}

}  // namespace vectarium
