#include "tsne.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace vectarium {

VECTARIUM_DECLARE_TABLES(Forces, forces);
const Forces& forces_for(InstructionSet set) { return table_for(set, VECTARIUM_TABLES(forces)); }

namespace {

// Points that one thread moves at a time; a multiple of all lanes.
constexpr std::size_t grain = 512;
// No point moves farther than that in one iteration: it would leave its cluster behind.
constexpr float longest_step = 5.0f;

std::size_t row_length(int axes) { return axes == 2 ? 2 : 4; }

}  // namespace

Tsne::Tsne(Edges edges, int axes, const float* start, const Schedule& schedule, unsigned threads, InstructionSet set)
    : schedule_(schedule),
      team_(threads),
      forces_(forces_for(set)),
      axes_(axes),
      edges_(std::move(edges)),
      repulsion_(set, axes),
      order_(edges_.n()),
      state_(std::size_t(axes)) {
  const std::size_t room = n() + spare;
  std::iota(order_.begin(), order_.end(), 0u);
  for (std::size_t a = 0; a < state_.size(); ++a) {
    for (auto* each : {&state_[a].coordinates, &state_[a].velocities, &state_[a].attraction, &state_[a].slopes})
      each->assign(room, 0.0f);
    state_[a].gains.assign(room, 1.0f);
    for (std::size_t i = 0; i < n(); ++i) state_[a].coordinates[i] = start[i * state_.size() + a];
  }
  positions_.assign(room * row_length(axes_), 0.0f);
  next_ = positions_;
  boxes_.resize(6 * ((n() + grain - 1) / grain));
  place_in_order();
}

Points Tsne::points() const {
  Points out{n(), axes_, {nullptr, nullptr, nullptr}};
  for (std::size_t a = 0; a < state_.size(); ++a) out.coordinates[a] = state_[a].coordinates.data();
  return out;
}

State Tsne::state() {
  State out{};
  for (std::size_t a = 0; a < state_.size(); ++a) {
    out.coordinates[a] = state_[a].coordinates.data();
    out.velocities[a] = state_[a].velocities.data();
    out.gains[a] = state_[a].gains.data();
    out.attraction[a] = state_[a].attraction.data();
    out.slopes[a] = state_[a].slopes.data();
  }
  return out;
}

void Tsne::place_in_order() {
  for (std::size_t a = 0; a < state_.size(); ++a)
    for (std::size_t i = 0; i < n(); ++i) positions_[i * row_length(axes_) + a] = state_[a].coordinates[i];
  if (n() > 0) box_ = box_around(points());
}

double Tsne::find_slopes() {
  float* slopes[3] = {};
  for (std::size_t a = 0; a < state_.size(); ++a) slopes[a] = state_[a].slopes.data();
  return repulsion_.slopes(points(), box_, team_, slopes);
}

void Tsne::iterate() {
  const bool exaggerated = iteration_ < schedule_.exaggerated;
  if (iteration_ == schedule_.exaggerated)
    for (Axis& each : state_) {
      std::fill(each.velocities.begin(), each.velocities.end(), 0.0f);
      std::fill(each.gains.begin(), each.gains.end(), 1.0f);
    }
  const double normaliser = std::max(find_slopes(), 1e-30);
  const Step step = {exaggerated ? schedule_.exaggeration : 1.0f,
                     exaggerated ? schedule_.learning_rate_exaggerated : schedule_.learning_rate, schedule_.momentum,
                     float(1.0 / normaliser), longest_step};
  const State state = this->state();
  team_.ranges(n(), grain, [&](std::size_t start, std::size_t stop) {
    forces_.attract[axes_ - 2]({positions_.data(), axes_}, edges_.view(), start, stop, state.attraction);
    forces_.move[axes_ - 2](step, state, start, stop, next_.data(), boxes_.data() + start / grain * 6);
  });
  std::swap(positions_, next_);
  measure_box();
  ++iteration_;
}

void Tsne::measure_box() {
  for (std::size_t a = 0; a < state_.size(); ++a) {
    box_.low[a] = boxes_[a];
    box_.high[a] = boxes_[a + 3];
    for (std::size_t b = 0; b < boxes_.size(); b += 6) {
      box_.low[a] = std::min(box_.low[a], boxes_[b + a]);
      box_.high[a] = std::max(box_.high[a], boxes_[b + a + 3]);
    }
  }
}

void Tsne::coordinates(float* out) const {
  for (std::size_t a = 0; a < state_.size(); ++a) {
    double mean = 0.0;
    for (std::size_t i = 0; i < n(); ++i) mean += double(state_[a].coordinates[i]);
    mean /= double(n());
    for (std::size_t i = 0; i < n(); ++i)
      out[order_[i] * state_.size() + a] = float(double(state_[a].coordinates[i]) - mean);
  }
}

double Tsne::divergence() {
  const double log_normaliser = std::log(std::max(find_slopes(), 1e-30));
  const EdgesView edges = edges_.view();
  std::vector<double> sums((n() + grain - 1) / grain);
  team_.ranges(n(), grain, [&](std::size_t start, std::size_t stop) {
    double sum = 0.0;
    for (std::size_t i = start; i < stop; ++i)
      for (std::int64_t e = edges.indptr[i]; e < edges.indptr[i + 1]; ++e) {
        double squared = 1.0;
        for (const Axis& each : state_) {
          const double apart =
              double(each.coordinates[i]) - double(each.coordinates[std::size_t(edges.indices[e])]);
          squared += apart * apart;
        }
        const double p = double(edges.weights[e]);
        if (p > 0.0) sum += p * (std::log(p * squared) + log_normaliser);
      }
    sums[start / grain] = sum;
  });
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

double Tsne::repulsion(float* out) {
  const double normaliser = find_slopes();
  for (std::size_t a = 0; a < state_.size(); ++a)
    for (std::size_t i = 0; i < n(); ++i) out[order_[i] * state_.size() + a] = -0.5f * state_[a].slopes[i];
  return normaliser;
}

}  // namespace vectarium
