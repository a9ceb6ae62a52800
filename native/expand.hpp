// From few neighbours to many: groups of near points look at the neighbours of all their members together.
#pragma once

#include "links.hpp"
#include "lists.hpp"
#include "points.hpp"
#include "stages.hpp"

namespace vectarium {

// Every group of 32 points (groups.hpp) meets those linked with its members and those linked with them, by
// the register tile: each candidate is read once for 32 members, so that many more can be met than one
// point could pull. The lists were empty; what is entered stands in no order.
void expand(const Points& points, const Links& links, const Lists& lists, Stages& stages);

}  // namespace vectarium
