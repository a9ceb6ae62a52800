// t-SNE's descent: points, how far they are, and one iteration after another.
//
// The gradient is 4 sum over j of (p_ij - q_ij) w_ij (y_i - y_j), with w_ij = 1 / (1 + |y_i - y_j|^2)
// and q_ij = w_ij / Z (van der Maaten and Hinton, 2008): attraction along the graph's edges (forces.hpp)
// less repulsion from all points (repulsion.hpp).
//
// Most edges weigh little: of perplexity 30, a third holds nine tenths. Weak edges' attraction is
// found only every fourth iteration and held in between, as molecular dynamics does with forces that
// change slowly (Tuckerman, Berne and Martyna, "Reversible multiple time scale molecular dynamics",
// 1992). Where the points come to rest, held and present forces are the same, so the objective is
// untouched. During early exaggeration, which only has to bring clusters together, the strong edges
// pull alone, for all.
//
// Now and then the points are put into an order in which those near each other in the layout are near
// each other in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
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
  Tsne(const Edges& edges, int axes, const float* start, const Schedule& schedule, unsigned threads,
       InstructionSet set);

  int iteration() const { return iteration_; }
  bool done() const { return iteration_ >= schedule_.iterations; }
  std::size_t n() const { return order_.size(); }
  int axes() const { return axes_; }

  // look() is called before, and every few milliseconds where that takes longer than an iteration; when
  // it throws, no point has moved.
  void iterate(const std::function<void()>& look);

  // Rows of coordinates, their mean at the origin.
  void coordinates(float* out) const;

  // sum over all i, j of p_ij log(p_ij / q_ij), not exaggerated.
  double divergence();

  // For tests: the repulsion on every point, as rows, and the normaliser, as the next iteration sees them.
  double repulsion(float* out, Repulsion::Way way);

 private:
  struct Axis {
    std::vector<float> coordinates, velocities, gains, attraction, held, slopes;
  };

  void place_in_order(const std::function<void()>& look);
  void write_positions();
  double find_slopes(Repulsion::Way way = Repulsion::Way::best);
  Step step(double normaliser) const;
  Points points() const;
  State state();
  double divergence_of(const EdgesView& edges, std::size_t i, double log_normaliser) const;

  Schedule schedule_;
  Team team_;
  const Forces& forces_;
  const int axes_;
  std::vector<Edges> edges_;  // strong and weak ones
  float strong_share_;        // of all weight
  Repulsion repulsion_;
  int iteration_ = 0;
  Box box_;
  std::vector<std::uint32_t> order_;  // which of the caller's points stands in each place
  std::vector<Axis> state_;
  std::vector<float> positions_, next_;  // rows of 2 or 4, as the attraction reads them
  std::vector<float> boxes_;             // of each block of points
};

}  // namespace vectarium
