// The innermost kernel of UMAP's optimisation: points that are pulled by their neighbours and pushed by
// others drawn at random.
#pragma once

#include <cstddef>
#include <cstdint>

#include "instruction_set.hpp"

namespace vectarium {

// So many points are moved together, a lane each. Point g * group_size + l is lane l of group g.
constexpr std::size_t group_size = 16;

// The groups' edges stand in slots: slot s holds one edge for each of its group's points, or one that
// weighs nothing. Points stand in random order, so that those that follow each other are as good a
// sample as any: a draw of one number gives each lane of the group another point.
struct Springs {
  int dimensions;               // 2 or 3
  const float* others[3];       // where those are that pull and push, (n_others + group_size), wrapped at the end
  std::size_t n_others;
  const float* now[3];          // where the groups' points are
  float* next[3];               // where they go
  const std::int64_t* slots;    // (groups + 1): where each group's slots start
  const std::int32_t* ends;     // (slots, group_size): the other end of each edge
  const float* weights;         // (slots, group_size)
  float a, b;                   // similarity is 1 / (1 + a d^2b)
  float step;                   // the learning rate now
  float attraction;             // 2 where the other end follows, for this one moves for both; else 1
  float repulsion;              // how often each draw counts
  int draws;                    // for each slot
  std::uint64_t key;            // of the random numbers of this epoch
};

// The step is an implicit one, over-relaxed. With the forces F and the stiffness H of the springs that
// pull (attraction is Sum c (y - x) with c that falls with distance, and H = Sum c), x moves by
// F / (1 + H / relaxation): for small steps the gradient's, and however large the step is never so far
// that neighbours leap over each other for ever. Where F is 0 nothing moves: the fixed points are the
// objective's own.
constexpr float relaxation = 2.5f;
constexpr float largest_push = 4.0f;  // a draw pushes no further along an axis, as in umap-learn
constexpr float softening = 1e-3f;    // of the squared distance to whom pushes, as in umap-learn

struct SpringKernel {
  void (*move)(const Springs& springs, std::size_t first_group, std::size_t last_group);
};

const SpringKernel& spring_kernel_for(InstructionSet set);

}  // namespace vectarium
