#include "diffusion.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "workers.hpp"

namespace vectarium {
namespace {

constexpr std::size_t rows_a_piece = 2048;
constexpr std::size_t rows_between_looks = 1 << 16;

std::int32_t root_of(std::vector<std::int32_t>& parent, std::int32_t i) {
  while (parent[std::size_t(i)] != i) {
    parent[std::size_t(i)] = parent[std::size_t(parent[std::size_t(i)])];
    i = parent[std::size_t(i)];
  }
  return i;
}

}  // namespace

void diffuse(const Matrix32& matrix, const float* x, const float* last, float product, float self, unsigned threads,
             const std::function<void()>& watch, float* out) {
  Stop stop{false};
  run_pieces(
      (matrix.n + rows_a_piece - 1) / rows_a_piece, threads, stop,
      [&](std::size_t piece) {
        const std::size_t end = std::min(matrix.n, (piece + 1) * rows_a_piece);
        for (std::size_t i = piece * rows_a_piece; i < end; ++i) {
          float sum[block_width] = {};
          for (std::int64_t e = matrix.indptr[i]; e < matrix.indptr[i + 1]; ++e) {
            const float* row = x + std::size_t(matrix.indices[e]) * block_width;
            const float value = matrix.values[e];
            for (std::size_t t = 0; t < block_width; ++t) sum[t] += value * row[t];
          }
          for (std::size_t t = 0; t < block_width; ++t) {
            const std::size_t at = i * block_width + t;
            out[at] = product * sum[t] + self * x[at] - last[at];
          }
        }
      },
      [&](std::size_t) { watch(); });
}

// Union by the lower root, with paths halved (Tarjan and van Leeuwen, "Worst-case analysis of set union
// algorithms", 1984): the lower root is the component's first point.
std::size_t components(std::size_t n, const std::int64_t* indptr, const std::int32_t* indices,
                       const std::function<void()>& watch, std::int32_t* labels) {
  std::vector<std::int32_t> parent(n);
  std::iota(parent.begin(), parent.end(), 0);
  for (std::size_t i = 0; i < n; ++i) {
    if (i % rows_between_looks == 0) watch();
    for (std::int64_t e = indptr[i]; e < indptr[i + 1]; ++e) {
      if (std::size_t(indices[e]) > i) continue;  // the other end sees it too
      const std::int32_t a = root_of(parent, std::int32_t(i)), b = root_of(parent, indices[e]);
      parent[std::size_t(std::max(a, b))] = std::min(a, b);
    }
  }
  std::int32_t count = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::int32_t root = root_of(parent, std::int32_t(i));
    labels[i] = std::size_t(root) == i ? count++ : labels[root];
  }
  return std::size_t(count);
}

}  // namespace vectarium
