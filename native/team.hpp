// Threads that stay, for work that comes in thousands of short rounds, as an optimisation's iterations do.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace vectarium {

// The calling thread is one of the team. Pieces are handed out in order, one at a time, so a result is
// independent of the number of threads where pieces write to places of their own and what they sum up
// is summed piece by piece afterwards.
class Team {
 public:
  explicit Team(unsigned threads);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  unsigned size() const { return unsigned(threads_.size()) + 1; }

  // Runs piece(i) for every i in [0, count); returns when all are done. Throws what a piece threw.
  void each(std::size_t count, const std::function<void(std::size_t)>& piece);

  // The same for the ranges [start, stop) that [0, n) is cut into, `grain` long but the last.
  void ranges(std::size_t n, std::size_t grain, const std::function<void(std::size_t, std::size_t)>& range);

 private:
  void serve();
  void work();

  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable called_, finished_;
  std::atomic<std::size_t> round_{0};    // a new number for every call
  std::atomic<unsigned> working_{0};     // threads that have not finished the round
  std::atomic<std::size_t> next_{0};
  std::size_t count_ = 0;
  const std::function<void(std::size_t)>* piece_ = nullptr;
  std::exception_ptr failure_;
  bool leaving_ = false;
};

}  // namespace vectarium
