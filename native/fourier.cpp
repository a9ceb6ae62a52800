#include "fourier.hpp"

#include <cmath>

namespace vectarium {
namespace {

constexpr double turn = 6.283185307179586476925286766559;

bool has_small_factors(int n) {
  for (const int factor : {2, 3, 5})
    while (n % factor == 0) n /= factor;
  return n == 1;
}

}  // namespace

FourierPlan::FourierPlan(int n) : n_(n) {
  int rest = n;
  for (const int radix : {4, 2, 3, 5})
    for (; rest % radix == 0; rest /= radix) radices_.push_back(radix);
  int before = 1, after = n;
  for (const int radix : radices_) {
    after /= radix;
    for (int p = 0; p < after; ++p)
      for (int u = 1; u < radix; ++u) {
        const double angle = turn * double((long long)u * p * before % n) / n;
        roots_.push_back(float(std::cos(angle)));
        roots_.push_back(float(std::sin(angle)));
      }
    before *= radix;
  }
}

int next_even_size(int wanted) {
  int half = (wanted + 1) / 2;
  while (!has_small_factors(half)) ++half;
  return 2 * half;
}

}  // namespace vectarium
