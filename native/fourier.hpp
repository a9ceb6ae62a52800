// Which radices a Fourier transform of n = 2^a 3^b 5^c numbers goes through, and its roots of unity.
#pragma once

#include <vector>

namespace vectarium {

// What a kernel needs to know of a plan.
struct Transform {
  int n;
  int stages;
  const int* radices;
  // Stage by stage, for each p in [0, m) and each u in [1, radix): cos and sin of 2 pi u p s / n, where
  // s is the product of the radices before and m that of those after.
  const float* roots;
};

class FourierPlan {
 public:
  explicit FourierPlan(int n);
  Transform transform() const { return {n_, int(radices_.size()), radices_.data(), roots_.data()}; }
  int n() const { return n_; }

 private:
  int n_;
  std::vector<int> radices_;
  std::vector<float> roots_;
};

// The smallest n = 2 * 2^a 3^b 5^c that is not below the wanted one.
int next_even_size(int wanted);

}  // namespace vectarium
