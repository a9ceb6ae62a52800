#include "workers.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace vectarium {
namespace {

constexpr auto watch_interval = std::chrono::milliseconds(50);

// Joins its threads whatever happens.
class Crew {
 public:
  explicit Crew(Stop& stop) : stop_(stop) {}
  ~Crew() {
    for (std::thread& each : threads_) each.join();
  }
  void start(unsigned count, const std::function<void()>& work) {
    try {
      for (unsigned i = 0; i < count; ++i) threads_.emplace_back(work);
    } catch (...) {  // The system gives no more threads: those there are must not work on for nobody.
      stop_ = true;
      throw;
    }
  }

 private:
  Stop& stop_;
  std::vector<std::thread> threads_;
};

}  // namespace

void run_pieces(std::size_t count, unsigned threads, Stop& stop, const std::function<void(std::size_t)>& piece,
                const std::function<void(std::size_t)>& watch) {
  std::mutex mutex;
  std::condition_variable changed;
  std::exception_ptr failure;
  std::atomic<std::size_t> next{0}, done{0};
  const unsigned size = unsigned(std::min<std::size_t>(std::max(threads, 1u), std::max<std::size_t>(count, 1)));
  unsigned working = size;

  const auto work = [&] {
    try {
      for (std::size_t i; !stop && (i = next++) < count; ++done) piece(i);
    } catch (...) {
      const std::lock_guard<std::mutex> lock(mutex);
      failure = std::current_exception();
      stop = true;
    }
    const std::lock_guard<std::mutex> lock(mutex);
    --working;
    changed.notify_one();
  };

  {
    Crew crew(stop);
    crew.start(size, work);
    try {
      std::unique_lock<std::mutex> lock(mutex);
      while (!changed.wait_for(lock, watch_interval, [&] { return working == 0; })) {
        lock.unlock();
        watch(done);
        lock.lock();
      }
    } catch (...) {
      stop = true;
      throw;
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace vectarium
