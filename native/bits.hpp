// The bits of a number, one after the other.
#pragma once

#if defined(_MSC_VER)
#include <intrin.h>
#endif

#include <cstddef>
#include <cstdint>

namespace vectarium {

// Calls visit(place) for every bit that is set, from the lowest on.
template <class Visit>
void for_each_bit(std::uint32_t bits, Visit visit) {
  for (; bits; bits &= bits - 1) {
#if defined(_MSC_VER)
    unsigned long place;
    _BitScanForward(&place, bits);
#else
    const int place = __builtin_ctz(bits);
#endif
    visit(std::size_t(place));
  }
}

}  // namespace vectarium
