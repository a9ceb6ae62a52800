// A number and an index as one integer, so that sorting compares once: first by the number, then by the index.
#pragma once

#include <cstdint>
#include <cstring>

namespace vectarium {

using Ordered = std::uint64_t;

constexpr Ordered last_of_all = ~Ordered(0);

inline Ordered ordered(float number, std::uint32_t index) {
  number += 0.0f;  // of the two zeros, the positive one
  std::uint32_t bits;
  std::memcpy(&bits, &number, sizeof bits);
  bits ^= bits >> 31 ? 0xffffffffu : 0x80000000u;
  return Ordered(bits) << 32 | index;
}

inline std::uint32_t index_of(Ordered item) { return std::uint32_t(item); }

inline float number_of(Ordered item) {
  std::uint32_t bits = std::uint32_t(item >> 32);
  bits ^= bits >> 31 ? 0x80000000u : 0xffffffffu;
  float number;
  std::memcpy(&number, &bits, sizeof number);
  return number;
}

// A score norm(x) - 2 q·x as a squared distance.
inline Ordered squared(Ordered score, float query_norm) {
  const float square = number_of(score) + query_norm;
  return ordered(square > 0.0f ? square : 0.0f, index_of(score));
}

}  // namespace vectarium
