// Compiled once for each instruction set (instruction_set.hpp).
#include "screen.hpp"

#include "prefetch.hpp"

namespace vectarium {
namespace {

constexpr std::size_t line = 64;
constexpr std::size_t ahead = 6;  // candidates; about as many as memory can fetch at a time

// Compilers turn this into a widening subtraction and a multiply-add of pairs.
std::int32_t squared_distance(const std::int8_t* a, const std::int8_t* b, std::size_t size) {
  std::int32_t sum = 0;
  for (std::size_t t = 0; t < size; ++t) {
    const std::int16_t difference = std::int16_t(a[t] - b[t]);
    sum += std::int32_t(difference) * difference;
  }
  return sum;
}

void fetch(const Screening& screening, std::size_t i) {
  const std::int8_t* code = screening.codes + std::size_t(screening.candidates[i]) * screening.stride;
  for (std::size_t t = 0; t < screening.stride; t += line) prefetch(code + t);
}

std::size_t pass(const Screening& screening, std::int32_t* passed) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < ahead && i < screening.count; ++i) fetch(screening, i);
  for (std::size_t i = 0; i < screening.count; ++i) {
    if (i + ahead < screening.count) fetch(screening, i + ahead);
    const std::int32_t candidate = screening.candidates[i];
    const std::int8_t* code = screening.codes + std::size_t(candidate) * screening.stride;
    passed[found] = candidate;
    found += squared_distance(code, screening.query, screening.stride / 32 * 32) < screening.limit;
  }
  return found;
}

}  // namespace

VECTARIUM_DECLARE_TABLES(Screen, screen);
const Screen VECTARIUM_FOR_SET(screen) = {pass};

}  // namespace vectarium
