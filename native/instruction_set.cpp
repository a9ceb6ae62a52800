#include "instruction_set.hpp"

#include <cstring>
#include <stdexcept>
#include <string>

#if defined(_MSC_VER) && defined(_M_X64)
#include <immintrin.h>
#include <intrin.h>
#endif

namespace vectarium {
namespace {

constexpr InstructionSet newest_first[] = {InstructionSet::avx512, InstructionSet::avx2, InstructionSet::baseline};

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
bool has_avx512() { return has_avx2() && system_saves(0xe6) && has_bits(7, 1, 1 << 16 | 1 << 17 | 1 << 31); }
#elif defined(VECTARIUM_X86)
bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}
#else
bool has_avx2() { return false; }
bool has_avx512() { return false; }
#endif

}  // namespace

bool has(InstructionSet set) {
  if (set == InstructionSet::avx512) return has_avx512();
  if (set == InstructionSet::avx2) return has_avx2();
  return true;
}

InstructionSet best_instruction_set() {
  for (const InstructionSet each : newest_first)
    if (has(each)) return each;
  return InstructionSet::baseline;
}

const char* name_of(InstructionSet set) {
  if (set == InstructionSet::avx512) return "avx512";
  if (set == InstructionSet::avx2) return "avx2";
  return "baseline";
}

InstructionSet instruction_set_named(const char* name) {
  if (*name == '\0') return best_instruction_set();
  for (const InstructionSet each : newest_first)
    if (std::strcmp(name, name_of(each)) == 0 && has(each)) return each;
  throw std::invalid_argument("This processor has no instruction set " + std::string(name));
}

}  // namespace vectarium
