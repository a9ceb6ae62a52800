// Compiled once for each instruction set (instruction_set.hpp).
#include "row_tile.hpp"

#include "lanes.hpp"
#include "prefetch.hpp"

namespace vectarium {
namespace {

#if defined(__AVX512F__)
constexpr int rows = 12;
#else
constexpr int rows = 6;
#endif
constexpr int width = Lanes::width;
constexpr int points = 2 * width;

static_assert(points <= 32, "a bit for each point");

// Sums stay in registers only where every loop over them is unrolled, which GCC has to be told.
#if defined(__GNUC__) && !defined(__clang__)
#define VECTARIUM_UNROLL _Pragma("GCC unroll 12")
#else
#define VECTARIUM_UNROLL
#endif

std::uint32_t meet(const RowMeeting& meeting) {
  Lanes left[rows], right[rows];
  const float* row[rows];
  VECTARIUM_UNROLL
  for (int r = 0; r < rows; ++r) {
    left[r] = right[r] = Lanes::all(0.0f);
    row[r] = meeting.rows[r];
  }
  const float* panel = meeting.panel;
  for (std::size_t t = 0; t < meeting.d; ++t) {
    const Lanes a = Lanes::load(panel), b = Lanes::load(panel + width);
    VECTARIUM_UNROLL
    for (int r = 0; r < rows; ++r) {
      const Lanes x = Lanes::all(row[r][t]);
      left[r].add_product(x, a);
      right[r].add_product(x, b);
    }
    panel += points;
  }
  const Lanes norms_left = Lanes::load(meeting.point_norms), norms_right = Lanes::load(meeting.point_norms + width);
  const Lanes limits_left = Lanes::load(meeting.point_limits), limits_right = Lanes::load(meeting.point_limits + width);
  std::uint32_t any = 0;
  VECTARIUM_UNROLL
  for (int r = 0; r < rows; ++r) {
    const Lanes limit = Lanes::all(meeting.row_limits[r]), norm = Lanes::all(meeting.row_norms[r]);
    const std::uint32_t for_row = norms_left.minus_twice(left[r]).below(limit) |
                                  norms_right.minus_twice(right[r]).below(limit) << width;
    const std::uint32_t for_points =
        norm.minus_twice(left[r]).below(limits_left) | norm.minus_twice(right[r]).below(limits_right) << width;
    if (for_row | for_points) {
      Lanes::all(0.0f).minus_twice(left[r]).store(meeting.products + r * points);
      Lanes::all(0.0f).minus_twice(right[r]).store(meeting.products + r * points + width);
      meeting.for_rows[r] = for_row;
      meeting.for_points[r] = for_points;
      any |= std::uint32_t(1) << r;
    }
  }
  return any;
}

constexpr std::size_t line = 16;   // floats in a line of the cache
constexpr std::size_t ahead = 4;   // rows

void fetch(const float* rows, std::size_t stride, std::int32_t at) {
  const float* row = rows + std::size_t(at) * stride;
  for (std::size_t t = 0; t < stride; t += line) prefetch(row + t);
}

float shift(const float* row, const float* centre, std::size_t stride, float* out) {
  Lanes sum = Lanes::all(0.0f);
  for (std::size_t t = 0; t < stride; t += width) {
    const Lanes moved = Lanes::load(row + t) - Lanes::load(centre + t);
    sum.add_product(moved, moved);
    moved.store(out + t);
  }
  return sum.sum();
}

void measure(const float* all, std::size_t stride, const std::int32_t* at, std::size_t count, const float* from,
             float* out) {
  for (std::size_t i = 0; i < count; ++i) {
    if (i + ahead < count) fetch(all, stride, at[i + ahead]);
    const float* row = all + std::size_t(at[i]) * stride;
    Lanes sum = Lanes::all(0.0f);
    for (std::size_t t = 0; t < stride; t += width) {
      const Lanes difference = Lanes::load(row + t) - Lanes::load(from + t);
      sum.add_product(difference, difference);
    }
    out[i] = sum.sum();
  }
}

void project(const float* all, std::size_t stride, const std::int32_t* at, std::size_t count, const float* direction,
             float* out) {
  for (std::size_t i = 0; i < count; ++i) {
    if (i + ahead < count) fetch(all, stride, at[i + ahead]);
    const float* row = all + std::size_t(at[i]) * stride;
    Lanes sum = Lanes::all(0.0f);
    for (std::size_t t = 0; t < stride; t += width) sum.add_product(Lanes::load(row + t), Lanes::load(direction + t));
    out[i] = sum.sum();
  }
}

}  // namespace

VECTARIUM_DECLARE_TABLES(RowTile, row_tile);
const RowTile VECTARIUM_FOR_SET(row_tile) = {rows, points, meet, shift, measure, project};

}  // namespace vectarium
