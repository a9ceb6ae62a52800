// How strongly all points push each other apart: by a mesh, or pair by pair where that is less work or the
// mesh would have to be too coarse.
#pragma once

#include <cstddef>
#include <vector>

#include "forces.hpp"
#include "mesh.hpp"
#include "team.hpp"

namespace vectarium {

// With w_ij = 1 / (1 + |y_i - y_j|^2) and the potential phi(y) = sum over j of 1 / (1 + |y - y_j|^2),
// the normaliser of t-SNE's Q is Z = sum over i of phi(y_i) - n, and the repulsion on i is
// sum over j of w_ij^2 (y_i - y_j) = -1/2 grad phi(y_i): one potential holds both.
class Repulsion {
 public:
  Repulsion(InstructionSet set, int axes) : forces_(forces_for(set)), mesh_(set, axes), axes_(axes) {}

  enum class Way { best, mesh, pairs };

  // Writes the slopes of the potential and returns the normaliser. The coordinates are followed by
  // `spare` more floats that can be read.
  double slopes(const Points& points, const Box& box, Team& team, float* const* slopes, Way way = Way::best);

 private:
  bool pairs_are_better(std::size_t n, const Box& box) const;
  double by_pairs(const Points& points, Team& team, float* const* slopes);

  const Forces& forces_;
  Mesh mesh_;
  int axes_;
};

// The box around points.
Box box_around(const Points& points);

// The box around boxes, each three lowest and three highest coordinates; there is at least one.
Box box_around(const std::vector<float>& boxes, int axes);

}  // namespace vectarium
