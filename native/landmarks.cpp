#include "landmarks.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "ordered.hpp"
#include "row_tile.hpp"
#include "rows.hpp"
#include "workers.hpp"

namespace vectarium {
namespace {

constexpr std::size_t queries_a_piece = 256;

Rows filled_up(const float* values, std::size_t n, std::size_t d) {
  Rows rows(n, d);
  for (std::size_t i = 0; i < n; ++i) {
    std::copy_n(values + i * d, d, rows[i]);
    rows.fill_up(i);
  }
  return rows;
}

}  // namespace

void nearest_landmarks(const Landmarks& landmarks, const float* queries, std::size_t q,
                       const std::int32_t* candidates, std::size_t wanted, std::size_t k, unsigned threads,
                       InstructionSet set, const std::function<void(double)>& look, std::int32_t* indices,
                       float* squares) {
  const Rows vectors = filled_up(landmarks.vectors, landmarks.m, landmarks.d);
  const RowTile& tile = row_tile_for(set);
  const std::size_t pieces = (q + queries_a_piece - 1) / queries_a_piece;
  Stop stop{false};
  run_pieces(
      pieces, threads, stop,
      [&](std::size_t piece) {
        const std::size_t first = piece * queries_a_piece, count = std::min(queries_a_piece, q - first);
        const Rows asked = filled_up(queries + first * landmarks.d, count, landmarks.d);
        std::vector<std::int32_t> at;
        std::vector<float> found(wanted * landmarks.each);
        std::vector<Ordered> nearest;
        for (std::size_t i = 0; i < count && !stop.load(std::memory_order_relaxed); ++i) {
          const std::int32_t* candidate = candidates + (first + i) * wanted;
          at.clear();
          for (std::size_t c = 0; c < wanted; ++c)
            for (std::size_t e = 0; candidate[c] >= 0 && e < landmarks.each; ++e) {
              const std::int32_t row = landmarks.rows[std::size_t(candidate[c]) * landmarks.each + e];
              if (row >= 0) at.push_back(row);
            }
          tile.measure(vectors.data(), vectors.stride(), at.data(), at.size(), asked[i], found.data());
          nearest.clear();
          for (std::size_t j = 0; j < at.size(); ++j) nearest.push_back(ordered(found[j], std::uint32_t(at[j])));
          const std::size_t kept = std::min(k, nearest.size());
          const auto last = nearest.begin() + std::ptrdiff_t(kept);
          std::nth_element(nearest.begin(), last, nearest.end());
          std::sort(nearest.begin(), last);
          for (std::size_t j = 0; j < k; ++j) {
            indices[(first + i) * k + j] = j < kept ? std::int32_t(index_of(nearest[j])) : -1;
            squares[(first + i) * k + j] = j < kept ? number_of(nearest[j]) : std::numeric_limits<float>::infinity();
          }
        }
      },
      [&](std::size_t done) { look(double(done) / double(std::max<std::size_t>(pieces, 1))); });
}

}  // namespace vectarium
