// Floats that start where the widest registers like them to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vectarium {

class AlignedFloats {
 public:
  // Keeps what memory there is; what it holds is unspecified.
  void resize(std::size_t size) {
    if (size + spare > values_.size()) values_.resize(size + spare);
  }
  float* data() {
    const auto address = reinterpret_cast<std::uintptr_t>(values_.data());
    return values_.data() + (bytes - address % bytes) % bytes / sizeof(float);
  }

 private:
  static constexpr std::size_t bytes = 64, spare = bytes / sizeof(float);
  std::vector<float> values_;
};

}  // namespace vectarium
