#include "team.hpp"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

namespace vectarium {
namespace {

// Rounds follow each other within microseconds; going to sleep and waking up takes longer than that.
constexpr auto patience = std::chrono::microseconds(30);

// Whether it came true before patience ran out. Yields: on a busy machine somebody else has work.
template <class Condition>
bool comes_soon(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + patience;
  do {
    if (condition()) return true;
    std::this_thread::yield();
  } while (std::chrono::steady_clock::now() < until);
  return false;
}

}  // namespace

Team::Team(unsigned threads) {
  try {
    for (unsigned i = 1; i < threads; ++i) threads_.emplace_back([this] { serve(); });
  } catch (const std::system_error&) {
    // The system gives no more threads; those there are do the work, with the same result.
  }
}

Team::~Team() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    leaving_ = true;
    ++round_;
  }
  called_.notify_all();
  for (std::thread& each : threads_) each.join();
}

void Team::each(std::size_t count, const std::function<void(std::size_t)>& piece) {
  if (count == 0) return;
  if (threads_.empty() || count == 1) {
    for (std::size_t i = 0; i < count; ++i) piece(i);
    return;
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    piece_ = &piece;
    count_ = count;
    next_ = 0;
    working_ = unsigned(threads_.size());
    ++round_;
  }
  called_.notify_all();
  work();
  const auto done = [this] { return working_ == 0; };
  if (!comes_soon(done)) {
    std::unique_lock<std::mutex> lock(mutex_);
    finished_.wait(lock, done);
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  piece_ = nullptr;
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void Team::ranges(std::size_t n, std::size_t grain, const std::function<void(std::size_t, std::size_t)>& range) {
  each((n + grain - 1) / grain, [&](std::size_t i) { range(i * grain, std::min(n, (i + 1) * grain)); });
}

void Team::serve() {
  for (std::size_t seen = 0;;) {
    const auto called = [&] { return round_ != seen; };
    if (!comes_soon(called)) {
      std::unique_lock<std::mutex> lock(mutex_);
      called_.wait(lock, called);
    }
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      seen = round_;
      if (leaving_) return;
    }
    work();
    const std::lock_guard<std::mutex> lock(mutex_);
    if (--working_ == 0) finished_.notify_one();
  }
}

void Team::work() {
  try {
    for (std::size_t i; (i = next_++) < count_;) (*piece_)(i);
  } catch (...) {
    next_ = count_;
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!failure_) failure_ = std::current_exception();
  }
}

}  // namespace vectarium
