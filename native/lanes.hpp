// A handful of floats that are worked on at once, in the instruction set this file is compiled for.
//
// Everything stands in an anonymous namespace: each instruction set gets its own copy, and the linker
// can never hand one compiled for a newer processor to an older one.
//
//   add_product(a, b)      += a * b, rounded once where the processor can
//   below(limit)           a bit for each that is below its limit
//   gather(from, at)       from[at[i]] for each
//   where_below(l, a, b)   a for each that is below l, else b
//   floor, scaled(k)       the integer below; times 2^k for integers k of a normal number's range
//   exponent, mantissa     of normal positive numbers: mantissa in [1, 2) times 2^exponent
//   sum                    of all, in a fixed order
//   first(from, n)         the first n, 0 for the others; nothing beyond them is read
//   reciprocal()           1 / x to 14 bits at least
//   pairs(from, at, x, y)  from[2 at[i]] into x, from[2 at[i] + 1] into y
//   truncate_to(at)        their integer parts, for numbers of a 32-bit integer's range
//
// Four, whatever the instruction set, are a Quad: the reach of a cubic spline.
#pragma once

#include <math.h>

#include <cstdint>

#if defined(__AVX512F__) || defined(__AVX2__) || defined(__SSE2__) || defined(_M_X64)
#include <immintrin.h>
#endif

// For what has to stay in registers, where a call would write it to memory.
#if defined(_MSC_VER)
#define VECTARIUM_INLINE __forceinline
#else
#define VECTARIUM_INLINE inline __attribute__((always_inline))
#endif

namespace {

#if defined(__AVX512F__)

struct Lanes {
  static constexpr int width = 16;
  __m512 value;
  static Lanes load(const float* from) { return {_mm512_loadu_ps(from)}; }
  static Lanes all(float x) { return {_mm512_set1_ps(x)}; }
  static Lanes gather(const float* from, const std::int32_t* at) {
    return {_mm512_i32gather_ps(_mm512_loadu_si512(at), from, 4)};
  }
  void store(float* to) const { _mm512_storeu_ps(to, value); }
  void add_product(Lanes a, Lanes b) { value = _mm512_fmadd_ps(a.value, b.value, value); }
  Lanes minus_twice(Lanes a) const { return {_mm512_fnmadd_ps(_mm512_set1_ps(2.0f), a.value, value)}; }
  std::uint32_t below(Lanes limit) const { return _mm512_cmp_ps_mask(value, limit.value, _CMP_LT_OQ); }
  Lanes where_below(Lanes limit, Lanes a, Lanes b) const {
    return {_mm512_mask_blend_ps(_mm512_cmp_ps_mask(value, limit.value, _CMP_LT_OQ), b.value, a.value)};
  }
  Lanes min(Lanes a) const { return {_mm512_min_ps(value, a.value)}; }
  Lanes max(Lanes a) const { return {_mm512_max_ps(value, a.value)}; }
  Lanes root() const { return {_mm512_sqrt_ps(value)}; }
  Lanes floor() const { return {_mm512_roundscale_ps(value, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC)}; }
  Lanes scaled(Lanes k) const { return {_mm512_scalef_ps(value, k.value)}; }
  Lanes exponent() const { return {_mm512_getexp_ps(value)}; }
  Lanes mantissa() const { return {_mm512_getmant_ps(value, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_src)}; }
  float sum() const { return _mm512_reduce_add_ps(value); }
  static Lanes first(const float* from, int count) {
    return {_mm512_maskz_loadu_ps(__mmask16((1u << count) - 1), from)};
  }
  Lanes reciprocal() const { return {_mm512_rcp14_ps(value)}; }
  static void pairs(const float* from, const std::int32_t* at, Lanes& x, Lanes& y) {
    const __m512 low = eight_pairs(from, at), high = eight_pairs(from, at + 8);
    const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    x.value = _mm512_permutex2var_ps(low, even, high);
    y.value = _mm512_permutex2var_ps(low, _mm512_add_epi32(even, _mm512_set1_epi32(1)), high);
  }
  // Single loads are faster than the processor's own gather.
  static __m512 eight_pairs(const float* from, const std::int32_t* at) {
    const double* pairs = reinterpret_cast<const double*>(from);
    const __m128d a = _mm_loadh_pd(_mm_load_sd(pairs + at[0]), pairs + at[1]);
    const __m128d b = _mm_loadh_pd(_mm_load_sd(pairs + at[2]), pairs + at[3]);
    const __m128d c = _mm_loadh_pd(_mm_load_sd(pairs + at[4]), pairs + at[5]);
    const __m128d d = _mm_loadh_pd(_mm_load_sd(pairs + at[6]), pairs + at[7]);
    const __m256d ab = _mm256_insertf128_pd(_mm256_castpd128_pd256(a), b, 1);
    const __m256d cd = _mm256_insertf128_pd(_mm256_castpd128_pd256(c), d, 1);
    return _mm512_castpd_ps(_mm512_insertf64x4(_mm512_castpd256_pd512(ab), cd, 1));
  }
  void truncate_to(std::int32_t* at) const { _mm512_storeu_si512(at, _mm512_cvttps_epi32(value)); }
};
inline Lanes operator+(Lanes a, Lanes b) { return {_mm512_add_ps(a.value, b.value)}; }
inline Lanes operator-(Lanes a, Lanes b) { return {_mm512_sub_ps(a.value, b.value)}; }
inline Lanes operator*(Lanes a, Lanes b) { return {_mm512_mul_ps(a.value, b.value)}; }
inline Lanes operator/(Lanes a, Lanes b) { return {_mm512_div_ps(a.value, b.value)}; }

#elif defined(__AVX2__)

struct Lanes {
  static constexpr int width = 8;
  __m256 value;
  static Lanes load(const float* from) { return {_mm256_loadu_ps(from)}; }
  static Lanes all(float x) { return {_mm256_set1_ps(x)}; }
  static Lanes gather(const float* from, const std::int32_t* at) {
    return {_mm256_i32gather_ps(from, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)), 4)};
  }
  void store(float* to) const { _mm256_storeu_ps(to, value); }
  void add_product(Lanes a, Lanes b) { value = _mm256_fmadd_ps(a.value, b.value, value); }
  Lanes minus_twice(Lanes a) const { return {_mm256_fnmadd_ps(_mm256_set1_ps(2.0f), a.value, value)}; }
  std::uint32_t below(Lanes limit) const {
    return std::uint32_t(_mm256_movemask_ps(_mm256_cmp_ps(value, limit.value, _CMP_LT_OQ)));
  }
  Lanes where_below(Lanes limit, Lanes a, Lanes b) const {
    return {_mm256_blendv_ps(b.value, a.value, _mm256_cmp_ps(value, limit.value, _CMP_LT_OQ))};
  }
  Lanes min(Lanes a) const { return {_mm256_min_ps(value, a.value)}; }
  Lanes max(Lanes a) const { return {_mm256_max_ps(value, a.value)}; }
  Lanes root() const { return {_mm256_sqrt_ps(value)}; }
  Lanes floor() const { return {_mm256_floor_ps(value)}; }
  Lanes scaled(Lanes k) const {
    const __m256i bits = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(k.value), _mm256_set1_epi32(127)), 23);
    return {_mm256_mul_ps(value, _mm256_castsi256_ps(bits))};
  }
  Lanes exponent() const {
    const __m256i bits = _mm256_srli_epi32(_mm256_castps_si256(value), 23);
    return {_mm256_cvtepi32_ps(_mm256_sub_epi32(bits, _mm256_set1_epi32(127)))};
  }
  Lanes mantissa() const {
    const __m256i bits = _mm256_and_si256(_mm256_castps_si256(value), _mm256_set1_epi32(0x7fffff));
    return {_mm256_castsi256_ps(_mm256_or_si256(bits, _mm256_set1_epi32(0x3f800000)))};
  }
  float sum() const {
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(value), _mm256_extractf128_ps(value, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
  }
  static Lanes first(const float* from, int count) {
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return {_mm256_maskload_ps(from, _mm256_cmpgt_epi32(_mm256_set1_epi32(count), lanes))};
  }
  Lanes reciprocal() const {
    const __m256 rough = _mm256_rcp_ps(value);
    return {_mm256_mul_ps(rough, _mm256_fnmadd_ps(value, rough, _mm256_set1_ps(2.0f)))};
  }
  static void pairs(const float* from, const std::int32_t* at, Lanes& x, Lanes& y) {
    const double* pairs = reinterpret_cast<const double*>(from);
    const auto two = [=](int i) { return _mm_loadh_pd(_mm_load_sd(pairs + at[i]), pairs + at[i + 1]); };
    const __m256d low = _mm256_insertf128_pd(_mm256_castpd128_pd256(two(0)), two(4), 1);
    const __m256d high = _mm256_insertf128_pd(_mm256_castpd128_pd256(two(2)), two(6), 1);
    x.value = _mm256_shuffle_ps(_mm256_castpd_ps(low), _mm256_castpd_ps(high), _MM_SHUFFLE(2, 0, 2, 0));
    y.value = _mm256_shuffle_ps(_mm256_castpd_ps(low), _mm256_castpd_ps(high), _MM_SHUFFLE(3, 1, 3, 1));
  }
  void truncate_to(std::int32_t* at) const {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(at), _mm256_cvttps_epi32(value));
  }
};
inline Lanes operator+(Lanes a, Lanes b) { return {_mm256_add_ps(a.value, b.value)}; }
inline Lanes operator-(Lanes a, Lanes b) { return {_mm256_sub_ps(a.value, b.value)}; }
inline Lanes operator*(Lanes a, Lanes b) { return {_mm256_mul_ps(a.value, b.value)}; }
inline Lanes operator/(Lanes a, Lanes b) { return {_mm256_div_ps(a.value, b.value)}; }

#elif defined(__SSE2__) || defined(_M_X64)

struct Lanes {
  static constexpr int width = 4;
  __m128 value;
  static Lanes load(const float* from) { return {_mm_loadu_ps(from)}; }
  static Lanes all(float x) { return {_mm_set1_ps(x)}; }
  static Lanes gather(const float* from, const std::int32_t* at) {
    return {_mm_setr_ps(from[at[0]], from[at[1]], from[at[2]], from[at[3]])};
  }
  void store(float* to) const { _mm_storeu_ps(to, value); }
  void add_product(Lanes a, Lanes b) { value = _mm_add_ps(value, _mm_mul_ps(a.value, b.value)); }
  Lanes minus_twice(Lanes a) const { return {_mm_sub_ps(value, _mm_add_ps(a.value, a.value))}; }
  std::uint32_t below(Lanes limit) const { return std::uint32_t(_mm_movemask_ps(_mm_cmplt_ps(value, limit.value))); }
  Lanes where_below(Lanes limit, Lanes a, Lanes b) const {
    const __m128 mask = _mm_cmplt_ps(value, limit.value);
    return {_mm_or_ps(_mm_and_ps(mask, a.value), _mm_andnot_ps(mask, b.value))};
  }
  Lanes min(Lanes a) const { return {_mm_min_ps(value, a.value)}; }
  Lanes max(Lanes a) const { return {_mm_max_ps(value, a.value)}; }
  Lanes root() const { return {_mm_sqrt_ps(value)}; }
  // For numbers of a 32-bit integer's range.
  Lanes floor() const {
    const __m128 whole = _mm_cvtepi32_ps(_mm_cvttps_epi32(value));
    return {_mm_sub_ps(whole, _mm_and_ps(_mm_cmplt_ps(value, whole), _mm_set1_ps(1.0f)))};
  }
  Lanes scaled(Lanes k) const {
    const __m128i bits = _mm_slli_epi32(_mm_add_epi32(_mm_cvtps_epi32(k.value), _mm_set1_epi32(127)), 23);
    return {_mm_mul_ps(value, _mm_castsi128_ps(bits))};
  }
  Lanes exponent() const {
    const __m128i bits = _mm_srli_epi32(_mm_castps_si128(value), 23);
    return {_mm_cvtepi32_ps(_mm_sub_epi32(bits, _mm_set1_epi32(127)))};
  }
  Lanes mantissa() const {
    const __m128i bits = _mm_and_si128(_mm_castps_si128(value), _mm_set1_epi32(0x7fffff));
    return {_mm_castsi128_ps(_mm_or_si128(bits, _mm_set1_epi32(0x3f800000)))};
  }
  float sum() const {
    const __m128 two = _mm_add_ps(value, _mm_movehl_ps(value, value));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
  }
  static Lanes first(const float* from, int count) {
    return {_mm_setr_ps(count > 0 ? from[0] : 0.0f, count > 1 ? from[1] : 0.0f, count > 2 ? from[2] : 0.0f,
                        count > 3 ? from[3] : 0.0f)};
  }
  Lanes reciprocal() const {
    const __m128 rough = _mm_rcp_ps(value);
    return {_mm_mul_ps(rough, _mm_sub_ps(_mm_set1_ps(2.0f), _mm_mul_ps(value, rough)))};
  }
  static void pairs(const float* from, const std::int32_t* at, Lanes& x, Lanes& y) {
    const double* pairs = reinterpret_cast<const double*>(from);
    const __m128 low = _mm_castpd_ps(_mm_loadh_pd(_mm_load_sd(pairs + at[0]), pairs + at[1]));
    const __m128 high = _mm_castpd_ps(_mm_loadh_pd(_mm_load_sd(pairs + at[2]), pairs + at[3]));
    x.value = _mm_shuffle_ps(low, high, _MM_SHUFFLE(2, 0, 2, 0));
    y.value = _mm_shuffle_ps(low, high, _MM_SHUFFLE(3, 1, 3, 1));
  }
  void truncate_to(std::int32_t* at) const {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(at), _mm_cvttps_epi32(value));
  }
};
inline Lanes operator+(Lanes a, Lanes b) { return {_mm_add_ps(a.value, b.value)}; }
inline Lanes operator-(Lanes a, Lanes b) { return {_mm_sub_ps(a.value, b.value)}; }
inline Lanes operator*(Lanes a, Lanes b) { return {_mm_mul_ps(a.value, b.value)}; }
inline Lanes operator/(Lanes a, Lanes b) { return {_mm_div_ps(a.value, b.value)}; }

#else  // Plain loops of fixed length, which compilers turn into NEON and the like.

struct Lanes {
  static constexpr int width = 4;
  float value[4];
  template <class Of>
  static Lanes each(Of of) {
    Lanes out;
    for (int i = 0; i < width; ++i) out.value[i] = of(i);
    return out;
  }
  static Lanes load(const float* from) { return {{from[0], from[1], from[2], from[3]}}; }
  static Lanes all(float x) { return {{x, x, x, x}}; }
  static Lanes gather(const float* from, const std::int32_t* at) {
    return each([=](int i) { return from[at[i]]; });
  }
  void store(float* to) const {
    for (int i = 0; i < width; ++i) to[i] = value[i];
  }
  void add_product(Lanes a, Lanes b) {
    for (int i = 0; i < width; ++i) value[i] += a.value[i] * b.value[i];
  }
  Lanes minus_twice(Lanes a) const {
    return each([&](int i) { return value[i] - 2.0f * a.value[i]; });
  }
  std::uint32_t below(Lanes limit) const {
    std::uint32_t bits = 0;
    for (int i = 0; i < width; ++i) bits |= std::uint32_t(value[i] < limit.value[i]) << i;
    return bits;
  }
  Lanes where_below(Lanes limit, Lanes a, Lanes b) const {
    return each([&](int i) { return value[i] < limit.value[i] ? a.value[i] : b.value[i]; });
  }
  Lanes min(Lanes a) const {
    return each([&](int i) { return value[i] < a.value[i] ? value[i] : a.value[i]; });
  }
  Lanes max(Lanes a) const {
    return each([&](int i) { return value[i] > a.value[i] ? value[i] : a.value[i]; });
  }
  Lanes root() const {
    return each([&](int i) { return ::sqrtf(value[i]); });
  }
  Lanes floor() const {
    return each([&](int i) { return ::floorf(value[i]); });
  }
  Lanes scaled(Lanes k) const {
    return each([&](int i) { return ::ldexpf(value[i], int(k.value[i])); });
  }
  Lanes exponent() const {
    return each([&](int i) { return ::logbf(value[i]); });
  }
  Lanes mantissa() const {
    return each([&](int i) { return ::ldexpf(value[i], -int(::logbf(value[i]))); });
  }
  float sum() const { return (value[0] + value[2]) + (value[1] + value[3]); }
  static Lanes first(const float* from, int count) {
    return each([=](int i) { return i < count ? from[i] : 0.0f; });
  }
  Lanes reciprocal() const {
    return each([&](int i) { return 1.0f / value[i]; });
  }
  static void pairs(const float* from, const std::int32_t* at, Lanes& x, Lanes& y) {
    x = each([=](int i) { return from[2 * at[i]]; });
    y = each([=](int i) { return from[2 * at[i] + 1]; });
  }
  void truncate_to(std::int32_t* at) const {
    for (int i = 0; i < width; ++i) at[i] = std::int32_t(value[i]);
  }
};
inline Lanes operator+(Lanes a, Lanes b) {
  return Lanes::each([&](int i) { return a.value[i] + b.value[i]; });
}
inline Lanes operator-(Lanes a, Lanes b) {
  return Lanes::each([&](int i) { return a.value[i] - b.value[i]; });
}
inline Lanes operator*(Lanes a, Lanes b) {
  return Lanes::each([&](int i) { return a.value[i] * b.value[i]; });
}
inline Lanes operator/(Lanes a, Lanes b) {
  return Lanes::each([&](int i) { return a.value[i] / b.value[i]; });
}

#endif

#if defined(__SSE2__) || defined(_M_X64)

struct Quad {
  __m128 value;
  static Quad load(const float* from) { return {_mm_loadu_ps(from)}; }
  static Quad all(float x) { return {_mm_set1_ps(x)}; }
  static Quad of(float a, float b, float c, float d) { return {_mm_setr_ps(a, b, c, d)}; }
  void store(float* to) const { _mm_storeu_ps(to, value); }
  void add_product(Quad a, Quad b) {
#if defined(__FMA__) || defined(__AVX2__)
    value = _mm_fmadd_ps(a.value, b.value, value);
#else
    value = _mm_add_ps(value, _mm_mul_ps(a.value, b.value));
#endif
  }
  template <int lane>
  Quad spread() const {
    return {_mm_shuffle_ps(value, value, _MM_SHUFFLE(lane, lane, lane, lane))};
  }
  float sum() const {
    const __m128 two = _mm_add_ps(value, _mm_movehl_ps(value, value));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
  }
};
inline Quad operator*(Quad a, Quad b) { return {_mm_mul_ps(a.value, b.value)}; }

#else

struct Quad {
  float value[4];
  static Quad load(const float* from) { return {{from[0], from[1], from[2], from[3]}}; }
  static Quad all(float x) { return {{x, x, x, x}}; }
  static Quad of(float a, float b, float c, float d) { return {{a, b, c, d}}; }
  void store(float* to) const {
    for (int i = 0; i < 4; ++i) to[i] = value[i];
  }
  void add_product(Quad a, Quad b) {
    for (int i = 0; i < 4; ++i) value[i] += a.value[i] * b.value[i];
  }
  template <int lane>
  Quad spread() const {
    return all(value[lane]);
  }
  float sum() const { return (value[0] + value[2]) + (value[1] + value[3]); }
};
inline Quad operator*(Quad a, Quad b) {
  for (int i = 0; i < 4; ++i) a.value[i] *= b.value[i];
  return a;
}

#endif

}  // namespace
