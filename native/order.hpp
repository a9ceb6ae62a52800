// An order of points in which those near each other in the layout are near each other in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "mesh.hpp"

namespace vectarium {

// The points along Morton's curve through the box: the bits of their coordinates interleaved.
// look() is called now and then and may throw.
std::vector<std::uint32_t> order_along_curve(const Points& points, const Box& box, const std::function<void()>& look);

}  // namespace vectarium
