// Which points were met already, over many turns without clearing anything in between.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vectarium {

class Seen {
 public:
  explicit Seen(std::size_t n) : turns_(n, 0) {}

  // Forgets all points.
  void begin() { ++turn_; }

  void mark(std::size_t point) { turns_[point] = turn_; }

  // Appends the points that are new to `end`, marks them, and returns the new end; one place more has to be
  // there. Without branches: nobody can foresee which points are new.
  std::int32_t* append_new(const std::int32_t* points, std::size_t count, std::int32_t* end) {
    std::uint32_t* turns = turns_.data();
    const std::uint32_t turn = turn_;
    for (std::size_t u = 0; u < count; ++u) {
      const std::int32_t point = points[u];
      *end = point;
      end += turns[point] != turn;
      turns[point] = turn;
    }
    return end;
  }

 private:
  std::vector<std::uint32_t> turns_;
  std::uint32_t turn_ = 0;
};

}  // namespace vectarium
