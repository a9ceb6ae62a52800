// The few nearest neighbours of every point, from which all searches go on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "codes.hpp"
#include "forest.hpp"
#include "frame.hpp"
#include "lists.hpp"
#include "points.hpp"
#include "stages.hpp"

namespace vectarium {

// How hard to look.
struct Effort {
  std::size_t few;     // neighbours of each point
  std::size_t trees;
  std::size_t leaf;    // points in one, at most
  std::size_t rounds;  // of pulling, at most
  std::size_t fan;     // links that are followed from a point, in each direction
  double enough;       // share of the lists that is new in a round after which there is no other
};

// Up to so many neighbours are found by leaves and pulling alone; more by expanding.
constexpr std::size_t few_wanted = 24;

// For k neighbours of n points in the end: measured (bench/neighbors.py) so that of vectors from networks
// about 99 of 100 are found.
Effort effort_for(std::size_t n, std::size_t k);

// Where that found too few.
Effort harder(Effort effort, std::size_t n);
constexpr std::size_t most_attempts = 3;

// Vectors in an order in which near ones stand side by side.
struct Arranged {
  Tree order;  // order[i] is the vector that is row i
  Points points;
  Rows sketch;
};

template <class Number>
Arranged arrange(const Frame<Number>& frame, std::uint64_t seed, InstructionSet set, Stages& stages);

// Fills the lists, whose place is the order: the leaves of some trees are searched, then points pull the
// neighbours of their neighbours.
void find_few(const Arranged& arranged, const Effort& effort, std::uint64_t seed, const Lists& few, Stages& stages);

// Memory for lists.
class ListMemory {
 public:
  ListMemory(std::size_t n, std::size_t k) : n_(n), k_(k), links_(new Link[n * k]), squares_(new float[n * k]) {}
  Lists lists(const Tree& order) const { return {n_, k_, order.data(), links_.get(), squares_.get()}; }

 private:
  std::size_t n_, k_;
  std::unique_ptr<Link[]> links_;
  std::unique_ptr<float[]> squares_;
};

}  // namespace vectarium
