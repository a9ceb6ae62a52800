// Points on a mesh by cubic B-splines: spread onto it, and read from it with the slope.
//
// A point of coordinates x lies (x - origin) / spacing cells from the mesh's first node and touches the
// four nodes around it along each axis.
#pragma once

#include <cstddef>
#include <cstdint>

#include "instruction_set.hpp"

namespace vectarium {

// Axes as in memory: the last one's nodes are neighbours, `strides[axis]` floats lie between the others'.
struct MeshView {
  float* values;
  std::size_t strides[3];
  float origin[3];
  float inverse_spacing;
};

struct PointsView {
  const float* coordinates[3];  // along each of the mesh's axes
  std::size_t start, stop;
};

struct Splines {
  // Adds 1 for every point, in two or three dimensions.
  void (*spread[2])(const MeshView&, const PointsView&);

  // Writes the slopes along each axis, and the values unless null; returns the sum of the values.
  double (*read[2])(const MeshView&, const PointsView&, float* const* slopes, float* values);
};

const Splines& splines_for(InstructionSet set);

}  // namespace vectarium
