#include "gif_codes.hpp"

#include <algorithm>
#include <vector>

namespace vectarium {
namespace {

constexpr unsigned kClear = 256, kEnd = 257, kMost = 4096;

// Bits, the lowest first, as blocks with their lengths before them.
class Blocks {
 public:
  void put(unsigned code, unsigned size) {
    bits_ |= code << held_;
    for (held_ += size; held_ >= 8; held_ -= 8, bits_ >>= 8) bytes_.push_back(static_cast<char>(bits_ & 255U));
  }

  std::string finish() {
    if (held_ > 0) bytes_.push_back(static_cast<char>(bits_ & 255U));
    std::string out(1, '\x08');
    for (std::size_t start = 0; start < bytes_.size(); start += 255) {
      const std::size_t size = std::min<std::size_t>(255, bytes_.size() - start);
      out.push_back(static_cast<char>(size));
      out.append(bytes_, start, size);
    }
    out.push_back('\0');
    return out;
  }

 private:
  std::string bytes_;
  unsigned bits_ = 0, held_ = 0;
};

}  // namespace

std::string gif_codes(const std::uint8_t* indices, std::size_t n) {
  Blocks blocks;
  std::vector<std::uint16_t> longer(static_cast<std::size_t>(kMost) * 256);  // 0: none
  unsigned next = kEnd + 1, size = 9;
  blocks.put(kClear, size);
  if (n == 0) {
    blocks.put(kEnd, size);
    return blocks.finish();
  }
  unsigned code = indices[0];
  for (std::size_t i = 1; i < n; ++i) {
    const unsigned index = indices[i];
    std::uint16_t& known = longer[code * 256U + index];
    if (known != 0) {
      code = known;
      continue;
    }
    blocks.put(code, size);
    code = index;
    if (next < kMost) {
      if (next == (1U << size) && size < 12) ++size;
      known = static_cast<std::uint16_t>(next++);
    } else {
      blocks.put(kClear, size);
      std::fill(longer.begin(), longer.end(), std::uint16_t{0});
      next = kEnd + 1;
      size = 9;
    }
  }
  blocks.put(code, size);
  // A reader may by now have grown its codes.
  if (next == (1U << size) && size < 12) ++size;
  blocks.put(kEnd, size);
  return blocks.finish();
}

}  // namespace vectarium
