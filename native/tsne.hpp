// t-SNE's descent: points, how far they are, and one iteration after another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "edges.hpp"
#include "forces.hpp"
#include "repulsion.hpp"
#include "team.hpp"

namespace vectarium {

// Attraction is exaggerated in the first iterations, so that clusters find together.
struct Schedule {
  int iterations, exaggerated;
  float exaggeration;
  float learning_rate_exaggerated, learning_rate;
  float momentum;
};

class Tsne {
 public:
  // `start` holds n rows of 2 or 3 coordinates.
  Tsne(Edges edges, int axes, const float* start, const Schedule& schedule, unsigned threads, InstructionSet set);

  int iteration() const { return iteration_; }
  bool done() const { return iteration_ >= schedule_.iterations; }
  std::size_t n() const { return edges_.n(); }
  int axes() const { return axes_; }

  void iterate();

  // Rows of coordinates, their mean at the origin.
  void coordinates(float* out) const;

  // sum over all i, j of p_ij log(p_ij / q_ij), not exaggerated.
  double divergence();

  // For tests: the repulsion on every point, as rows, and the normaliser, as the next iteration sees them.
  double repulsion(float* out);

 private:
  struct Axis {
    std::vector<float> coordinates, velocities, gains, attraction, slopes;
  };

  void place_in_order();
  void measure_box();
  double find_slopes();
  Points points() const;
  State state();

  Schedule schedule_;
  Team team_;
  const Forces& forces_;
  const int axes_;
  Edges edges_;
  Repulsion repulsion_;
  int iteration_ = 0;
  Box box_;
  std::vector<std::uint32_t> order_;  // which of the caller's points stands in each place
  std::vector<Axis> state_;
  std::vector<float> positions_, next_;  // rows of 2 or 4, as the attraction reads them
  std::vector<float> boxes_;             // of each block of points
};

}  // namespace vectarium
