// Convolution with an even function on a mesh in two or three dimensions, line by line.
//
// The mesh holds real values, its last axis next to each other in memory. A spectrum holds real and
// imaginary parts apart, each (axes but the first ..., depth): the first axis's frequencies 0 to n/2
// stand next to each other, so that lines along every other axis are worked on many at once.
#pragma once

#include <cstddef>

#include "fourier.hpp"
#include "instruction_set.hpp"

namespace vectarium {

struct Convolution {
  int width;  // how many lines are worked on at once; along the first axis twice as many

  // Bytes that each of the two buffers below needs for lines of length n is n * scratch.
  std::size_t scratch;

  // Transforms 2 width real lines along the first axis, `filled` values each, `stride` apart, then zeros.
  void (*forward_first)(const Transform&, const float* lines, std::size_t stride, int filled, float* re, float* im,
                        std::size_t depth, void* a, void* b);

  // The way back; writes the first `filled` values of each line.
  void (*inverse_first)(const Transform&, float* lines, std::size_t stride, int filled, const float* re,
                        const float* im, std::size_t depth, void* a, void* b);

  // Along another axis, in place: `filled` values `stride` apart, then zeros; writes all n.
  void (*forward_other)(const Transform&, float* re, float* im, std::size_t stride, int filled, void* a, void* b);

  // The way back; writes the first `filled` values.
  void (*inverse_other)(const Transform&, float* re, float* im, std::size_t stride, int filled, void* a, void* b);

  // There, times a real kernel's spectrum, and back.
  void (*convolve_other)(const Transform&, float* re, float* im, std::size_t stride, int filled, const float* kernel,
                         std::size_t kernel_stride, void* a, void* b);

  // The spectrum of an even line whose values 0 to n/2 are given; the real part is all there is.
  void (*even_other)(const Transform&, const float* re, std::size_t stride, float* spectrum,
                     std::size_t spectrum_stride, void* a, void* b);
};

const Convolution& convolution_for(InstructionSet set);

}  // namespace vectarium
