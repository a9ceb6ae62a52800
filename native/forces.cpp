// Compiled once for each instruction set (instruction_set.hpp).
#include "forces.hpp"

#include "lanes.hpp"

namespace vectarium {
namespace {

constexpr int width = Lanes::width;
constexpr int lanes_per_row(int axes) { return axes == 2 ? 2 : 4; }

// The positions of as many points as there are lanes, axis by axis.
template <int axes>
VECTARIUM_INLINE void gather(const float* positions, const std::int32_t* at, Lanes* out) {
  if (axes == 2) {
    Lanes::pairs(positions, at, out[0], out[1]);
    return;
  }
  std::int32_t scaled[width];
  for (int l = 0; l < width; ++l) scaled[l] = 4 * at[l];
  for (int a = 0; a < axes; ++a) out[a] = Lanes::gather(positions + a, scaled);
}

template <int axes>
VECTARIUM_INLINE void add_pull(const float* positions, const std::int32_t* at, Lanes weight, const Lanes* here, Lanes* sums) {
  Lanes there[axes], squared = Lanes::all(1.0f);
  gather<axes>(positions, at, there);
  for (int a = 0; a < axes; ++a) {
    there[a] = here[a] - there[a];
    squared.add_product(there[a], there[a]);
  }
  const Lanes pull = weight * squared.reciprocal();
  for (int a = 0; a < axes; ++a) sums[a].add_product(pull, there[a]);
}

template <int axes>
void attract(const Positions& positions, const EdgesView& edges, std::size_t start, std::size_t stop,
             float* const* attraction) {
  for (std::size_t i = start; i < stop; ++i) {
    Lanes here[axes], sums[axes];
    for (int a = 0; a < axes; ++a) {
      here[a] = Lanes::all(positions.values[i * lanes_per_row(axes) + std::size_t(a)]);
      sums[a] = Lanes::all(0.0f);
    }
    std::int64_t edge = edges.indptr[i];
    const std::int64_t last = edges.indptr[i + 1];
    for (; edge + width <= last; edge += width)
      add_pull<axes>(positions.values, edges.indices + edge, Lanes::load(edges.weights + edge), here, sums);
    // Indices beyond the row are read too and weigh nothing.
    if (edge < last)
      add_pull<axes>(positions.values, edges.indices + edge, Lanes::first(edges.weights + edge, int(last - edge)), here,
                     sums);
    for (int a = 0; a < axes; ++a) attraction[a][i] = sums[a].sum();
  }
}

// Where the sign of the slope is not that of the velocity, the point swings or starts: that gains speed.
template <int axes>
void move_lanes(const Step& step, const State& state, std::size_t i, Lanes* moved) {
  const Lanes nothing = Lanes::all(0.0f);
  Lanes velocity[axes], squared = nothing;
  for (int a = 0; a < axes; ++a) {
    const Lanes attraction = Lanes::load(state.attraction[a] + i) + Lanes::load(state.held[a] + i);
    Lanes slope = Lanes::all(4.0f * step.pull) * attraction;
    slope.add_product(Lanes::all(2.0f * step.inverse_normaliser), Lanes::load(state.slopes[a] + i));
    velocity[a] = Lanes::load(state.velocities[a] + i);
    const Lanes gain = Lanes::load(state.gains[a] + i);
    const Lanes faster = gain + Lanes::all(0.2f), slower = (gain * Lanes::all(0.8f)).max(Lanes::all(0.01f));
    const Lanes changed = (slope * velocity[a]).where_below(nothing, faster, slower);
    changed.store(state.gains[a] + i);
    velocity[a] = Lanes::all(step.momentum) * velocity[a];
    velocity[a].add_product(Lanes::all(-step.learning_rate) * changed, slope);
    squared.add_product(velocity[a], velocity[a]);
  }
  const Lanes longest = Lanes::all(step.longest * step.longest);
  const Lanes shorter = (longest / squared.max(longest)).root();
  for (int a = 0; a < axes; ++a) {
    velocity[a] = shorter * velocity[a];
    velocity[a].store(state.velocities[a] + i);
    moved[a] = Lanes::load(state.coordinates[a] + i) + velocity[a];
    moved[a].store(state.coordinates[a] + i);
  }
}

// The arrays have room for whole lanes: what stands past the last point may be written, too.
template <int axes>
void move(const Step& step, const State& state, std::size_t start, std::size_t stop, float* next, float* box) {
  for (int a = 0; a < axes; ++a) {
    box[a] = 1e30f;
    box[a + 3] = -1e30f;
  }
  for (std::size_t i = start; i < stop; i += width) {
    Lanes moved[axes];
    move_lanes<axes>(step, state, i, moved);
    const std::size_t count = stop - i < std::size_t(width) ? stop - i : std::size_t(width);
    for (int a = 0; a < axes; ++a) {
      const float* values = state.coordinates[a] + i;
      for (std::size_t l = 0; l < count; ++l) {
        next[(i + l) * lanes_per_row(axes) + std::size_t(a)] = values[l];
        box[a] = values[l] < box[a] ? values[l] : box[a];
        box[a + 3] = values[l] > box[a + 3] ? values[l] : box[a + 3];
      }
    }
  }
}

template <int axes>
double repel(const float* const* coordinates, std::size_t n, std::size_t start, std::size_t stop,
             float* const* slopes) {
  double sum = 0.0;
  for (std::size_t i = start; i < stop; ++i) {
    Lanes here[axes], sums[axes], values = Lanes::all(0.0f);
    for (int a = 0; a < axes; ++a) {
      here[a] = Lanes::all(coordinates[a][i]);
      sums[a] = Lanes::all(0.0f);
    }
    for (std::size_t j = 0; j < n; j += width) {
      Lanes apart[axes], squared = Lanes::all(1.0f);
      for (int a = 0; a < axes; ++a) {
        apart[a] = here[a] - Lanes::load(coordinates[a] + j);
        squared.add_product(apart[a], apart[a]);
      }
      static const float ones[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
      const Lanes value = (n - j < std::size_t(width) ? Lanes::first(ones, int(n - j)) : Lanes::all(1.0f)) / squared;
      values = values + value;
      for (int a = 0; a < axes; ++a) sums[a].add_product(value * value, apart[a]);
    }
    sum += double(values.sum());
    for (int a = 0; a < axes; ++a) slopes[a][i] = -2.0f * sums[a].sum();
  }
  return sum;
}

}  // namespace

VECTARIUM_DECLARE_TABLES(Forces, forces);
const Forces VECTARIUM_FOR_SET(forces) = {{attract<2>, attract<3>}, {move<2>, move<3>}, {repel<2>, repel<3>}};

}  // namespace vectarium
