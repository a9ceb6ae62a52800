// t-SNE of many steps at once, each point tied to itself along time.
//
// At each step the points lie as t-SNE lays that step out: they attract along its own graph and repel each other.
// Between steps, a spring holds the places of one point as far from each other as its vectors are, times a
// scale that is the same for all. Springs reach 1, 2, 4, 8, ... steps on, so that not only each
// stretch of a point's course is as long as it was, but also how far the course leads: that is the stress of
// multidimensional scaling (Kruskal, 1964) along each course, weighted as by Sammon (1969), so that small motion
// is shown as truly as large, and what does not move rests.
//
// Steps before the first that moves stand still; the others are tied to them.
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

// How the points of all steps stand in rows, step after step, and how far each moved.
struct Bonds {
  std::size_t steps, points, lags;
  const std::int32_t* rows;   // (steps, points): the row of a point at a step, counted over all steps; -1: none
  const std::int32_t* lag;    // (lags): how many steps each spring reaches
  const float* lengths;       // (lags, rows): of the spring from each row to the same point so many steps before
  float strength, softness;   // what is shorter than the softness is held no tighter
};

struct Pace {
  float learning_rate, momentum, longest;
};

class Courses {
 public:
  // `start` holds all rows' 2 or 3 coordinates; `graphs` those of the steps that move, the last ones.
  Courses(std::vector<Edges> graphs, const Bonds& bonds, int axes, const float* start, const Pace& pace,
          unsigned threads, InstructionSet set);

  int iteration() const { return iteration_; }
  std::size_t rows() const { return count_; }
  int axes() const { return axes_; }

  // look() is called before a step's forces are found; when it throws, no point has moved.
  void iterate(const std::function<void()>& look);

  // All rows' coordinates.
  void coordinates(float* out) const;

 private:
  struct Axis {
    std::vector<float> coordinates, velocities, attraction, slopes;
  };
  struct Step {
    std::size_t start, count;  // its places in the arrays, and how many are points
    std::size_t first;         // its first row
  };
  struct Piece {
    std::size_t step, start, stop;  // places within the step
  };
  struct Pull {
    float force[3], stiffness;
  };

  std::size_t set_out(const std::int32_t* rows);
  void put(std::size_t step, std::size_t point, const float* lengths, const float* start);
  Box box_of_moving() const;
  void find_repulsion(const std::function<void()>& look);
  void attract(const Piece& piece);
  void move(const Piece& piece, float* box);
  Pull pull_of_bonds(std::size_t step, std::size_t place) const;
  void add_spring(std::size_t place, std::size_t other, float length, Pull& pull) const;
  Points points(const Step& step) const;

  const Pace pace_;
  Team team_;
  const Forces& forces_;
  const int axes_;
  Repulsion repulsion_;
  std::vector<Edges> graphs_;
  std::vector<Step> steps_;
  std::vector<Piece> pieces_;  // of the steps that move
  std::size_t still_ = 0, count_ = 0, points_;
  std::vector<std::int32_t> places_;  // (steps, points): where each point stands in the arrays; -1: nowhere
  std::vector<std::uint32_t> owners_;  // whose place each is
  std::vector<std::size_t> lags_;
  std::vector<std::vector<float>> lengths_;  // lag by lag, of each place
  float strength_, softness_;
  std::vector<Axis> axis_;
  std::vector<float> positions_, next_;  // rows of 2 or 4, as the attraction reads them
  std::vector<float> boxes_;             // of each piece
  std::vector<double> normalisers_;      // of each step
  Box box_;                              // around all
  int iteration_ = 0;
};

}  // namespace vectarium
