// A group of near points that meets candidates together: each candidate is read once for all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ordered.hpp"
#include "row_tile.hpp"
#include "rows.hpp"

namespace vectarium {

constexpr std::size_t group_size = 64;

// Members are up to 64 rows; candidates stream by in any number. For each member the best k are kept.
class Group {
 public:
  // rows, norms: the points that candidates are chosen from; norms as in the score norm(x) - 2 q·x.
  Group(const Rows& rows, const std::vector<float>& norms, const RowTile& tile, std::size_t k);

  // Begins anew with these members, (count) rows. limits: (count), scores from there on are of no use.
  void begin(const float* const* members, std::size_t count, const float* limits);

  // Offers candidates to all members. `self[i]` is the candidate that member i is itself, -1 for none.
  void offer(const std::int32_t* candidates, std::size_t count, const std::int32_t* self);

  // Offers one score that is known already; the same pair may come twice.
  void add(std::size_t member, Ordered item);

  // The best of a member, at most k, from the best on, none twice.
  const Ordered* sorted(std::size_t member, std::size_t& count);

 private:
  void meet(const float* const* rows, const float* norms, const std::int32_t* candidates, std::size_t count,
            const std::int32_t* self);
  void thin_out(std::size_t member);

  const Rows& rows_;
  const std::vector<float>& norms_;
  const RowTile& tile_;
  std::size_t k_, capacity_, size_ = 0;
  std::vector<float> panels_;    // (group_size / points, d, points)
  std::vector<float> limits_;    // (group_size)
  std::vector<float> scores_;    // (rows, points) of one meeting
  std::vector<std::uint32_t> found_;
  std::vector<Ordered> items_;   // (group_size, capacity)
  std::vector<std::size_t> counts_;
};

}  // namespace vectarium
