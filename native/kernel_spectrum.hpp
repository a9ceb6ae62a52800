// The Fourier transform of t-SNE's kernel on a mesh, ready to be multiplied with that of the points.
#pragma once

#include <vector>

#include "aligned.hpp"
#include "convolution.hpp"
#include "fourier.hpp"
#include "team.hpp"

namespace vectarium {

struct KernelSpectrum {
  // 1 / (1 + d^2) at the mesh's farthest corner. It is taken away from the kernel, which changes no
  // slope; while the points are close together all digits then go into the differences.
  double far_value = 0.0;

  // (n of the second axis in space, n of the last axis, depth): the first axis's frequencies 0 to n/2
  // next to each other. Divided by what spreading to and reading from cubic B-splines smooth away, and
  // by the number of nodes.
  AlignedFloats values;

  // The plans are those of twice the mesh's size along each axis, so that periodic copies do not meet.
  void make(const Convolution& convolution, const std::vector<FourierPlan>& plans, double spacing, Team& team);
};

}  // namespace vectarium
