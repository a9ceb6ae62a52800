// Which tile this processor can run.
#include <cstring>
#include <initializer_list>

#include "tile.hpp"

#if defined(_MSC_VER) && defined(_M_X64)
#include <immintrin.h>
#include <intrin.h>
#endif

namespace vectarium {

extern const Tile tile_baseline;
#if defined(VECTARIUM_X86)
extern const Tile tile_avx2;
extern const Tile tile_avx512;
#endif

namespace {

#if defined(VECTARIUM_X86) && defined(_MSC_VER)
bool has_bits(int leaf, int word, int bits) {
  int words[4];
  __cpuidex(words, leaf, 0);
  return (words[word] & bits) == bits;
}
// The processor must know the instructions and the system must save their registers (XCR0).
bool system_saves(unsigned long long state) {
  return has_bits(1, 2, 1 << 27) && (_xgetbv(0) & state) == state;
}
bool has_avx2() { return system_saves(0x6) && has_bits(1, 2, 1 << 12) && has_bits(7, 1, 1 << 5); }
bool has_avx512() { return has_avx2() && system_saves(0xe6) && has_bits(7, 1, 1 << 16); }
#elif defined(VECTARIUM_X86)
bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
bool has_avx512() { return has_avx2() && __builtin_cpu_supports("avx512f"); }
#endif

}  // namespace

const Tile* tile_named(const char* instruction_set) {
#if defined(VECTARIUM_X86)
  if (std::strcmp(instruction_set, "avx512") == 0) return has_avx512() ? &tile_avx512 : nullptr;
  if (std::strcmp(instruction_set, "avx2") == 0) return has_avx2() ? &tile_avx2 : nullptr;
#endif
  return std::strcmp(instruction_set, "baseline") == 0 ? &tile_baseline : nullptr;
}

const Tile& tile_for_this_processor() {
  for (const char* each : {"avx512", "avx2"})
    if (const Tile* tile = tile_named(each)) return *tile;
  return tile_baseline;
}

}  // namespace vectarium
