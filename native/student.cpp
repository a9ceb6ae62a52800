// Compiled once for each instruction set (instruction_set.hpp).
#include "student.hpp"

#include "lanes.hpp"

namespace vectarium {
namespace {

constexpr int width = 2 * Lanes::width;
// A sum in float32 is begun anew after so many terms of each lane, none of them more than 1.
constexpr std::size_t run = 64 * width;

Lanes terms(const float* axes, std::size_t padded, std::size_t d, const float* point) {
  Lanes all = Lanes::all(1.0f);
  for (std::size_t t = 0; t < d; ++t) {
    const Lanes difference = Lanes::load(axes + t * padded) - Lanes::all(point[t]);
    all.add_product(difference, difference);
  }
  return Lanes::all(1.0f) / all;
}

double sum(const float* axes, std::size_t padded, std::size_t d, const float* point) {
  double total = 0.0;
  for (std::size_t first = 0; first < padded; first += run) {
    const std::size_t last = padded - first < run ? padded : first + run;
    Lanes even = Lanes::all(0.0f), odd = Lanes::all(0.0f);
    for (std::size_t i = first; i < last; i += width) {
      even = even + terms(axes + i, padded, d, point);
      odd = odd + terms(axes + i + Lanes::width, padded, d, point);
    }
    total += double((even + odd).sum());
  }
  return total;
}

}  // namespace

VECTARIUM_DECLARE_TABLES(Student, student);
const Student VECTARIUM_FOR_SET(student) = {width, sum};

}  // namespace vectarium
