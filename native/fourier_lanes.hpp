// The fast Fourier transform of as many sequences at once as there are lanes.
//
// Stockham's form, which sorts as it goes: each stage reads one buffer and writes the other. Radices 4,
// 2, 3 and 5 (Van Loan, "Computational frameworks for the fast Fourier transform", 1992, section 1.7).
// Included by kernels only; everything stands in an anonymous namespace as in lanes.hpp.
#pragma once

#include "fourier.hpp"
#include "lanes.hpp"

namespace {

struct Complex {
  Lanes re, im;
};
inline Complex operator+(Complex a, Complex b) { return {a.re + b.re, a.im + b.im}; }
inline Complex operator-(Complex a, Complex b) { return {a.re - b.re, a.im - b.im}; }
inline Complex operator*(Lanes a, Complex b) { return {a * b.re, a * b.im}; }

inline Complex zero() { return {Lanes::all(0.0f), Lanes::all(0.0f)}; }

// a + f b
inline Complex plus(Complex a, float f, Complex b) {
  const Lanes factor = Lanes::all(f);
  a.re.add_product(factor, b.re);
  a.im.add_product(factor, b.im);
  return a;
}

// a + i f b
inline Complex plus_turned(Complex a, float f, Complex b) {
  a.re.add_product(Lanes::all(-f), b.im);
  a.im.add_product(Lanes::all(f), b.re);
  return a;
}

// The forward transform turns by -i, the inverse by +i. Neither divides by n.
constexpr int forward = -1, inverse = 1;

// out[u] = sum over v of in[v] exp(sign 2 pi i u v / radix)
template <int radix, int sign>
void butterfly(const Complex* in, Complex* out) {
  if (radix == 2) {
    out[0] = in[0] + in[1];
    out[1] = in[0] - in[1];
  } else if (radix == 3) {
    const Complex sum = in[1] + in[2], difference = in[1] - in[2], middle = plus(in[0], -0.5f, sum);
    out[0] = in[0] + sum;
    out[1] = plus_turned(middle, sign * 0.86602540378f, difference);
    out[2] = plus_turned(middle, sign * -0.86602540378f, difference);
  } else if (radix == 4) {
    const Complex even = in[0] + in[2], odd = in[0] - in[2], sum = in[1] + in[3], difference = in[1] - in[3];
    out[0] = even + sum;
    out[1] = plus_turned(odd, sign, difference);
    out[2] = even - sum;
    out[3] = plus_turned(odd, -sign, difference);
  } else {
    constexpr float c1 = 0.30901699437f, c2 = -0.80901699437f, s1 = 0.95105651629f, s2 = 0.58778525229f;
    const Complex near = in[1] + in[4], far = in[2] + in[3], a = in[1] - in[4], b = in[2] - in[3];
    const Complex first = plus(plus(in[0], c1, near), c2, far), second = plus(plus(in[0], c2, near), c1, far);
    out[0] = in[0] + near + far;
    out[1] = plus_turned(plus_turned(first, sign * s1, a), sign * s2, b);
    out[4] = plus_turned(plus_turned(first, -sign * s1, a), -sign * s2, b);
    out[2] = plus_turned(plus_turned(second, sign * s2, a), -sign * s1, b);
    out[3] = plus_turned(plus_turned(second, -sign * s2, a), sign * s1, b);
  }
}

template <int radix, int sign>
void stage(const Complex* from, Complex* to, int before, int after, const float* roots) {
  Complex in[radix], out[radix];
  for (int p = 0; p < after; ++p, roots += 2 * (radix - 1)) {
    for (int q = 0; q < before; ++q) {
      for (int u = 0; u < radix; ++u) in[u] = from[q + before * (p + after * u)];
      butterfly<radix, sign>(in, out);
      Complex* target = to + q + before * radix * p;
      target[0] = out[0];
      for (int u = 1; u < radix; ++u) {
        const Lanes c = Lanes::all(roots[2 * u - 2]);
        target[before * u] = p == 0 ? out[u] : plus_turned(c * out[u], sign * roots[2 * u - 1], out[u]);
      }
    }
  }
}

// Transforms n numbers and returns where they are then: in `a`, where they were, or in `b`.
template <int sign>
Complex* transformed(const vectarium::Transform& transform, Complex* a, Complex* b) {
  const float* roots = transform.roots;
  int before = 1, after = transform.n;
  for (int i = 0; i < transform.stages; ++i) {
    const int radix = transform.radices[i];
    after /= radix;
    if (radix == 4) stage<4, sign>(a, b, before, after, roots);
    if (radix == 2) stage<2, sign>(a, b, before, after, roots);
    if (radix == 3) stage<3, sign>(a, b, before, after, roots);
    if (radix == 5) stage<5, sign>(a, b, before, after, roots);
    roots += 2 * (radix - 1) * after;
    before *= radix;
    Complex* const other = a;
    a = b;
    b = other;
  }
  return a;
}

}  // namespace
