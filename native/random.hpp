// Random numbers that depend on nothing but what they are for, so that threads cannot change them.
#pragma once

#include <cstdint>

namespace vectarium {

// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014) as a hash.
inline std::uint64_t mixed(std::uint64_t z) {
  z += 0x9E3779B97F4A7C15ull;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

inline std::uint64_t random_bits(std::uint64_t seed, std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0) {
  return mixed(mixed(mixed(mixed(seed) ^ a) ^ b) ^ c);
}

}  // namespace vectarium
