// True distances: in double precision, and the same to the last bit in every instruction set.
#pragma once

#include <cstddef>

#include "instruction_set.hpp"

namespace vectarium {

template <class Number>
struct Distances {
  double (*product)(const Number* x, const Number* y, std::size_t d);
  // The squared distance, as a sum of squared differences, which cancels nothing.
  double (*squared)(const Number* x, const Number* y, std::size_t d);
  // The same for vectors that are multiplied by u and v first.
  double (*squared_scaled)(const Number* x, double u, const Number* y, double v, std::size_t d);
};

template <class Number>
const Distances<Number>& distances_for(InstructionSet set);
template <>
const Distances<float>& distances_for<float>(InstructionSet set);
template <>
const Distances<double>& distances_for<double>(InstructionSet set);

}  // namespace vectarium
