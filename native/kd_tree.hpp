// The exact nearest neighbours of points in a picture: in one, two or three dimensions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace vectarium {

// points: (n, d) with d = 1, 2 or 3, row by row, finite. queries: (m) rows. indices: (m, k) with
// 1 <= k < n, from the nearest on, without the point itself; of two at the same distance the lower row
// first. The result does not depend on the number of threads. watch(fraction): as in exact_neighbors.
template <class Number>
void picture_neighbors(const Number* points, std::size_t n, std::size_t d, const std::int64_t* queries, std::size_t m,
                       std::size_t k, unsigned threads, const std::function<void(double)>& watch,
                       std::int32_t* indices);

}  // namespace vectarium
