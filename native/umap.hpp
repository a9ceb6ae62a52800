// UMAP's descent: points, where they are, and one epoch after another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "springs.hpp"

namespace vectarium {

// Who is held near to whom: row i of a compressed matrix holds the neighbours of moving point i.
struct Ties {
  std::size_t rows;
  const std::int64_t* indptr;
  const std::int32_t* indices;
  const float* weights;
};

using Look = std::function<void()>;

struct UmapSettings {
  int dimensions = 2;  // 2 or 3
  float a = 1.0f, b = 1.0f;
  int epochs = 0;
  float learning_rate = 1.0f;
  int negative_sample_rate = 5;
  std::uint64_t seed = 0;
};

// Each epoch goes through the points in blocks. A block's points see all others where they are now,
// and each other where they were before the block: nothing depends on who moves first, so the picture
// is the same for any number of threads, and nearly as fresh as if each point saw the last move of all.
class Umap {
 public:
  // All points move and hold each other: ties is square and symmetric. start: (rows, dimensions). look()
  // is called every few milliseconds; what it throws stops the work.
  Umap(const Ties& ties, const float* start, const UmapSettings& settings, InstructionSet set, const Look& look);

  // New points move among others that stay, (n_fixed, dimensions).
  Umap(const Ties& ties, const float* start, const float* fixed, std::size_t n_fixed, const UmapSettings& settings,
       InstructionSet set, const Look& look);

  std::size_t size() const { return n_; }
  int dimensions() const { return settings_.dimensions; }
  int epoch() const { return epoch_; }
  bool done() const { return epoch_ >= settings_.epochs; }

  // Goes on to the end of the epoch at which so many seconds are over; within an epoch that takes long
  // only to the end of a block. What comes out does not depend on where it stopped.
  void advance(double seconds, unsigned threads);

  // Where the points are, (rows, dimensions).
  void read(float* coordinates) const;

 private:
  void arrange(const Ties& ties, const Look& look);
  void cut_blocks();
  void fill(const Ties& ties, float heaviest, const Look& look);
  void place(const float* start);
  void refresh(std::size_t first, std::size_t last);
  Springs springs() const;

  std::size_t n_;
  UmapSettings settings_;
  const SpringKernel& kernel_;
  bool all_move_;

  std::vector<std::int32_t> order_;     // which point stands where
  std::vector<std::int32_t> rank_;      // where each point of those that pull stands
  std::vector<std::size_t> blocks_;     // the group that each block starts with, and the number of groups
  std::vector<std::int64_t> slots_;
  std::vector<std::int32_t> ends_;
  std::vector<float> weights_;
  std::vector<float> now_[3], next_[3];  // whole groups and one more, which repeats the first points
  std::vector<float> fixed_[3];

  int epoch_ = 0;
  std::size_t block_ = 0;
};

}  // namespace vectarium
