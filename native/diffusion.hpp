// Products with a graph, of a few vectors at once, and which of its points hang together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace vectarium {

constexpr std::size_t block_width = 8;  // so many vectors are multiplied together: 32 bytes a point

struct Matrix32 {  // square, compressed rows
  std::size_t n;
  const std::int64_t* indptr;
  const std::int32_t* indices;
  const float* values;
};

// out = product * (matrix x) + self * x - last, all (n, block_width), row by row: one step of a recurrence
// of Chebyshev polynomials. out may be the memory of last. watch() is called about every 50 ms.
void diffuse(const Matrix32& matrix, const float* x, const float* last, float product, float self, unsigned threads,
             const std::function<void()>& watch, float* out);

// The component that each point belongs to, (n), numbered by their first points. Returns how many there are.
std::size_t components(std::size_t n, const std::int64_t* indptr, const std::int32_t* indices,
                       const std::function<void()>& watch, std::int32_t* labels);

}  // namespace vectarium
