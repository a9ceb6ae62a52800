#include "kernel_spectrum.hpp"

#include <algorithm>
#include <cmath>

#include "scratch.hpp"

namespace vectarium {
namespace {

constexpr double pi = 3.14159265358979323846;

// The spectrum of the B-spline's values at the nodes.
double spline_spectrum(std::size_t k, std::size_t n) {
  return (2.0 + std::cos(2.0 * pi * double(k) / double(n))) / 3.0;
}

// The kernel is even along every axis, so half of each line says all. Axes: first, middle (1 long in the
// plane), last.
class Making {
 public:
  Making(const Convolution& convolution, const std::vector<FourierPlan>& plans, double spacing, Team& team)
      : convolution_(convolution), plans_(plans), team_(team), deep_(plans.size() == 3), squared_(spacing * spacing) {
    const std::size_t width = std::size_t(convolution.width);
    first_ = std::size_t(plans.front().n());
    middle_ = deep_ ? std::size_t(plans[1].n()) : 1;
    last_ = std::size_t(plans.back().n());
    layers_ = deep_ ? middle_ / 2 + 1 : 1;
    half_ = rounded_up(last_ / 2 + 1, 2 * width);
    depth_ = rounded_up(first_ / 2 + 1, width);
    for (const FourierPlan& plan : plans) {
      farthest_ += squared_ * double(plan.n()) * double(plan.n()) / 4.0;
      nodes_ *= double(plan.n());
    }
  }

  double far_value() const { return 1.0 / (1.0 + farthest_); }

  void run(AlignedFloats& out) {
    AlignedFloats lines, planes;
    along_first(lines);
    AlignedFloats& target = deep_ ? planes : out;
    target.resize(layers_ * last_ * depth_);
    for (std::size_t y = 0; y < layers_; ++y)
      along(plans_.back(), 1, lines.data() + y * half_ * depth_, 0, depth_, target.data() + y * last_ * depth_);
    if (deep_) {
      out.resize(middle_ * last_ * depth_);
      along(plans_[1], last_, planes.data(), depth_, last_ * depth_, out.data());
    }
    sharpen(out.data());
  }

 private:
  double value(std::size_t z, std::size_t y, std::size_t x) const {
    const double along_z = double(std::min(z, first_ - z)), along_y = double(y), along_x = double(x);
    const double d = squared_ * (along_z * along_z + along_y * along_y + along_x * along_x);
    // 1 / (1 + d) - 1 / (1 + farthest), without cancelling.
    return far_value() * (farthest_ - d) / (1.0 + d);
  }

  // [layer][half][depth]
  void along_first(AlignedFloats& re) {
    const std::size_t together = 2 * std::size_t(convolution_.width), pieces = half_ / together;
    AlignedFloats im;
    re.resize(layers_ * half_ * depth_);
    im.resize(layers_ * half_ * depth_);
    team_.each(layers_ * pieces, [&](std::size_t piece) {
      const std::size_t y = piece / pieces, x = piece % pieces * together, at = (y * half_ + x) * depth_;
      std::vector<float> values(first_ * together);
      for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = float(value(i / together, y, x + i % together) / nodes_);
      Scratch& mine = scratch(first_ * convolution_.scratch);
      convolution_.forward_first(plans_.front().transform(), values.data(), together, int(first_), re.data() + at,
                                 im.data() + at, depth_, mine.a.data(), mine.b.data());
    });
  }

  // Lines of an even function, `lines` times depth of them, values `stride` apart.
  void along(const FourierPlan& plan, std::size_t lines, const float* from, std::size_t line, std::size_t stride,
             float* to) {
    const std::size_t width = std::size_t(convolution_.width), blocks = depth_ / width;
    team_.each(lines * blocks, [&](std::size_t piece) {
      const std::size_t at = piece / blocks * line + piece % blocks * width;
      Scratch& mine = scratch(std::size_t(plan.n()) * convolution_.scratch);
      convolution_.even_other(plan.transform(), from + at, stride, to + at, stride, mine.a.data(), mine.b.data());
    });
  }

  void sharpen(float* spectrum) {
    team_.each(middle_ * last_, [&](std::size_t line) {
      const double other = spline_spectrum(line % last_, last_) * (deep_ ? spline_spectrum(line / last_, middle_) : 1.0);
      for (std::size_t k = 0; k < depth_; ++k) {
        const double both = other * spline_spectrum(std::min(k, first_ / 2), first_);
        float& value = spectrum[line * depth_ + k];
        value = float(double(value) / (both * both));
      }
    });
  }

  const Convolution& convolution_;
  const std::vector<FourierPlan>& plans_;
  Team& team_;
  bool deep_;
  double squared_, farthest_ = 0.0, nodes_ = 1.0;
  std::size_t first_ = 1, middle_ = 1, last_ = 1, layers_ = 1, half_ = 1, depth_ = 1;
};

}  // namespace

void KernelSpectrum::make(const Convolution& convolution, const std::vector<FourierPlan>& plans, double spacing,
                          Team& team) {
  Making making(convolution, plans, spacing, team);
  far_value = making.far_value();
  making.run(values);
}

}  // namespace vectarium
