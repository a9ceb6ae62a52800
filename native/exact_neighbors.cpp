// All pairs are met once: the product of a query and a point gives the score of each for the other.
//
// The points are cut into blocks. A piece of work is the meeting of two blocks, and a thread holds the
// locks of both while it works on them. Since what counts as nearest is decided by true distances
// (nearest.hpp), the order of the pieces, and with it the number of threads, cannot change the result.
#include "exact_neighbors.hpp"

#include <algorithm>
#include <limits>
#include <mutex>
#include <numeric>
#include <vector>

#include "bits.hpp"
#include "nearest.hpp"
#include "stages.hpp"

namespace vectarium {
namespace {

// So many bytes of panels stay in the second-level cache while all strips of a block pass over them.
constexpr std::size_t cached_bytes = 256 * 1024;
// Large enough that packing the strips of a block costs little beside the meeting.
constexpr std::size_t largest_block = 960;
constexpr std::size_t blocks_per_thread = 8;

constexpr float nothing = -std::numeric_limits<float>::infinity();

// One thread's memory, used again for each of its pieces.
struct Bench {
  std::vector<float> strips, products;
  std::vector<std::uint32_t> for_queries, for_points;
};

struct Pair {
  std::size_t queries, points;  // numbers of blocks
};

template <class Number>
class Search {
 public:
  // Where `points` is less than the size of the space, these are searched for the neighbours of all others.
  Search(const Space<Number>& space, std::size_t points, std::size_t k, unsigned threads, const Stop& stop)
      : space_(space),
        points_(points),
        first_query_(points < space.size() ? points : 0),
        stop_(stop),
        block_(block_size(space, threads)),
        blocks_((space.padded_size() + block_ - 1) / block_),
        locks_(blocks_),
        limits_(space.padded_size(), nothing),
        no_limits_(std::size_t(space.tile().points), nothing) {
    nearest_.reserve(space.size());
    for (std::size_t i = 0; i < space.size(); ++i) {
      nearest_.emplace_back(space, i, k, points);
      if (i >= first_query_) limits_[i] = nearest_[i].limit();
    }
    list_pairs();
  }

  std::size_t blocks() const { return blocks_; }
  std::size_t pairs() const { return pairs_.size(); }

  void meet(std::size_t number) {
    static thread_local Bench bench;
    const Pair pair = pairs_[number];
    if (pair.queries == pair.points) {
      const std::lock_guard<std::mutex> lock(locks_[pair.queries]);
      meet(pair, bench);
    } else {
      const std::scoped_lock lock(locks_[pair.queries], locks_[pair.points]);
      meet(pair, bench);
    }
  }

  void finish(std::size_t block, std::size_t k, std::int32_t* indices, float* distances) {
    for (std::size_t i = std::max(start(block), first_query_); i < std::min(end(block), space_.size()) && !stop_; ++i)
      nearest_[i].finish(indices + (i - first_query_) * k, distances + (i - first_query_) * k);
  }

 private:
  static std::size_t block_size(const Space<Number>& space, unsigned threads) {
    const std::size_t fair = space.size() / (blocks_per_thread * std::max(threads, 1u));
    const std::size_t wanted = std::min(std::max<std::size_t>(fair, 1), largest_block);
    return (wanted + space.unit() - 1) / space.unit() * space.unit();
  }

  // Every two blocks once, round by round of equal distance on a circle, and in each round by long
  // strides: pieces that run at the same time then seldom want the same block.
  void list_pairs() {
    std::size_t stride = std::max<std::size_t>(1, blocks_ * 5 / 13);
    while (std::gcd(stride, blocks_) != 1) ++stride;
    for (std::size_t apart = 0; 2 * apart <= blocks_; ++apart) {
      const std::size_t count = apart > 0 && 2 * apart == blocks_ ? blocks_ / 2 : blocks_;
      for (std::size_t i = 0; i < blocks_; ++i) {
        const std::size_t block = i * stride % blocks_;
        if (block < count) list_pair({block, (block + apart) % blocks_});
      }
    }
  }

  // Leaves out what cannot hold a query and a point.
  void list_pair(const Pair& pair) {
    if (end(std::max(pair.queries, pair.points)) <= first_query_) return;
    if (start(std::min(pair.queries, pair.points)) >= points_) return;
    pairs_.push_back(pair);
  }

  std::size_t start(std::size_t block) const { return block * block_; }
  std::size_t end(std::size_t block) const { return std::min(start(block) + block_, space_.padded_size()); }

  void meet(const Pair& pair, Bench& bench) {
    const Tile& tile = space_.tile();
    const std::size_t d = space_.dimensions(), height = tile.queries, width = tile.points;
    const std::size_t first = start(pair.queries), last = end(pair.queries);
    bench.strips.resize((last - first) * d);
    bench.products.resize(height * width);
    bench.for_queries.resize(height);
    bench.for_points.resize(height);
    for (std::size_t q = first; q < last; q += height) space_.pack_strip(q, bench.strips.data() + (q - first) * d);
    const std::size_t step = std::max<std::size_t>(1, cached_bytes / (d * width * sizeof(float))) * width;
    for (std::size_t x = start(pair.points); x < end(pair.points) && !stop_; x += step)
      for (std::size_t q = first; q < last && !stop_; q += height)
        meet_panels(pair, q, bench.strips.data() + (q - first) * d, x, std::min(x + step, end(pair.points)), bench);
  }

  void meet_panels(const Pair& pair, std::size_t q, const float* strip, std::size_t first, std::size_t last,
                   Bench& bench) {
    const std::size_t width = space_.tile().points;
    // A block meets itself in both orders anyway.
    const bool alone = pair.queries == pair.points;
    for (std::size_t x = first; x < last; x += width) {
      const float* point_limits = alone ? no_limits_.data() : limits_.data() + x;
      const Meeting meeting = {strip, space_.panel(x), space_.dimensions(), space_.norms(q), space_.norms(x),
                               limits_.data() + q, point_limits, bench.products.data(), bench.for_queries.data(),
                               bench.for_points.data()};
      const std::uint32_t rows = space_.tile().meet(meeting);
      if (rows) offer(meeting, rows, q, x);
    }
  }

  void offer(const Meeting& meeting, std::uint32_t rows, std::size_t first, std::size_t x) {
    for_each_bit(rows, [&](std::size_t row) {
      const std::size_t q = first + row;
      const float* products = meeting.products + row * std::size_t(space_.tile().points);
      for_each_bit(meeting.for_queries[row],
                   [&](std::size_t lane) { offer(q, x + lane, meeting.point_norms[lane] + products[lane]); });
      for_each_bit(meeting.for_points[row],
                   [&](std::size_t lane) { offer(x + lane, q, meeting.query_norms[row] + products[lane]); });
    });
  }

  void offer(std::size_t query, std::size_t point, float score) {
    nearest_[query].offer(score, point);
    limits_[query] = nearest_[query].limit();
  }

  const Space<Number>& space_;
  const std::size_t points_, first_query_;
  const Stop& stop_;
  std::size_t block_, blocks_;
  std::vector<std::mutex> locks_;  // one a block: its points' nearest and limits
  std::vector<Nearest<Number>> nearest_;
  std::vector<float> limits_;
  std::vector<float> no_limits_;
  std::vector<Pair> pairs_;
};

}  // namespace

template <class Number>
void exact_neighbors(const Number* vectors, std::size_t n, std::size_t d, std::size_t points, std::size_t k,
                     Metric metric, unsigned threads, InstructionSet set, const std::function<void(double)>& watch,
                     std::int32_t* indices, float* distances) {
  Stages stages(threads, watch);
  const Frame<Number> frame(vectors, n, d, metric, false, set, stages);
  const Space<Number> space(frame, tile_for(set), stages);
  Search<Number> search(space, points, k, threads, stages.stop());
  stages.next(1.0);
  stages.each(search.pairs(), [&](std::size_t number) { search.meet(number); });
  stages.next(0.0);
  stages.each(search.blocks(), [&](std::size_t block) { search.finish(block, k, indices, distances); });
}

template void exact_neighbors<float>(const float*, std::size_t, std::size_t, std::size_t, std::size_t, Metric, unsigned,
                                     InstructionSet, const std::function<void(double)>&, std::int32_t*, float*);
template void exact_neighbors<double>(const double*, std::size_t, std::size_t, std::size_t, std::size_t, Metric, unsigned,
                                      InstructionSet, const std::function<void(double)>&, std::int32_t*, float*);

}  // namespace vectarium
