// What pulls and pushes the points of t-SNE, and how they move: the inner loops.
#pragma once

#include <cstddef>
#include <cstdint>

#include "instruction_set.hpp"

namespace vectarium {

// Where all points are, one after another: `row_length` floats each, 2 in the plane and 4 in space.
struct Positions {
  const float* values;
  int axes;
};

// What each row of them holds.
inline std::size_t row_length(int axes) { return axes == 2 ? 2 : 4; }

// Compressed rows (graph.py). Past the last index stand `spare` more that can be read.
struct EdgesView {
  const std::int64_t* indptr;
  const std::int32_t* indices;
  const float* weights;
};

constexpr std::size_t spare = 16;

// One step of the descent (Jacobs, "Increased rates of convergence through learning rate adaptation",
// 1988: gains; van der Maaten and Hinton, 2008: momentum).
struct Step {
  float pull;                // by how much the attraction is multiplied
  float inverse_normaliser;  // 1 / Z
  float learning_rate, momentum, longest;
};

// The points' own state, axis by axis.
struct State {
  float *coordinates[3], *velocities[3], *gains[3];
  float *attraction[3];    // sum over j of p_ij (y_i - y_j) / (1 + |y_i - y_j|^2), over strong edges
  float *held[3];          // the same over weak edges, as it was some iterations ago
  const float* slopes[3];  // of the potential
};

struct Forces {
  // For the points from start to stop; `attraction` is written.
  void (*attract[2])(const Positions&, const EdgesView&, std::size_t start, std::size_t stop,
                     float* const* attraction);

  // Moves them; `next` are their new positions, `box` the lowest and highest coordinate along each axis.
  void (*move[2])(const Step&, const State&, std::size_t start, std::size_t stop, float* next, float* box);

  // The slopes of the potential of all n points at those from start to stop, each by itself; returns
  // the sum of its values there.
  double (*repel[2])(const float* const* coordinates, std::size_t n, std::size_t start, std::size_t stop,
                     float* const* slopes);
};

const Forces& forces_for(InstructionSet set);

}  // namespace vectarium
