// Sums of t-SNE's kernel 1 / (1 + distance²), Student's t with one degree of freedom, over all points.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "instruction_set.hpp"

namespace vectarium {

struct Student {
  int width;  // points are padded to a multiple of it, with infinity

  // The sum over all points, the point itself with its 1 among them. axes: (d) arrays of `padded`
  // numbers each, axis by axis.
  double (*sum)(const float* axes, std::size_t padded, std::size_t d, const float* point);
};

const Student& student_for(InstructionSet set);

// points: (n, d), row by row. rows: (m). sums: (m), the other points only. The result does not depend on
// the number of threads. watch(fraction): as in exact_neighbors.
void student_sums(const float* points, std::size_t n, std::size_t d, const std::int64_t* rows, std::size_t m,
                  unsigned threads, const Student& student, const std::function<void(double)>& watch, double* sums);

}  // namespace vectarium
