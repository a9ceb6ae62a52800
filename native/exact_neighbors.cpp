#include "exact_neighbors.hpp"

#include <algorithm>
#include <vector>

#include "nearest.hpp"
#include "workers.hpp"

namespace vectarium {
namespace {

// Strips of queries that go through the points together: each panel is then fetched from memory once
// for all of them.
constexpr std::size_t strips_per_piece = 16;
// So many bytes of panels stay in the second-level cache while all strips pass over them.
constexpr std::size_t cached_bytes = 256 * 1024;

// One thread's memory, used again for each of its pieces.
template <class Number>
struct Bench {
  std::vector<Nearest<Number>> nearest;
  std::vector<float> strips, limits, scores;
  std::vector<std::uint32_t> found;
};

template <class Number>
class Search {
 public:
  Search(const Space<Number>& space, std::size_t k, Stop& stop) : space_(space), k_(k), stop_(stop) {}

  std::size_t queries_per_piece() const { return strips_per_piece * std::size_t(space_.tile().queries); }
  std::size_t pieces() const { return (space_.size() + queries_per_piece() - 1) / queries_per_piece(); }

  void run_piece(std::size_t piece, std::int32_t* indices, float* distances) const {
    static thread_local Bench<Number> bench;
    const std::size_t first = piece * queries_per_piece();
    const std::size_t count = std::min(queries_per_piece(), space_.size() - first);
    prepare(bench, first, count);
    const std::size_t panel_bytes = space_.dimensions() * std::size_t(space_.tile().points) * sizeof(float);
    const std::size_t step = std::max<std::size_t>(1, cached_bytes / panel_bytes);
    for (std::size_t p = 0; p < space_.panels(); p += step) {
      if (stop_) return;
      pass_over(bench, count, p, std::min(p + step, space_.panels()));
    }
    for (std::size_t q = 0; q < count; ++q)
      bench.nearest[q].finish(indices + (first + q) * k_, distances + (first + q) * k_);
  }

 private:
  void prepare(Bench<Number>& bench, std::size_t first, std::size_t count) const {
    const std::size_t height = space_.tile().queries, d = space_.dimensions();
    bench.nearest.resize(queries_per_piece());
    bench.strips.resize(strips_per_piece * height * d);
    bench.scores.resize(height * std::size_t(space_.tile().points));
    bench.found.resize(height);
    // Queries past the end look for nothing.
    bench.limits.assign(queries_per_piece(), -std::numeric_limits<float>::infinity());
    for (std::size_t q = 0; q < count; ++q) {
      bench.nearest[q].start(space_, first + q, k_);
      bench.limits[q] = bench.nearest[q].limit();
    }
    for (std::size_t strip = 0; strip * height < count; ++strip)
      space_.pack_strip(first + strip * height, bench.strips.data() + strip * height * d);
  }

  void pass_over(Bench<Number>& bench, std::size_t count, std::size_t first_panel, std::size_t last_panel) const {
    const std::size_t height = space_.tile().queries, d = space_.dimensions();
    for (std::size_t q = 0; q < count; q += height)
      for (std::size_t p = first_panel; p < last_panel; ++p) {
        const std::uint32_t rows =
            space_.tile().score(bench.strips.data() + q * d, space_.panel(p), space_.norms(p), d,
                                bench.limits.data() + q, bench.scores.data(), bench.found.data());
        if (rows) offer_found(bench, q, rows, p);
      }
  }

  void offer_found(Bench<Number>& bench, std::size_t q, std::uint32_t rows, std::size_t p) const {
    const std::size_t width = space_.tile().points;
    for (std::size_t row = 0; rows; ++row, rows >>= 1) {
      if (!(rows & 1)) continue;
      Nearest<Number>& nearest = bench.nearest[q + row];
      const float* scores = bench.scores.data() + row * width;
      std::uint32_t found = bench.found[row];
      for (std::size_t lane = 0; found; ++lane, found >>= 1)
        if (found & 1) nearest.offer(scores[lane], p * width + lane);
      bench.limits[q + row] = nearest.limit();
    }
  }

  const Space<Number>& space_;
  std::size_t k_;
  Stop& stop_;
};

}  // namespace

template <class Number>
void exact_neighbors(const Number* vectors, std::size_t n, std::size_t d, std::size_t k, Metric metric,
                     unsigned threads, const Tile& tile, const std::function<void(double)>& watch,
                     std::int32_t* indices, float* distances) {
  const Space<Number> space(vectors, n, d, metric, tile);
  Stop stop{false};
  const Search<Number> search(space, k, stop);
  const std::size_t pieces = search.pieces();
  run_pieces(
      pieces, threads, stop, [&](std::size_t piece) { search.run_piece(piece, indices, distances); },
      [&](std::size_t done) { watch(double(done) / double(pieces)); });
}

template void exact_neighbors<float>(const float*, std::size_t, std::size_t, std::size_t, Metric, unsigned,
                                     const Tile&, const std::function<void(double)>&, std::int32_t*, float*);
template void exact_neighbors<double>(const double*, std::size_t, std::size_t, std::size_t, Metric, unsigned,
                                      const Tile&, const std::function<void(double)>&, std::int32_t*, float*);

}  // namespace vectarium
