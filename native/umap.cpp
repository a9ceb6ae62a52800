#include "umap.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>

#include "random.hpp"
#include "team.hpp"

namespace vectarium {

VECTARIUM_DECLARE_TABLES(SpringKernel, spring_kernel);
const SpringKernel& spring_kernel_for(InstructionSet set) { return table_for(set, VECTARIUM_TABLES(spring_kernel)); }

namespace {

constexpr std::size_t most_blocks = 16;
constexpr std::size_t largest_piece = 16;  // groups that a thread takes at a time
constexpr std::size_t rows_between_looks = 1 << 14;
constexpr double longest_silence = 0.1;    // seconds, where one epoch takes longer

std::size_t whole_groups(std::size_t n) { return (n + group_size - 1) / group_size; }

// 0 .. n - 1 in random order.
std::vector<std::int32_t> shuffled(std::size_t n, std::uint64_t seed) {
  std::vector<std::pair<std::uint64_t, std::int32_t>> keys(n);
  for (std::size_t i = 0; i < n; ++i) keys[i] = {random_bits(seed, i), std::int32_t(i)};
  std::sort(keys.begin(), keys.end());
  std::vector<std::int32_t> order(n);
  for (std::size_t i = 0; i < n; ++i) order[i] = keys[i].second;
  return order;
}

float heaviest(const Ties& ties) {
  const std::int64_t edges = ties.indptr[ties.rows];
  return edges ? *std::max_element(ties.weights, ties.weights + edges) : 0.0f;
}

// Whoever reads a whole group from any of the first n places stays inside and sees each as often.
void wrap(std::vector<float>& values, std::size_t n) {
  for (std::size_t l = 0; l < group_size; ++l) values[n + l] = values[l % n];
}

}  // namespace

Umap::Umap(const Ties& ties, const float* start, const UmapSettings& settings, InstructionSet set, const Look& look)
    : n_(ties.rows), settings_(settings), kernel_(spring_kernel_for(set)), all_move_(true) {
  arrange(ties, look);
  rank_.resize(n_);
  for (std::size_t i = 0; i < n_; ++i) rank_[std::size_t(order_[i])] = std::int32_t(i);
  fill(ties, heaviest(ties), look);
  place(start);
}

Umap::Umap(const Ties& ties, const float* start, const float* fixed, std::size_t n_fixed, const UmapSettings& settings,
           InstructionSet set, const Look& look)
    : n_(ties.rows), settings_(settings), kernel_(spring_kernel_for(set)), all_move_(false) {
  arrange(ties, look);
  const std::vector<std::int32_t> among = shuffled(n_fixed, settings.seed);
  rank_.resize(n_fixed);
  for (std::size_t i = 0; i < n_fixed; ++i) rank_[std::size_t(among[i])] = std::int32_t(i);
  const std::size_t dimensions = std::size_t(settings.dimensions);
  for (std::size_t k = 0; k < dimensions; ++k) {
    fixed_[k].resize(n_fixed + group_size);
    for (std::size_t i = 0; i < n_fixed; ++i) fixed_[k][i] = fixed[std::size_t(among[i]) * dimensions + k];
    wrap(fixed_[k], n_fixed);
  }
  fill(ties, 1.0f, look);
  place(start);
}

// In random order, in blocks; within each the points of most edges first, so that a group's points have
// about as many and the longest pieces of work do not come last.
void Umap::arrange(const Ties& ties, const Look& look) {
  order_ = shuffled(n_, settings_.seed);
  cut_blocks();
  const auto edges = [&](std::int32_t i) { return ties.indptr[i + 1] - ties.indptr[i]; };
  for (std::size_t b = 0; b + 1 < blocks_.size(); ++b) {
    look();
    std::stable_sort(order_.begin() + std::ptrdiff_t(std::min(n_, blocks_[b] * group_size)),
                     order_.begin() + std::ptrdiff_t(std::min(n_, blocks_[b + 1] * group_size)),
                     [&](std::int32_t x, std::int32_t y) { return edges(x) > edges(y); });
  }
}

void Umap::cut_blocks() {
  const std::size_t groups = whole_groups(n_);
  const std::size_t count = all_move_ ? std::min(most_blocks, std::max<std::size_t>(groups, 1)) : 1;
  blocks_.resize(count + 1);
  for (std::size_t b = 0; b <= count; ++b) blocks_[b] = groups * b / count;
}

// Edges so weak that umap-learn would draw them in no epoch are left out.
void Umap::fill(const Ties& ties, float heaviest, const Look& look) {
  const std::size_t groups = whole_groups(n_);
  const float weakest = heaviest / float(std::max(settings_.epochs, 1));
  const auto counts = [&](std::int64_t e) { return ties.weights[e] >= weakest && ties.weights[e] > 0.0f; };
  slots_.assign(groups + 1, 0);
  std::vector<std::int64_t> sizes(groups * group_size, 0);
  for (std::size_t at = 0; at < n_; ++at) {
    if (at % rows_between_looks == 0) look();
    for (std::int64_t e = ties.indptr[order_[at]]; e < ties.indptr[order_[at] + 1]; ++e) sizes[at] += counts(e);
  }
  for (std::size_t g = 0; g < groups; ++g)
    slots_[g + 1] = slots_[g] + *std::max_element(&sizes[g * group_size], &sizes[g * group_size] + group_size);
  ends_.assign(std::size_t(slots_[groups]) * group_size, 0);
  weights_.assign(ends_.size(), 0.0f);
  for (std::size_t at = 0; at < n_; ++at) {
    if (at % rows_between_looks == 0) look();
    std::size_t to = std::size_t(slots_[at / group_size]) * group_size + at % group_size;
    for (std::int64_t e = ties.indptr[order_[at]]; e < ties.indptr[order_[at] + 1]; ++e) {
      if (!counts(e)) continue;
      ends_[to] = rank_[std::size_t(ties.indices[e])];
      weights_[to] = ties.weights[e] / heaviest;
      to += group_size;
    }
  }
}

void Umap::place(const float* start) {
  const std::size_t dimensions = std::size_t(settings_.dimensions);
  for (std::size_t k = 0; k < dimensions; ++k) {
    now_[k].assign((whole_groups(n_) + 1) * group_size, 0.0f);
    for (std::size_t at = 0; at < n_; ++at) now_[k][at] = start[std::size_t(order_[at]) * dimensions + k];
    if (n_) wrap(now_[k], n_);
    next_[k] = now_[k];
  }
}

Springs Umap::springs() const {
  Springs out{};
  out.dimensions = settings_.dimensions;
  for (std::size_t k = 0; k < std::size_t(settings_.dimensions); ++k) {
    out.others[k] = (all_move_ ? now_[k] : fixed_[k]).data();
    out.now[k] = now_[k].data();
    out.next[k] = const_cast<float*>(next_[k].data());
  }
  out.n_others = rank_.size();
  out.slots = slots_.data();
  out.ends = ends_.data();
  out.weights = weights_.data();
  out.a = settings_.a;
  out.b = settings_.b;
  out.step = settings_.learning_rate * (1.0f - float(epoch_) / float(settings_.epochs));
  out.attraction = all_move_ ? 2.0f : 1.0f;
  out.repulsion = 1.0f;
  out.draws = settings_.negative_sample_rate;
  out.key = random_bits(settings_.seed, 1, std::uint64_t(epoch_));
  return out;
}

// What a block wrote is seen from now on.
void Umap::refresh(std::size_t first, std::size_t last) {
  const std::size_t from = first * group_size, to = std::min(n_, last * group_size);
  for (std::size_t k = 0; k < std::size_t(settings_.dimensions); ++k) {
    std::copy(next_[k].begin() + std::ptrdiff_t(from), next_[k].begin() + std::ptrdiff_t(to),
              now_[k].begin() + std::ptrdiff_t(from));
    wrap(now_[k], n_);
  }
}

void Umap::advance(double seconds, unsigned threads) {
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  const auto over = [&](double limit) { return std::chrono::duration<double>(Clock::now() - began).count() >= limit; };
  if (n_ == 0) epoch_ = settings_.epochs;
  Team team(threads);
  while (!done()) {
    const Springs springs = this->springs();
    const std::size_t first = blocks_[block_], last = blocks_[block_ + 1];
    const std::size_t piece = std::min(largest_piece, std::max<std::size_t>(1, (last - first) / (8 * team.size())));
    team.ranges(last - first, piece, [&](std::size_t start, std::size_t stop) {
      kernel_.move(springs, first + start, first + stop);
    });
    refresh(first, last);
    const bool whole = ++block_ + 1 == blocks_.size();
    if (whole) {
      block_ = 0;
      ++epoch_;
    }
    if (over(whole ? seconds : std::max(seconds, longest_silence))) return;
  }
}

void Umap::read(float* coordinates) const {
  const std::size_t dimensions = std::size_t(settings_.dimensions);
  for (std::size_t at = 0; at < n_; ++at)
    for (std::size_t k = 0; k < dimensions; ++k)
      coordinates[std::size_t(order_[at]) * dimensions + k] = now_[k][at];
}

}  // namespace vectarium
