// A long work as a row of stages that share its threads, its progress and its wish to stop.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>

#include "workers.hpp"

namespace vectarium {

class Stages {
 public:
  // watch(fraction) is called from the calling thread; what it throws stops the stage and is thrown on.
  Stages(unsigned threads, const std::function<void(double)>& watch) : threads_(threads), watch_(watch) {}

  unsigned threads() const { return threads_; }

  // Long pieces look at it every few milliseconds.
  const Stop& stop() const { return stop_; }

  // The stages from here on make up the next `share` of the whole work; each rises through it.
  void next(double share) {
    start_ += share_;
    share_ = share;
  }

  // Runs piece(i) for every i in [0, count), in any order.
  void each(std::size_t count, const std::function<void(std::size_t)>& piece) {
    const double all = double(std::max<std::size_t>(count, 1));
    run_pieces(count, threads_, stop_, piece, [&](std::size_t done) {
      fraction_ = std::max(fraction_, std::min(1.0, start_ + share_ * double(done) / all));
      watch_(fraction_);
    });
  }

  // The same for the ranges [start, stop) that [0, n) is cut into, `grain` long but the last.
  void ranges(std::size_t n, std::size_t grain, const std::function<void(std::size_t, std::size_t)>& range) {
    each((n + grain - 1) / grain, [&](std::size_t i) { range(i * grain, std::min(n, (i + 1) * grain)); });
  }

 private:
  unsigned threads_;
  const std::function<void(double)>& watch_;
  Stop stop_{false};
  double start_ = 0.0, share_ = 0.0, fraction_ = 0.0;
};

}  // namespace vectarium
