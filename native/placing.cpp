#include "placing.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "mesh.hpp"
#include "repulsion.hpp"

namespace vectarium {
namespace {

constexpr std::size_t grain = 512;
// The slope changes by 2 at most within the kernel's unit: with these, steps neither swing nor creep.
constexpr float rate = 0.25f, momentum = 0.8f;

class Placing {
 public:
  Placing(const float* layout, std::size_t n, int axes, const std::int32_t* indices, const float* weights,
          std::size_t m, std::size_t k, unsigned threads, InstructionSet set)
      : layout_(layout), axes_(std::size_t(axes)), indices_(indices), weights_(weights), m_(m), k_(k), team_(threads),
        mesh_(set, axes), potential_(m) {
    std::vector<float> planar[3];
    Points points{n, axes, {}};
    for (std::size_t a = 0; a < axes_; ++a) {
      planar[a].resize(n);
      for (std::size_t i = 0; i < n; ++i) planar[a][i] = layout[i * axes_ + a];
      points.coordinates[a] = planar[a].data();
      for (auto* each : {&coordinates_[a], &velocities_[a], &slopes_[a]}) each->assign(m, 0.0f);
    }
    box_ = box_around(points);
    mesh_.fit(box_, team_);
    mesh_.put(points, team_);
    team_.ranges(m_, grain, [&](std::size_t start, std::size_t stop) {
      for (std::size_t i = start; i < stop; ++i)
        for (std::size_t a = 0; a < axes_; ++a) coordinates_[a][i] = median(i, a);
    });
  }

  void iterate() {
    const Points points{m_, int(axes_), {coordinates_[0].data(), coordinates_[1].data(), coordinates_[2].data()}};
    float* const slopes[3] = {slopes_[0].data(), slopes_[1].data(), slopes_[2].data()};
    mesh_.read_at(points, team_, slopes, potential_.data());
    team_.ranges(m_, grain, [&](std::size_t start, std::size_t stop) {
      for (std::size_t i = start; i < stop; ++i) move(i);
    });
  }

  void write(float* out) const {
    for (std::size_t i = 0; i < m_; ++i)
      for (std::size_t a = 0; a < axes_; ++a) out[i * axes_ + a] = coordinates_[a][i];
  }

 private:
  float there(std::size_t i, std::size_t j, std::size_t a) const {
    return layout_[std::size_t(indices_[i * k_ + j]) * axes_ + a];
  }

  // Half of the neighbours' weight lies on either side: in the midst of most, not between two groups.
  float median(std::size_t i, std::size_t a) const {
    std::vector<std::size_t> order(k_);
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) {
      return there(i, x, a) != there(i, y, a) ? there(i, x, a) < there(i, y, a) : x < y;
    });
    float before = 0.0f;
    for (const std::size_t j : order)
      if ((before += weights_[i * k_ + j]) >= 0.5f) return there(i, j, a);
    return there(i, order.back(), a);
  }

  void move(std::size_t i) {
    const float repulsion = 1.0f / std::max(potential_[i], 1e-3f);
    float slope[3] = {};
    for (std::size_t a = 0; a < axes_; ++a) slope[a] = slopes_[a][i] * repulsion;
    for (std::size_t j = 0; j < k_; ++j) {
      float apart[3], squared = 1.0f;
      for (std::size_t a = 0; a < axes_; ++a) {
        apart[a] = coordinates_[a][i] - there(i, j, a);
        squared += apart[a] * apart[a];
      }
      for (std::size_t a = 0; a < axes_; ++a) slope[a] += 2.0f * weights_[i * k_ + j] / squared * apart[a];
    }
    for (std::size_t a = 0; a < axes_; ++a) {
      velocities_[a][i] = momentum * velocities_[a][i] - rate * slope[a];
      coordinates_[a][i] = std::min(std::max(coordinates_[a][i] + velocities_[a][i], box_.low[a]), box_.high[a]);
    }
  }

  const float* layout_;
  std::size_t axes_;
  const std::int32_t* indices_;
  const float* weights_;
  std::size_t m_, k_;
  Team team_;
  Mesh mesh_;
  Box box_;
  std::vector<float> coordinates_[3], velocities_[3], slopes_[3], potential_;
};

}  // namespace

void place(const float* layout, std::size_t n, int axes, const std::int32_t* indices, const float* weights,
           std::size_t m, std::size_t k, int iterations, unsigned threads, InstructionSet set,
           const std::function<void(double)>& look, float* out) {
  Placing placing(layout, n, axes, indices, weights, m, k, threads, set);
  for (int i = 0; i < iterations; ++i) {
    look(double(i) / iterations);
    placing.iterate();
  }
  placing.write(out);
}

}  // namespace vectarium
