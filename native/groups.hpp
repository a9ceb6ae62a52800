// Groups of near points, which look at candidates together.
#pragma once

#include <cstdint>
#include <vector>

#include "links.hpp"
#include "stages.hpp"

namespace vectarium {

constexpr std::size_t group_size = 32;

// Puts points that are linked side by side: each run of group_size is a group. Goes breadth first from
// point to point along the links; where there is nobody left, the next point in order comes into the group.
std::vector<std::int32_t> group_points(const Links& links, std::size_t n, Stages& stages);

}  // namespace vectarium
