// One pass over all distances of each query.
//
// The points stream by in panels; products in float32 with a bound on their error (rank_tile.hpp) settle
// nearly all comparisons, and what they leave in doubt is measured from the vectors as they came, in
// double precision. Every count is therefore exact, whatever the order and the instruction set.
#include "ranks.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <vector>

#include "packing.hpp"
#include "workers.hpp"

namespace vectarium {
namespace {

constexpr std::size_t largest_piece = 1000;               // queries; more would not stay in the cache
constexpr std::size_t cached_bytes = 256 * 1024;          // of panels, while all strips pass over them
constexpr float nothing = -std::numeric_limits<float>::infinity();

// The nearest points of one query so far, offered in ascending order of their rows.
class Best {
 public:
  explicit Best(std::size_t wanted) : wanted_(wanted) { items_.reserve(wanted + 1); }
  bool full() const { return items_.size() == wanted_; }
  double farthest() const { return items_.back().distance; }
  void offer(double distance, std::size_t row) {
    if (wanted_ == 0 || (full() && distance >= farthest())) return;
    const auto nearer = [](double a, const Item& b) { return a < b.distance; };
    items_.insert(std::upper_bound(items_.begin(), items_.end(), distance, nearer), {distance, std::int32_t(row)});
    if (items_.size() > wanted_) items_.pop_back();
  }
  void write(std::int32_t* rows) const {
    for (const Item& each : items_) *rows++ = each.row;
  }

 private:
  struct Item {
    double distance;
    std::int32_t row;
  };
  std::size_t wanted_;
  std::vector<Item> items_;
};

// Some of the queries against all points.
template <class Number>
class Piece {
 public:
  Piece(const Ranking<Number>& ranking, const Packing<Number>& packing, const RankTile& tile, std::size_t first,
        std::size_t last)
      : ranking_(ranking),
        packing_(packing),
        tile_(tile),
        first_(first),
        count_(last - first),
        padded_((count_ + height() - 1) / height() * height()),
        strips_(padded_ * ranking.d),
        lengths_(padded_, 0.0f),
        limits_(padded_, nothing),
        surely_(padded_ * ranking.k, nothing),
        maybe_(padded_ * ranking.k, nothing),
        targets_(count_ * ranking.k),
        nearer_(padded_ * ranking.k, 0),
        equal_(count_ * ranking.k, 0),
        best_(count_, Best(ranking.wanted)),
        scores_(height() * width()) {
    for (std::size_t i = 0; i < count_; ++i) prepare(i);
  }

  // done counts the points that went by, for all pieces together.
  void run(const Stop& stop, std::atomic<std::size_t>& done) {
    const std::size_t n = ranking_.n, d = ranking_.d;
    const std::size_t step = std::max<std::size_t>(1, cached_bytes / (d * width() * sizeof(float))) * width();
    Panels<Number> panels(packing_, width(), step);
    for (std::size_t x = 0; x < n && !stop; x += step) {
      const std::size_t last = std::min(n, x + step);
      panels.pack(x, last);
      for (std::size_t q = 0; q < count_ && !stop; q += height())
        for (std::size_t at = x; at < last; at += width()) meet(panels, q, at, at - x);
      done += last - x;
    }
  }

  void write() const {
    const std::size_t k = ranking_.k;
    for (std::size_t i = 0; i < count_; ++i) {
      const std::size_t query = first_ + i;
      for (std::size_t t = 0; t < k; ++t) {
        const std::size_t at = i * k + t;
        // A target is as near as itself.
        const double rank = 1.0 + double(nearer_[at]) + 0.5 * double(equal_[at] - 1);
        ranking_.ranks[query * k + std::size_t(targets_[at].column)] = rank;
      }
      best_[i].write(ranking_.nearest + query * ranking_.wanted);
    }
  }

 private:
  struct Target {
    double distance;
    std::int32_t column;
  };

  std::size_t height() const { return std::size_t(tile_.queries); }
  std::size_t width() const { return std::size_t(tile_.points); }
  std::size_t row(std::size_t i) const { return std::size_t(ranking_.queries[first_ + i]); }

  void prepare(std::size_t i) {
    const std::size_t k = ranking_.k, h = height();
    const Point point = packing_.point(row(i));
    packing_.pack(row(i), strips_.data() + i / h * h * ranking_.d + i % h, h);
    lengths_[i] = float(point.length);
    for (std::size_t t = 0; t < k; ++t) {
      const std::int32_t target = ranking_.targets[(first_ + i) * k + t];
      targets_[i * k + t] = {packing_.distance(row(i), std::size_t(target)), std::int32_t(t)};
    }
    const auto farther = [](const Target& a, const Target& b) {
      return a.distance != b.distance ? a.distance > b.distance : a.column < b.column;
    };
    std::sort(targets_.begin() + std::ptrdiff_t(i * k), targets_.begin() + std::ptrdiff_t((i + 1) * k), farther);
    for (std::size_t t = i * k; t < (i + 1) * k; ++t) {
      const Interval interval = packing_.scores_at(targets_[t].distance, point);
      surely_[t] = interval.low;
      maybe_[t] = interval.high;
    }
    if (ranking_.wanted > 0) limits_[i] = -nothing;
  }

  void meet(const Panels<Number>& panels, std::size_t q, std::size_t x, std::size_t at) {
    const std::size_t k = ranking_.k;
    std::uint32_t forced = 0;
    for (std::size_t i = q; i < std::min(q + height(), count_); ++i)
      if (row(i) - x < width()) forced |= std::uint32_t(1) << (i - q);
    const RankMeeting meeting = {strips_.data() + q * ranking_.d, panels.values(at), ranking_.d, panels.norms(at),
                                 panels.doubts(at), panels.slopes(at), lengths_.data() + q, k, surely_.data() + q * k,
                                 maybe_.data() + q * k, limits_.data() + q, forced, scores_.data(),
                                 nearer_.data() + q * k};
    const std::uint32_t unclear = tile_.meet(meeting);
    for (std::size_t i = q; i < std::min(q + height(), count_); ++i)
      if (unclear >> (i - q) & 1) look_into(meeting, i, x, i - q);
  }

  // What the tile could not tell of a query and a panel.
  void look_into(const RankMeeting& meeting, std::size_t i, std::size_t x, std::size_t lane_of_query) {
    const float* scores = meeting.scores + lane_of_query * width();
    const std::size_t last = std::min(width(), ranking_.n - x);
    for (std::size_t lane = 0; lane < last; ++lane) {
      if (x + lane == row(i)) continue;
      const float doubt = meeting.point_doubts[lane] + lengths_[i] * meeting.slopes[lane];
      place(i, x + lane, scores[lane] - doubt, scores[lane] + doubt);
    }
  }

  void place(std::size_t i, std::size_t point, float low, float high) {
    double distance = -1.0;  // measured when it is needed
    const auto measured = [&] { return distance >= 0.0 ? distance : distance = packing_.distance(row(i), point); };
    for (std::size_t t = i * ranking_.k; t < (i + 1) * ranking_.k && low < maybe_[t]; ++t) {
      if (high < surely_[t] || measured() < targets_[t].distance)
        ++nearer_[t];
      else if (measured() == targets_[t].distance)
        ++equal_[t];
    }
    if (!(low < limits_[i])) return;
    Best& best = best_[i];
    best.offer(measured(), point);
    if (!best.full()) return;
    // Nothing is nearer than 0: among thousands of equal vectors this ends the search early.
    const Point query = packing_.point(row(i));
    limits_[i] = best.farthest() == 0.0 ? nothing : packing_.scores_at(best.farthest(), query).high;
  }

  const Ranking<Number>& ranking_;
  const Packing<Number>& packing_;
  const RankTile& tile_;
  std::size_t first_, count_, padded_;
  std::vector<float> strips_;                  // (padded / height, d, height)
  std::vector<float> lengths_, limits_;        // (padded)
  std::vector<float> surely_, maybe_;          // (padded, k)
  std::vector<Target> targets_;                // (count, k), the farthest first
  std::vector<std::int32_t> nearer_, equal_;   // (padded, k), (count, k)
  std::vector<Best> best_;                     // (count)
  std::vector<float> scores_;                  // (height, width)
};

// Even pieces, so that the threads end together.
std::size_t piece_size(std::size_t m, unsigned threads) {
  const std::size_t team = std::max(threads, 1u);
  const std::size_t rounds = (m + team * largest_piece - 1) / (team * largest_piece);
  return std::max<std::size_t>(1, (m + team * rounds - 1) / std::max<std::size_t>(1, team * rounds));
}

}  // namespace

template <class Number>
void rank(const Ranking<Number>& ranking, unsigned threads, const RankTile& tile,
          const std::function<void(double)>& watch) {
  const Packing<Number> packing(ranking.vectors, ranking.n, ranking.d, ranking.metric, tile.roundings(ranking.d),
                                threads, [&] { watch(0.0); });
  const std::size_t size = piece_size(ranking.m, threads), pieces = (ranking.m + size - 1) / size;
  Stop stop{false};
  std::atomic<std::size_t> done{0};
  run_pieces(
      pieces, threads, stop,
      [&](std::size_t number) {
        Piece<Number> piece(ranking, packing, tile, number * size, std::min(ranking.m, (number + 1) * size));
        piece.run(stop, done);
        if (!stop) piece.write();
      },
      [&](std::size_t) { watch(double(done) / (double(pieces) * double(ranking.n))); });
}

template void rank<float>(const Ranking<float>&, unsigned, const RankTile&, const std::function<void(double)>&);
template void rank<double>(const Ranking<double>&, unsigned, const RankTile&, const std::function<void(double)>&);

VECTARIUM_DECLARE_TABLES(RankTile, rank_tile);

const RankTile& rank_tile_for(InstructionSet set) { return table_for(set, VECTARIUM_TABLES(rank_tile)); }

}  // namespace vectarium
