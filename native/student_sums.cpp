#include <algorithm>
#include <limits>
#include <vector>

#include "student.hpp"
#include "workers.hpp"

namespace vectarium {
namespace {

constexpr std::size_t terms_per_piece = 1 << 23;  // a few milliseconds

}  // namespace

VECTARIUM_DECLARE_TABLES(Student, student);

const Student& student_for(InstructionSet set) { return table_for(set, VECTARIUM_TABLES(student)); }

void student_sums(const float* points, std::size_t n, std::size_t d, const std::int64_t* rows, std::size_t m,
                  unsigned threads, const Student& student, const std::function<void(double)>& watch, double* sums) {
  const auto width = std::size_t(student.width);
  const std::size_t padded = (n + width - 1) / width * width;
  std::vector<float> axes(padded * d, std::numeric_limits<float>::infinity());
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t t = 0; t < d; ++t) axes[t * padded + i] = points[i * d + t];
  const std::size_t grain = std::max<std::size_t>(1, terms_per_piece / std::max<std::size_t>(1, padded));
  const std::size_t pieces = (m + grain - 1) / grain;
  Stop stop{false};
  run_pieces(
      pieces, threads, stop,
      [&](std::size_t piece) {
        for (std::size_t i = piece * grain; i < std::min(m, (piece + 1) * grain) && !stop; ++i)
          sums[i] = student.sum(axes.data(), padded, d, points + std::size_t(rows[i]) * d) - 1.0;
      },
      [&](std::size_t done) { watch(double(done) / double(pieces)); });
}

}  // namespace vectarium
