// Rounds in which points pull neighbours of their neighbours.
#pragma once

#include <cstddef>

#include "codes.hpp"
#include "links.hpp"
#include "lists.hpp"
#include "points.hpp"
#include "stages.hpp"

namespace vectarium {

// One round: every point looks at those who are linked with it over one other, and keeps what is nearer than
// what it has (after Dong, Moses and Li, "Efficient k-nearest neighbor graph construction for generic
// similarity measures", 2011). It reads others' links from a copy and writes its own list alone, so that
// there are no locks and the order does not matter. A path of two links is gone once: while one of them is new.
// Candidates are screened by their codes first. Returns how many entries of the lists are new.
std::size_t pull(const Points& points, const Codes& codes, const Links& links, const Lists& lists, Stages& stages);

}  // namespace vectarium
