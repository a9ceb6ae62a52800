// The nearest of vectors that belong to points, a few each, for new vectors of which the points are known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "instruction_set.hpp"

namespace vectarium {

// m vectors of d numbers; `rows` (points, each) says which of them a point has, -1 for none.
struct Landmarks {
  const float* vectors;
  std::size_t m, d;
  const std::int32_t* rows;
  std::size_t points, each;
};

// For q queries of d numbers with `wanted` candidates each, points that differ and -1 for none: the k nearest of all
// the candidates' vectors and their squared distances, (q, k), from the nearest on; -1 and infinity where there are no
// more. look() is called about every 50 ms and may throw.
void nearest_landmarks(const Landmarks& landmarks, const float* queries, std::size_t q,
                       const std::int32_t* candidates, std::size_t wanted, std::size_t k, unsigned threads,
                       InstructionSet set, const std::function<void(double)>& look, std::int32_t* indices,
                       float* squares);

}  // namespace vectarium
