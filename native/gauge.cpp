#include "gauge.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "members.hpp"

namespace vectarium {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr std::size_t most_sampled = 256;
constexpr std::size_t numbers_looked_at = 1 << 16;  // d times the sample: fewer of long vectors
constexpr std::size_t batch = 32;                   // points that look at all others together
constexpr std::size_t spare = 32;                   // that are measured beside the k that seem nearest

std::size_t sample_size(std::size_t n, std::size_t d) {
  return std::min(n, std::max(std::min(most_sampled, numbers_looked_at / d), 2 * batch));
}

}  // namespace

template <class Number>
Gauge<Number>::Gauge(const Frame<Number>& frame, const Arranged& arranged, std::size_t k, Stages& stages)
    : frame_(frame), arranged_(arranged), k_(k), sample_(sample_size(frame.size(), frame.dimensions())),
      farthest_(sample_.size(), infinity) {
  for (std::size_t j = 0; j < sample_.size(); ++j) sample_[j] = (2 * j + 1) * frame.size() / (2 * sample_.size());
  stages.ranges(sample_.size(), batch, [&](std::size_t first, std::size_t) { look_up(first, stages.stop()); });
}

template <class Number>
void Gauge<Number>::look_up(std::size_t first, const Stop& stop) {
  const Points& points = arranged_.points;
  const std::size_t count = std::min(batch, sample_.size() - first), d = frame_.dimensions();
  Members members(batch, d, points.tile);
  Shortlists shortlists(batch, std::min(k_ + spare, points.size() - 1));
  std::vector<typename Frame<Number>::Query> queries;
  std::vector<float> row(d);
  for (std::size_t j = 0; j < batch; ++j) {
    shortlists.begin(j, j < count ? infinity : -infinity);
    if (j >= count) continue;
    queries.push_back(frame_.query(frame_.vector(std::size_t(arranged_.order[sample_[first + j]])), row.data()));
    members.pack(j, row.data(), 0.0f);
  }
  Strip strip;
  for (std::size_t start = 0; start < points.size() && !stop; start += members.height()) {
    for (std::size_t r = 0; r < members.height(); ++r) {
      const std::size_t point = std::min(start + r, points.size() - 1);
      strip.rows[r] = points.rows[point];
      strip.norms[r] = start + r < points.size() ? points.norms[point] : infinity;
      strip.limits[r] = -infinity;
    }
    for (std::size_t panel = 0; panel < members.padded(count); panel += members.width())
      members.meet(
          strip, panel, shortlists.limits(), [](std::size_t, std::size_t, float) {},
          [&](std::size_t member, std::size_t r, float score) {
            if (start + r != sample_[first + member]) shortlists.add(member, ordered(score, std::uint32_t(start + r)));
          });
  }
  for (std::size_t j = 0; j < count && !stop; ++j) {
    std::size_t found;
    Ordered* best = shortlists.best(j, found);
    if (frame_.metric() != Metric::inner_product && is_rough(best, found, queries[j].norm)) best = look_closely(sample_[first + j], j, shortlists, found);
    std::vector<float> distances(found);
    for (std::size_t u = 0; u < found; ++u)
      distances[u] = frame_.distance(queries[j], std::size_t(arranged_.order[index_of(best[u])]));
    std::nth_element(distances.begin(), distances.begin() + std::ptrdiff_t(k_ - 1), distances.end());
    farthest_[first + j] = distances[k_ - 1];
  }
}

// Whether the rounding of scores is not small against the differences between those that seem nearest.
template <class Number>
bool Gauge<Number>::is_rough(Ordered* best, std::size_t count, double norm) const {
  if (count <= k_) return false;
  std::nth_element(best, best + k_ - 1, best + count);
  const double last = double(number_of(*std::max_element(best, best + count)));
  const double rounding = 1e-7 * std::sqrt(double(frame_.dimensions())) * std::max(norm, std::abs(last));
  return last - double(number_of(best[k_ - 1])) < 4.0 * rounding;
}

// By sums of squared differences, which lose nothing.
template <class Number>
Ordered* Gauge<Number>::look_closely(std::size_t point, std::size_t member, Shortlists& shortlists,
                                     std::size_t& found) const {
  const Points& points = arranged_.points;
  std::vector<std::int32_t> rows(points.size());
  std::iota(rows.begin(), rows.end(), 0);
  std::vector<float> squares(points.size());
  points.tile.measure(points.rows.data(), points.rows.stride(), rows.data(), rows.size(), points.rows[point],
                      squares.data());
  shortlists.begin(member, infinity);
  for (std::size_t i = 0; i < points.size(); ++i)
    if (i != point && squares[i] < shortlists.limits()[member])
      shortlists.add(member, ordered(squares[i], std::uint32_t(i)));
  return shortlists.best(member, found);
}

template <class Number>
std::size_t Gauge<Number>::right(std::size_t place, const float* distances, std::size_t count) const {
  const float farthest = farthest_[place];
  const auto is_right = [farthest](float distance) { return distance <= farthest; };
  return std::min(k_, std::size_t(std::count_if(distances, distances + count, is_right)));
}

template <class Number>
double Gauge<Number>::recall(const Lists& lists) const {
  std::size_t sum = 0;
  std::vector<float> distances;
  for (std::size_t j = 0; j < sample_.size(); ++j) {
    distances.clear();
    const std::size_t self = std::size_t(arranged_.order[sample_[j]]);
    for (std::size_t u = 0; u < lists.k; ++u) {
      const Link link = lists.links_of(sample_[j])[u];
      if (link != nobody) distances.push_back(frame_.distance(self, std::size_t(arranged_.order[point_of(link)])));
    }
    sum += right(j, distances.data(), distances.size());
  }
  return double(sum) / double(k_ * sample_.size());
}

template class Gauge<float>;
template class Gauge<double>;

}  // namespace vectarium
