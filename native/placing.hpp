// New points in a layout that stays as it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "instruction_set.hpp"

namespace vectarium {

// Each of m new points i goes where sum over j of p_j|i log(p_j|i / q_j|i) is least, with
// q_j|i = w_ij / phi(y_i): over all points j of the layout, whose potential phi is found once. Each is
// by itself, so that a point's place does not depend on what else is placed.
//
// `layout` holds n rows of 2 or 3 coordinates; `indices` and `weights` are (m, k), each row of weights
// sums to 1. Writes m rows. look(share done) is called every few milliseconds and may throw.
void place(const float* layout, std::size_t n, int axes, const std::int32_t* indices, const float* weights,
           std::size_t m, std::size_t k, int iterations, unsigned threads, InstructionSet set,
           const std::function<void(double)>& look, float* out);

}  // namespace vectarium
