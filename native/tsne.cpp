#include "tsne.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "order.hpp"

namespace vectarium {

VECTARIUM_DECLARE_TABLES(Forces, forces);
const Forces& forces_for(InstructionSet set) { return table_for(set, VECTARIUM_TABLES(forces)); }

namespace {

// Points that one thread moves at a time; a multiple of all lanes.
constexpr std::size_t grain = 512;
// No point moves farther than that in one iteration: it would leave its cluster behind.
constexpr float longest_step = 5.0f;
// Edges from this share of their row's mean on are strong. Of perplexity 30 that leaves away two thirds of
// the edges and a tenth of the weight; of equal edges, or ones that differ twofold, none.
constexpr float strong_from = 0.5f;
// With fewer points all edges are strong: that takes no long time, and they come 1% farther.
constexpr std::size_t fewest_to_split = 5000;
// Every how many iterations weak edges are looked at (measured: at 8 the divergence suffers).
constexpr int held_for = 4;
// When the points are put in order: as soon as they have parted, then regularly.
constexpr int first_order = 50, order_every = 100;

}  // namespace

Tsne::Tsne(const Edges& edges, int axes, const float* start, const Schedule& schedule, unsigned threads,
           InstructionSet set)
    : schedule_(schedule),
      team_(threads),
      forces_(forces_for(set)),
      axes_(axes),
      repulsion_(set, axes),
      order_(edges.n()),
      state_(std::size_t(axes)) {
  std::pair<Edges, Edges> parts = edges.split(edges.n() < fewest_to_split ? 0.0f : strong_from, team_);
  const double strong = parts.first.total(), all = strong + parts.second.total();
  strong_share_ = all > 0.0 ? float(strong / all) : 1.0f;
  edges_.push_back(std::move(parts.first));
  edges_.push_back(std::move(parts.second));
  const std::size_t room = n() + spare;
  std::iota(order_.begin(), order_.end(), 0u);
  for (std::size_t a = 0; a < state_.size(); ++a) {
    Axis& axis = state_[a];
    for (auto* each : {&axis.coordinates, &axis.velocities, &axis.attraction, &axis.held, &axis.slopes})
      each->assign(room, 0.0f);
    axis.gains.assign(room, 1.0f);
    for (std::size_t i = 0; i < n(); ++i) axis.coordinates[i] = start[i * state_.size() + a];
  }
  positions_.assign(room * row_length(axes_), 0.0f);
  next_ = positions_;
  boxes_.resize(6 * ((n() + grain - 1) / grain));
  write_positions();
  if (n() > 0) box_ = box_around(points());
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
    out.held[a] = state_[a].held.data();
    out.slopes[a] = state_[a].slopes.data();
  }
  return out;
}

void Tsne::write_positions() {
  for (std::size_t a = 0; a < state_.size(); ++a)
    for (std::size_t i = 0; i < n(); ++i) positions_[i * row_length(axes_) + a] = state_[a].coordinates[i];
}

// All that can be interrupted comes before anything is changed.
void Tsne::place_in_order(const std::function<void()>& look) {
  const std::vector<std::uint32_t> order = order_along_curve(points(), box_, look);
  std::vector<Edges> edges;
  for (const Edges& each : edges_) edges.push_back(each.renumbered(order, team_, look));
  edges_.swap(edges);
  const auto reorder = [&](auto& values) {
    auto moved = values;
    team_.ranges(n(), grain, [&](std::size_t start, std::size_t stop) {
      for (std::size_t i = start; i < stop; ++i) moved[i] = values[order[i]];
    });
    values.swap(moved);
  };
  for (Axis& each : state_)
    for (auto* values : {&each.coordinates, &each.velocities, &each.gains, &each.held}) reorder(*values);
  reorder(order_);
  write_positions();
}

double Tsne::find_slopes(Repulsion::Way way) {
  float* slopes[3] = {};
  for (std::size_t a = 0; a < state_.size(); ++a) slopes[a] = state_[a].slopes.data();
  return std::max(repulsion_.slopes(points(), box_, team_, slopes, way), 1e-30);
}

Step Tsne::step(double normaliser) const {
  const bool exaggerated = iteration_ < schedule_.exaggerated;
  Step out{};
  out.pull = exaggerated ? schedule_.exaggeration / strong_share_ : 1.0f;
  out.inverse_normaliser = float(1.0 / normaliser);
  out.learning_rate = exaggerated ? schedule_.learning_rate_exaggerated : schedule_.learning_rate;
  out.momentum = schedule_.momentum;
  out.longest = longest_step;
  return out;
}

void Tsne::iterate(const std::function<void()>& look) {
  look();
  if (iteration_ == first_order || (iteration_ > 0 && iteration_ % order_every == 0)) place_in_order(look);
  const int calm = iteration_ - schedule_.exaggerated;  // iterations since attraction is as it should be
  if (calm == 0)
    for (Axis& each : state_) {
      std::fill(each.velocities.begin(), each.velocities.end(), 0.0f);
      std::fill(each.gains.begin(), each.gains.end(), 1.0f);
    }
  const Step step = this->step(find_slopes());
  const State state = this->state();
  const Positions positions = {positions_.data(), axes_};
  const int plane = axes_ - 2;
  team_.ranges(n(), grain, [&](std::size_t start, std::size_t stop) {
    forces_.attract[plane](positions, edges_[0].view(), start, stop, state.attraction);
    if (calm >= 0 && calm % held_for == 0) forces_.attract[plane](positions, edges_[1].view(), start, stop, state.held);
    forces_.move[plane](step, state, start, stop, next_.data(), boxes_.data() + start / grain * 6);
  });
  std::swap(positions_, next_);
  if (!boxes_.empty()) box_ = box_around(boxes_, axes_);
  ++iteration_;
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

double Tsne::divergence_of(const EdgesView& edges, std::size_t i, double log_normaliser) const {
  double sum = 0.0;
  for (std::int64_t e = edges.indptr[i]; e < edges.indptr[i + 1]; ++e) {
    double squared = 1.0;
    for (const Axis& each : state_) {
      const double apart = double(each.coordinates[i]) - double(each.coordinates[std::size_t(edges.indices[e])]);
      squared += apart * apart;
    }
    const double p = double(edges.weights[e]);
    if (p > 0.0) sum += p * (std::log(p * squared) + log_normaliser);
  }
  return sum;
}

double Tsne::divergence() {
  const double log_normaliser = std::log(find_slopes());
  std::vector<double> sums((n() + grain - 1) / grain, 0.0);
  team_.ranges(n(), grain, [&](std::size_t start, std::size_t stop) {
    for (std::size_t i = start; i < stop; ++i)
      for (const Edges& each : edges_) sums[start / grain] += divergence_of(each.view(), i, log_normaliser);
  });
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

double Tsne::repulsion(float* out, Repulsion::Way way) {
  const double normaliser = find_slopes(way);
  for (std::size_t a = 0; a < state_.size(); ++a)
    for (std::size_t i = 0; i < n(); ++i) out[order_[i] * state_.size() + a] = -0.5f * state_[a].slopes[i];
  return normaliser;
}

}  // namespace vectarium
