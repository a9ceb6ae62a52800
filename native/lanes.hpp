// A handful of floats that are worked on at once, in the instruction set this file is compiled for.
//
// Everything stands in an anonymous namespace: each instruction set gets its own copy, and the linker
// can never hand one compiled for a newer processor to an older one.
#pragma once

#include <cstdint>

#if defined(__AVX512F__) || defined(__AVX2__) || defined(__SSE2__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace {

// A vector of floats. below() has a bit for each that is below its limit.

#if defined(__AVX512F__)

struct Lanes {
  static constexpr int width = 16;
  __m512 value;
  static Lanes load(const float* from) { return {_mm512_loadu_ps(from)}; }
  static Lanes all(float x) { return {_mm512_set1_ps(x)}; }
  void store(float* to) const { _mm512_storeu_ps(to, value); }
  void add_product(Lanes a, Lanes b) { value = _mm512_fmadd_ps(a.value, b.value, value); }
  Lanes minus_twice(Lanes a) const { return {_mm512_fnmadd_ps(_mm512_set1_ps(2.0f), a.value, value)}; }
  std::uint32_t below(Lanes limit) const { return _mm512_cmp_ps_mask(value, limit.value, _CMP_LT_OQ); }
};

#elif defined(__AVX2__)

struct Lanes {
  static constexpr int width = 8;
  __m256 value;
  static Lanes load(const float* from) { return {_mm256_loadu_ps(from)}; }
  static Lanes all(float x) { return {_mm256_set1_ps(x)}; }
  void store(float* to) const { _mm256_storeu_ps(to, value); }
  void add_product(Lanes a, Lanes b) { value = _mm256_fmadd_ps(a.value, b.value, value); }
  Lanes minus_twice(Lanes a) const { return {_mm256_fnmadd_ps(_mm256_set1_ps(2.0f), a.value, value)}; }
  std::uint32_t below(Lanes limit) const {
    return std::uint32_t(_mm256_movemask_ps(_mm256_cmp_ps(value, limit.value, _CMP_LT_OQ)));
  }
};

#elif defined(__SSE2__) || defined(_M_X64)

struct Lanes {
  static constexpr int width = 4;
  __m128 value;
  static Lanes load(const float* from) { return {_mm_loadu_ps(from)}; }
  static Lanes all(float x) { return {_mm_set1_ps(x)}; }
  void store(float* to) const { _mm_storeu_ps(to, value); }
  void add_product(Lanes a, Lanes b) { value = _mm_add_ps(value, _mm_mul_ps(a.value, b.value)); }
  Lanes minus_twice(Lanes a) const { return {_mm_sub_ps(value, _mm_add_ps(a.value, a.value))}; }
  std::uint32_t below(Lanes limit) const { return std::uint32_t(_mm_movemask_ps(_mm_cmplt_ps(value, limit.value))); }
};

#else  // Plain loops of fixed length, which compilers turn into NEON and the like.

struct Lanes {
  static constexpr int width = 4;
  float value[4];
  static Lanes load(const float* from) { return {{from[0], from[1], from[2], from[3]}}; }
  static Lanes all(float x) { return {{x, x, x, x}}; }
  void store(float* to) const {
    for (int i = 0; i < 4; ++i) to[i] = value[i];
  }
  void add_product(Lanes a, Lanes b) {
    for (int i = 0; i < 4; ++i) value[i] += a.value[i] * b.value[i];
  }
  Lanes minus_twice(Lanes a) const {
    Lanes out;
    for (int i = 0; i < 4; ++i) out.value[i] = value[i] - 2.0f * a.value[i];
    return out;
  }
  std::uint32_t below(Lanes limit) const {
    std::uint32_t bits = 0;
    for (int i = 0; i < 4; ++i) bits |= std::uint32_t(value[i] < limit.value[i]) << i;
    return bits;
  }
};

#endif

}  // namespace
