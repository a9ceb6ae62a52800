// The nearest points of one query, gathered while candidates stream by in any order.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "space.hpp"

namespace vectarium {

// Keeps every candidate that may be among the k nearest, and the limit above which none is.
//
// Candidates are appended until there is no more room, then thinned out: cheaper than a heap, since
// most of them fall to the limit before they are appended. First by score: what is worse than the
// k-th best by more than twice the doubt is out. Where that leaves too many (near-duplicates far from
// the centre, whose scores differ by less than the doubt) the true distances decide.
template <class Number>
class Nearest {
 public:
  // Only the first `points` of the space are looked at.
  Nearest(const Space<Number>& space, std::size_t query, std::size_t k, std::size_t points)
      : space_(&space), query_(query), k_(k), index_limit_(points) {}

  // Scores from here on are of no use.
  float limit() const { return limit_; }

  void offer(float score, std::size_t index) {
    if (!(score < limit_) || index == query_ || index >= index_limit_) return;
    if (items_.empty()) items_.reserve(capacity());
    items_.push_back({score, unmeasured, std::int32_t(index)});
    if (items_.size() >= capacity()) thin_out();
  }

  // Writes the k nearest, from the nearest on; of two at the same distance the lower index first.
  void finish(std::int32_t* indices, float* distances) {
    drop_by_score();
    keep_nearest();
    for (std::size_t i = 0; i < items_.size(); ++i) {
      indices[i] = items_[i].index;
      distances[i] = items_[i].distance;
    }
  }

 private:
  struct Item {
    float score, distance;
    std::int32_t index;
  };
  static constexpr float unmeasured = -1.0f;

  std::size_t capacity() const { return k_ + std::min<std::size_t>(k_, 64) + k_ / 4 + 16; }

  void thin_out() {
    drop_by_score();
    if (items_.size() <= capacity() - capacity() / 4) return;
    keep_nearest();
    const double farthest = items_.back().distance;
    // Nothing is nearer than 0, so that only a lower index can be better: among thousands of equal
    // vectors this keeps them from being measured one and all.
    if (farthest == 0.0 && !space_->has_negative_distances()) index_limit_ = std::size_t(items_.back().index);
    const double score = space_->score_at(farthest, query_);
    lower_limit(score + space_->doubt(score, query_));
  }

  void drop_by_score() {
    if (items_.size() <= k_) return;
    static thread_local std::vector<float> scores;
    scores.clear();
    for (const Item& each : items_) scores.push_back(each.score);
    std::nth_element(scores.begin(), scores.begin() + std::ptrdiff_t(k_ - 1), scores.end());
    const double score = scores[k_ - 1], limit = score + 2.0 * space_->doubt(score, query_);
    lower_limit(limit);
    const auto worse = [limit](const Item& each) { return each.score > limit; };
    items_.erase(std::remove_if(items_.begin(), items_.end(), worse), items_.end());
  }

  void keep_nearest() {
    for (Item& each : items_)
      if (each.distance == unmeasured) each.distance = space_->distance(query_, std::size_t(each.index));
    const auto nearer = [](const Item& a, const Item& b) {
      return a.distance != b.distance ? a.distance < b.distance : a.index < b.index;
    };
    std::sort(items_.begin(), items_.end(), nearer);
    if (items_.size() > k_) items_.resize(k_);
  }

  void lower_limit(double limit) {
    const float rounded_up = std::nextafter(float(limit), std::numeric_limits<float>::infinity());
    limit_ = std::min(limit_, rounded_up);
  }

  const Space<Number>* space_;
  std::size_t query_, k_;
  std::size_t index_limit_;
  float limit_ = std::numeric_limits<float>::infinity();
  std::vector<Item> items_;
};

}  // namespace vectarium
