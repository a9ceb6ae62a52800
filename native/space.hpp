// Vectors packed for the tile, and how far its scores can be trusted.
#pragma once

#include <cstddef>
#include <numeric>
#include <vector>

#include "frame.hpp"
#include "tile.hpp"

namespace vectarium {

// What the tile finds is an approximation within a bound that `doubt` gives. Candidates within that bound
// are measured again from the vectors as they came (Frame::distance), in double precision and, where it is
// a distance, as a sum of squared differences, which cancels nothing.
template <class Number>
class Space {
 public:
  Space(const Frame<Number>& frame, const Tile& tile, Stages& stages);

  std::size_t size() const { return frame_.size(); }
  std::size_t dimensions() const { return frame_.dimensions(); }
  const Tile& tile() const { return tile_; }

  // The number of points that whole strips and whole panels both make up. The packed points are
  // filled up with zeros to a multiple of it; the norms of those are infinite.
  std::size_t unit() const { return std::lcm(std::size_t(tile_.queries), std::size_t(tile_.points)); }
  std::size_t padded_size() const { return (size() + unit() - 1) / unit() * unit(); }

  // The panel (d, tile.points) that starts with this point, a multiple of tile.points.
  const float* panel(std::size_t first) const { return packed_.data() + first * dimensions(); }
  const float* norms(std::size_t first) const { return norms_.data() + first; }

  // Packs the strip (d, tile.queries) that starts with this point.
  void pack_strip(std::size_t first, float* strip) const;

  float distance(std::size_t a, std::size_t b) const { return frame_.distance(a, b); }

  bool has_negative_distances() const { return frame_.metric() == Metric::inner_product; }

  // What the tile's score of a point at this distance from the query would be without rounding.
  double score_at(double distance, std::size_t query) const;

  // How far a score near this one may be from the truth, for every point that is at most as far
  // from the query as the score says.
  double doubt(double score, std::size_t query) const;

 private:
  void pack_panel(std::size_t first);

  const Frame<Number>& frame_;
  const Tile& tile_;
  std::vector<float> packed_;  // (panels, d, tile.points)
  std::vector<float> norms_;   // (padded size)
  std::vector<float> lengths_; // (size), inner product only
  float longest_ = 0.0f;
};

extern template class Space<float>;
extern template class Space<double>;

}  // namespace vectarium
