#include "courses.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace vectarium {

namespace {

// Points that one thread moves at a time, and what each step's places are a multiple of: all lanes, so that
// what is written past a step's last point is not another's.
constexpr std::size_t grain = 512, block = 16;
constexpr float tiny = 1e-9f;

std::size_t room_for(std::size_t count) { return (count + spare + block - 1) / block * block; }

}  // namespace

Courses::Courses(std::vector<Edges> graphs, const Bonds& bonds, int axes, const float* start, const Pace& pace,
                 unsigned threads, InstructionSet set)
    : pace_(pace),
      team_(threads),
      forces_(forces_for(set)),
      axes_(axes),
      repulsion_(set, axes),
      graphs_(std::move(graphs)),
      steps_(bonds.steps),
      still_(bonds.steps - graphs_.size()),
      points_(bonds.points),
      places_(bonds.steps * bonds.points, -1),
      lags_(bonds.lag, bonds.lag + bonds.lags),
      lengths_(bonds.lags),
      strength_(bonds.strength / float(std::max<std::size_t>(bonds.lags, 1))),
      softness_(bonds.softness),
      axis_(std::size_t(axes)),
      normalisers_(bonds.steps, 1.0) {
  const std::size_t room = set_out(bonds.rows);
  owners_.assign(room, 0);
  for (std::vector<float>& each : lengths_) each.assign(room, 0.0f);
  for (Axis& each : axis_)
    for (auto* values : {&each.coordinates, &each.velocities, &each.attraction, &each.slopes})
      values->assign(room, 0.0f);
  positions_.assign(room * row_length(axes_), 0.0f);
  for (std::size_t step = 0; step < steps_.size(); ++step)
    for (std::size_t point = 0; point < points_; ++point) put(step, point, bonds.lengths, start);
  next_ = positions_;
  boxes_.assign(6 * pieces_.size(), 0.0f);
  box_ = box_of_moving();
}

// Gives each step and each of its points a place in the arrays; returns how long these have to be.
std::size_t Courses::set_out(const std::int32_t* rows) {
  std::size_t room = 0;
  for (std::size_t step = 0; step < steps_.size(); ++step) {
    Step here{room, 0, count_};
    for (std::size_t at = step * points_; at < (step + 1) * points_; ++at)
      if (rows[at] >= 0) places_[at] = std::int32_t(room + here.count++);
    count_ += here.count;
    room += room_for(here.count);
    if (step >= still_)
      for (std::size_t at = 0; at < here.count; at += grain)
        pieces_.push_back({step, at, std::min(here.count, at + grain)});
    steps_[step] = here;
  }
  return room;
}

// Puts a point where it starts at a step, if it is there, with the lengths of its springs.
void Courses::put(std::size_t step, std::size_t point, const float* lengths, const float* start) {
  const std::int32_t place = places_[step * points_ + point];
  if (place < 0) return;
  const std::size_t at = std::size_t(place), row = steps_[step].first + (at - steps_[step].start);
  owners_[at] = std::uint32_t(point);
  for (std::size_t lag = 0; lag < lags_.size(); ++lag) lengths_[lag][at] = lengths[lag * count_ + row];
  for (std::size_t a = 0; a < axis_.size(); ++a)
    axis_[a].coordinates[at] = positions_[at * row_length(axes_) + a] = start[row * axis_.size() + a];
}

Box Courses::box_of_moving() const {
  std::vector<float> boxes;
  for (std::size_t step = still_; step < steps_.size(); ++step) {
    if (steps_[step].count == 0) continue;
    const Box here = box_around(points(steps_[step]));
    boxes.insert(boxes.end(), here.low.begin(), here.low.end());
    boxes.insert(boxes.end(), here.high.begin(), here.high.end());
  }
  return boxes.empty() ? Box{} : box_around(boxes, axes_);
}

Points Courses::points(const Step& step) const {
  Points out{step.count, axes_, {nullptr, nullptr, nullptr}};
  for (std::size_t a = 0; a < axis_.size(); ++a) out.coordinates[a] = axis_[a].coordinates.data() + step.start;
  return out;
}

// All steps have one box, so that one mesh serves them.
void Courses::find_repulsion(const std::function<void()>& look) {
  for (std::size_t step = still_; step < steps_.size(); ++step) {
    look();
    if (steps_[step].count == 0) continue;
    float* slopes[3] = {};
    for (std::size_t a = 0; a < axis_.size(); ++a) slopes[a] = axis_[a].slopes.data() + steps_[step].start;
    normalisers_[step] = std::max(repulsion_.slopes(points(steps_[step]), box_, team_, slopes), 1e-30);
  }
}

// Adds what a spring of this length between two places does to the first.
void Courses::add_spring(std::size_t place, std::size_t other, float length, Pull& pull) const {
  const std::size_t stride = row_length(axes_);
  const float* here = positions_.data() + place * stride;
  const float* there = positions_.data() + other * stride;
  float way[3] = {}, square = 0.0f;
  for (int a = 0; a < axes_; ++a) {
    way[a] = there[a] - here[a];
    square += way[a] * way[a];
  }
  const float apart = std::max(std::sqrt(square), tiny), stiffness = strength_ / (length + softness_);
  const float share = stiffness * (apart - length) / apart;
  for (int a = 0; a < axes_; ++a) pull.force[a] += share * way[a];
  pull.stiffness += stiffness;
}

Courses::Pull Courses::pull_of_bonds(std::size_t step, std::size_t place) const {
  Pull out{};
  const std::size_t owner = owners_[place];
  for (std::size_t lag = 0; lag < lags_.size(); ++lag) {
    const std::size_t reach = lags_[lag];
    if (step >= reach) {
      const std::int32_t before = places_[(step - reach) * points_ + owner];
      if (before >= 0) add_spring(place, std::size_t(before), lengths_[lag][place], out);
    }
    if (step + reach < steps_.size()) {
      const std::int32_t after = places_[(step + reach) * points_ + owner];
      if (after >= 0) add_spring(place, std::size_t(after), lengths_[lag][std::size_t(after)], out);
    }
  }
  return out;
}

void Courses::attract(const Piece& piece) {
  const Step& step = steps_[piece.step];
  const Positions positions = {positions_.data() + step.start * row_length(axes_), axes_};
  float* out[3] = {};
  for (std::size_t a = 0; a < axis_.size(); ++a) out[a] = axis_[a].attraction.data() + step.start;
  forces_.attract[axes_ - 2](positions, graphs_[piece.step - still_].view(), piece.start, piece.stop, out);
}

// Springs may be much stiffer than the layout is. What they would do within the step is foreseen: a point that is
// held tightly moves less (a semi-implicit step), so that none swings.
void Courses::move(const Piece& piece, float* box) {
  const Step& step = steps_[piece.step];
  // The gradient is 4 (attraction - repulsion), as if it were of one point's own divergence: n times that of all.
  const float n = float(step.count), pull = -4.0f * n, push = -2.0f * n / float(normalisers_[piece.step]);
  for (int a = 0; a < 3; ++a) {
    box[a] = 1e30f;
    box[a + 3] = -1e30f;
  }
  for (std::size_t at = step.start + piece.start; at < step.start + piece.stop; ++at) {
    const Pull bonds = pull_of_bonds(piece.step, at);
    const float rate = pace_.learning_rate / (1.0f + pace_.learning_rate * bonds.stiffness);
    float velocity[3] = {}, square = 0.0f;
    for (int a = 0; a < axes_; ++a) {
      const Axis& axis = axis_[std::size_t(a)];
      const float force = pull * axis.attraction[at] + push * axis.slopes[at] + bonds.force[a];
      velocity[a] = pace_.momentum * axis.velocities[at] + rate * force;
      square += velocity[a] * velocity[a];
    }
    const float longest = pace_.longest * pace_.longest, shorter = square > longest ? std::sqrt(longest / square) : 1.0f;
    for (int a = 0; a < axes_; ++a) {
      Axis& axis = axis_[std::size_t(a)];
      axis.velocities[at] = shorter * velocity[a];
      axis.coordinates[at] += axis.velocities[at];
      next_[at * row_length(axes_) + std::size_t(a)] = axis.coordinates[at];
      box[a] = std::min(box[a], axis.coordinates[at]);
      box[a + 3] = std::max(box[a + 3], axis.coordinates[at]);
    }
  }
}

void Courses::iterate(const std::function<void()>& look) {
  find_repulsion(look);
  team_.each(pieces_.size(), [&](std::size_t i) {
    attract(pieces_[i]);
    move(pieces_[i], boxes_.data() + 6 * i);
  });
  std::swap(positions_, next_);
  if (!boxes_.empty()) box_ = box_around(boxes_, axes_);
  ++iteration_;
}

void Courses::coordinates(float* out) const {
  for (const Step& step : steps_)
    for (std::size_t i = 0; i < step.count; ++i)
      for (std::size_t a = 0; a < axis_.size(); ++a)
        out[(step.first + i) * axis_.size() + a] = axis_[a].coordinates[step.start + i];
}

}  // namespace vectarium
