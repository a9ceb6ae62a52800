// Compiled once for each instruction set (instruction_set.hpp).
#include "springs.hpp"

#include "lanes.hpp"

namespace vectarium {
namespace {

constexpr int width = Lanes::width;
constexpr float nearest_square = 1e-12f;

// random.hpp's hash again: an inline function shared with other files might be linked from here.
std::uint64_t hashed(std::uint64_t z) {
  z += 0x9E3779B97F4A7C15ull;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

// c[0] + c[1] x + ...
template <int size>
Lanes polynomial(const float (&c)[size], Lanes x) {
  Lanes sum = Lanes::all(c[size - 1]);
  for (int i = size - 2; i >= 0; --i) {
    Lanes next = Lanes::all(c[i]);
    next.add_product(sum, x);
    sum = next;
  }
  return sum;
}

// x^power for positive x, to about 1e-5: log2 and exp2 by least squares over one octave.
Lanes power_of(Lanes x, Lanes power) {
  constexpr float log2_of[] = {1.44251696f, -0.71789728f, 0.45688865f, -0.27735291f, 0.12190200f, -0.02606179f};
  constexpr float exp2_of[] = {1.00000524f, 0.69297441f, 0.24150846f, 0.05198988f, 0.01351151f};
  const Lanes t = x.mantissa() - Lanes::all(1.0f);
  Lanes log2 = x.exponent();
  log2.add_product(polynomial(log2_of, t), t);
  const Lanes y = (power * log2).max(Lanes::all(-100.0f)).min(Lanes::all(100.0f));
  const Lanes whole = y.floor();
  return polynomial(exp2_of, y - whole).scaled(whole);
}

template <int dimensions>
void move_lanes(const Springs& springs, std::size_t group, std::size_t lane) {
  const std::size_t at = group * group_size + lane;
  const Lanes a = Lanes::all(springs.a), b = Lanes::all(springs.b), one = Lanes::all(1.0f), zero = Lanes::all(0.0f);
  const Lanes spring = Lanes::all(2.0f * springs.a * springs.b * springs.attraction * springs.step);
  const Lanes push = Lanes::all(2.0f * springs.b), draw = Lanes::all(springs.repulsion * springs.step);
  const Lanes tiny = Lanes::all(nearest_square), soft = Lanes::all(softening);
  const Lanes most = Lanes::all(largest_push), least = Lanes::all(-largest_push);
  const unsigned hashes = unsigned(springs.draws + 1) / 2;
  Lanes here[dimensions], force[dimensions], stiffness = zero;
  for (int k = 0; k < dimensions; ++k) {
    here[k] = Lanes::load(springs.now[k] + at);
    force[k] = zero;
  }
  for (std::int64_t slot = springs.slots[group]; slot < springs.slots[group + 1]; ++slot) {
    const std::size_t edge = std::size_t(slot) * group_size + lane;
    const Lanes weight = Lanes::load(springs.weights + edge);
    Lanes way[dimensions], square = zero;
    for (int k = 0; k < dimensions; ++k) {
      way[k] = Lanes::gather(springs.others[k], springs.ends + edge) - here[k];
      square.add_product(way[k], way[k]);
    }
    square = square.max(tiny);
    const Lanes power = power_of(square, b);
    Lanes spread = one;
    spread.add_product(a, power);
    const Lanes c = spring * weight * power / (square * spread);
    stiffness = stiffness + c;
    for (int k = 0; k < dimensions; ++k) force[k].add_product(c, way[k]);

    const Lanes drawn = draw * weight;
    std::uint64_t bits = 0;
    for (int s = 0; s < springs.draws; ++s) {
      bits = s % 2 ? bits << 32 : hashed(springs.key + std::uint64_t(slot) * hashes + unsigned(s) / 2);
      const std::size_t who = std::size_t(((bits >> 32) * std::uint64_t(springs.n_others)) >> 32) + lane;
      square = zero;
      for (int k = 0; k < dimensions; ++k) {
        way[k] = here[k] - Lanes::load(springs.others[k] + who);
        square.add_product(way[k], way[k]);
      }
      spread = one;
      spread.add_product(a, power_of(square.max(tiny), b));
      const Lanes g = push / ((soft + square) * spread);
      for (int k = 0; k < dimensions; ++k) force[k].add_product((g * way[k]).min(most).max(least), drawn);
    }
  }
  Lanes resistance = one;
  resistance.add_product(stiffness, Lanes::all(1.0f / relaxation));
  for (int k = 0; k < dimensions; ++k) (here[k] + force[k] / resistance).store(springs.next[k] + at);
}

template <int dimensions>
void move_groups(const Springs& springs, std::size_t first, std::size_t last) {
  for (std::size_t group = first; group < last; ++group)
    for (std::size_t lane = 0; lane < group_size; lane += width) move_lanes<dimensions>(springs, group, lane);
}

void move(const Springs& springs, std::size_t first, std::size_t last) {
  if (springs.dimensions == 2)
    move_groups<2>(springs, first, last);
  else
    move_groups<3>(springs, first, last);
}

}  // namespace

VECTARIUM_DECLARE_TABLES(SpringKernel, spring_kernel);
const SpringKernel VECTARIUM_FOR_SET(spring_kernel) = {move};

}  // namespace vectarium
