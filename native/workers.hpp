// Threads that share a list of pieces of work, watched by the thread that started them.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

namespace vectarium {

// Set when the work is to stop; long pieces look at it every few milliseconds.
using Stop = std::atomic<bool>;

// Runs piece(i) for every i in [0, count) on `threads` threads. Meanwhile the calling thread calls
// watch(pieces done) about every 50 ms; when that or a piece throws, all stop and it is thrown on.
void run_pieces(std::size_t count, unsigned threads, Stop& stop, const std::function<void(std::size_t)>& piece,
                const std::function<void(std::size_t)>& watch);

}  // namespace vectarium
