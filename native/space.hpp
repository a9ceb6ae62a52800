// Vectors as a metric sees them: packed for the tile, and exact for the last word.
#pragma once

#include <cstddef>
#include <numeric>
#include <vector>

#include "tile.hpp"

namespace vectarium {

enum class Metric { euclidean, cosine };

// The tile works on float32 copies of the vectors, moved and scaled so that the products stay near 1:
//   euclidean: centred, since norm(x) - 2 q·x loses digits where the norms are large against the
//              distances, then scaled by a power of two;
//   cosine:    scaled to length 1.
// What it finds is an approximation within a bound that `doubt` gives. Candidates within that bound
// are measured again from the vectors as they came, in double precision and as a sum of squared
// differences, which cancels nothing.
template <class Number>
class Space {
 public:
  // vectors: (n, d), row by row. They have to outlive the space.
  Space(const Number* vectors, std::size_t n, std::size_t d, Metric metric, const Tile& tile);

  std::size_t size() const { return n_; }
  std::size_t dimensions() const { return d_; }
  const Tile& tile() const { return tile_; }

  // The number of points that whole strips and whole panels both make up. The packed points are
  // filled up with zeros to a multiple of it; the norms of those are infinite.
  std::size_t unit() const { return std::lcm(std::size_t(tile_.queries), std::size_t(tile_.points)); }
  std::size_t padded_size() const { return (n_ + unit() - 1) / unit() * unit(); }

  // The panel (d, tile.points) that starts with this point, a multiple of tile.points.
  const float* panel(std::size_t first) const { return packed_.data() + first * d_; }
  const float* norms(std::size_t first) const { return norms_.data() + first; }

  // Packs the strip (d, tile.queries) that starts with this point.
  void pack_strip(std::size_t first, float* strip) const;

  // The true distance of two vectors, rounded to float32: what results are ordered by.
  float distance(std::size_t a, std::size_t b) const;

  // What the tile's score of a point at this distance from the query would be without rounding.
  double score_at(double distance, std::size_t query) const;

  // How far a score near this one may be from the truth, for every point that is at most as far
  // from the query as the score says.
  double doubt(double score, std::size_t query) const;

 private:
  void pack_point(std::size_t i, const double* centre);

  const Number* vectors_;
  std::size_t n_, d_;
  Metric metric_;
  const Tile& tile_;
  double scale_ = 1.0;
  std::vector<double> inverse_lengths_;  // cosine only; 0 for a zero vector
  std::vector<float> packed_;            // (panels, d, tile.points)
  std::vector<float> norms_;             // (padded size)
};

extern template class Space<float>;
extern template class Space<double>;

}  // namespace vectarium
