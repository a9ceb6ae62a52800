#include "space.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vectarium {

VECTARIUM_DECLARE_TABLES(Tile, tile);

const Tile& tile_for(InstructionSet set) { return table_for(set, VECTARIUM_TABLES(tile)); }

namespace {

constexpr double float_rounding = 1.0 / (1 << 24);

}  // namespace

template <class Number>
Space<Number>::Space(const Frame<Number>& frame, const Tile& tile, Stages& stages)
    : frame_(frame), tile_(tile), packed_(padded_size() * frame.dimensions()) {
  norms_.assign(padded_size(), std::numeric_limits<float>::infinity());
  if (frame.metric() == Metric::inner_product) lengths_.resize(size());
  stages.ranges(size(), std::size_t(tile.points), [&](std::size_t first, std::size_t) { pack_panel(first); });
  for (const float each : lengths_) longest_ = std::max(longest_, each);
}

template <class Number>
void Space<Number>::pack_panel(std::size_t first) {
  const std::size_t width = tile_.points, d = dimensions();
  static thread_local std::vector<float> row;
  row.resize(d);
  for (std::size_t i = first; i < std::min(first + width, size()); ++i) {
    const double norm = frame_.row(i, row.data());
    float* column = packed_.data() + first * d + (i - first);
    for (std::size_t t = 0; t < d; ++t) column[t * width] = row[t];
    norms_[i] = frame_.norm_in_score(norm);
    if (!lengths_.empty()) lengths_[i] = float(std::sqrt(norm));
  }
}

template <class Number>
void Space<Number>::pack_strip(std::size_t first, float* strip) const {
  const std::size_t height = tile_.queries, width = tile_.points;
  // A strip takes neighbouring lanes from one panel or two.
  for (std::size_t done = 0; done < height;) {
    const std::size_t lane = (first + done) % width, count = std::min(height - done, width - lane);
    const float* from = panel(first + done - lane) + lane;
    for (std::size_t t = 0; t < dimensions(); ++t) std::copy_n(from + t * width, count, strip + t * height + done);
    done += count;
  }
}

template <class Number>
double Space<Number>::score_at(double distance, std::size_t query) const {
  const double scale = frame_.scale();
  if (frame_.metric() == Metric::inner_product) return 2.0 * distance * scale * scale;
  const double full = frame_.metric() == Metric::cosine ? 2.0 * distance : distance * scale * distance * scale;
  return full - double(norms_[query]);
}

template <class Number>
double Space<Number>::doubt(double score, std::size_t query) const {
  // Higham, "Accuracy and stability of numerical algorithms", section 3.1: a sum of d products, in
  // whatever order, is wrong by at most d roundings of |q| |x|; a few more come from packing. A point
  // at most so far from the query is no longer than |q| + distance. Doubled for second-order terms.
  const double norm = double(norms_[query]), d = double(dimensions());
  double sizes = 0.0;
  if (frame_.metric() == Metric::inner_product) {
    sizes = double(lengths_[query]) * double(longest_);
  } else {
    const double longest = std::sqrt(norm) + std::sqrt(std::max(score + norm, 0.0));
    sizes = longest * longest;
  }
  const double underflow = d * 1e-37;
  return 6.0 * (d + 8.0) * float_rounding * sizes + underflow;
}

template class Space<float>;
template class Space<double>;

}  // namespace vectarium
