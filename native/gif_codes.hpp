// The codes of one picture of a GIF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace vectarium {

// Indices into a palette of 256 colours by variable-length codes (Welch 1984, as CompuServe's GIF89a of 1990 packs
// them): the least code size, blocks of up to 255 bytes, and the empty block that ends them.
std::string gif_codes(const std::uint8_t* indices, std::size_t n);

}  // namespace vectarium
