// A first look at candidates, by vectors of bytes: a quarter of the memory to wait for.
#pragma once

#include <cstddef>
#include <cstdint>

#include "instruction_set.hpp"

namespace vectarium {

struct Screening {
  const std::int8_t* codes;        // rows of bytes
  std::size_t stride;              // from row to row, a multiple of 32; rows are filled up with zeros
  const std::int8_t* query;        // one row
  const std::int32_t* candidates;  // (count) numbers of rows
  std::size_t count;
  std::int32_t limit;              // squared distances below it are wanted
};

struct Screen {
  // Writes the candidates that are wanted, in order, and returns how many they are. Sums of whole numbers:
  // the same in every instruction set.
  std::size_t (*pass)(const Screening& screening, std::int32_t* passed);
};

const Screen& screen_for(InstructionSet set);

}  // namespace vectarium
