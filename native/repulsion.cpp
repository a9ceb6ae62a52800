#include "repulsion.hpp"

#include <algorithm>
#include <vector>

namespace vectarium {

namespace {

constexpr std::size_t grain = 64;

// What a transformed node and a point cost on the mesh, in units of what a pair costs (measured).
constexpr double pairs_per_node = 15.0, pairs_per_point = 300.0;

// In space layouts reach so far that a fine mesh would not fit into memory. All pairs are taken instead, as
// long as an iteration can still be stopped at once.
constexpr double coarse = 1.3;
constexpr std::size_t most_by_pairs = 50'000;

}  // namespace

bool Repulsion::pairs_are_better(std::size_t n, const Box& box) const {
  const Mesh::Outline mesh = Mesh::outline_for(box, axes_);
  if (mesh.spacing > coarse * Mesh::widest_spacing && n <= most_by_pairs) return true;
  const double points = double(n);
  return points * points < pairs_per_node * mesh.nodes + pairs_per_point * points;
}

double Repulsion::slopes(const Points& points, const Box& box, Team& team, float* const* slopes, Way way) {
  if (way == Way::pairs || (way == Way::best && pairs_are_better(points.n, box)))
    return by_pairs(points, team, slopes);
  mesh_.fit(box, team);
  mesh_.put(points, team);
  return mesh_.read(team, slopes) - double(points.n);
}

double Repulsion::by_pairs(const Points& points, Team& team, float* const* slopes) {
  std::vector<double> sums((points.n + grain - 1) / grain);
  team.ranges(points.n, grain, [&](std::size_t start, std::size_t stop) {
    sums[start / grain] = forces_.repel[axes_ - 2](points.coordinates, points.n, start, stop, slopes);
  });
  double sum = 0.0;
  for (const double each : sums) sum += each;
  return sum - double(points.n);
}

Box box_around(const Points& points) {
  Box box;
  for (int a = 0; a < points.axes; ++a) {
    const auto ends = std::minmax_element(points.coordinates[a], points.coordinates[a] + points.n);
    box.low[a] = *ends.first;
    box.high[a] = *ends.second;
  }
  return box;
}

Box box_around(const std::vector<float>& boxes, int axes) {
  Box box;
  for (std::size_t a = 0; a < std::size_t(axes); ++a) {
    box.low[a] = boxes[a];
    box.high[a] = boxes[a + 3];
    for (std::size_t b = 0; b < boxes.size(); b += 6) {
      box.low[a] = std::min(box.low[a], boxes[b + a]);
      box.high[a] = std::max(box.high[a], boxes[b + a + 3]);
    }
  }
  return box;
}

}  // namespace vectarium
