// A graph seen from both ends of its edges, from neighbours that were found from one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <new>

namespace vectarium {

// Numbers that can be given back in part: what is not needed at the end goes back to the system.
template <class Number>
class Shrinkable {
 public:
  explicit Shrinkable(std::size_t size) : data_(static_cast<Number*>(std::malloc(bytes(size)))) {
    if (!data_) throw std::bad_alloc();
  }
  Number* data() const { return data_.get(); }
  Number* release() { return data_.release(); }
  void shrink(std::size_t size) {
    if (void* less = std::realloc(data_.get(), bytes(size))) {
      (void)data_.release();
      data_.reset(static_cast<Number*>(less));
    }
  }

 private:
  struct Free {
    void operator()(Number* p) const { std::free(p); }
  };
  static std::size_t bytes(std::size_t size) { return (size ? size : 1) * sizeof(Number); }
  std::unique_ptr<Number, Free> data_;
};

// Compressed rows; each row's other ends ascend.
struct SymmetricGraph {
  std::unique_ptr<std::int64_t[]> indptr;  // (n + 1)
  Shrinkable<std::int32_t> indices;
  Shrinkable<float> weights;
};

// How the weights w and v of an edge's two directions become one.
enum class Combine {
  mean,       // (w + v) / 2, as t-SNE's joint probabilities
  set_union,  // w + v - w v, as UMAP's union of fuzzy sets
};

// indices, weights: (n, k). Edges that weigh nothing (0 or less), that have no other end (a negative
// index) or that lead from a point to itself are left out. An index of n or more throws
// std::invalid_argument. watch(share done) is called about every 50 ms; what it throws stops the work.
//
// Needs 16 bytes for each of the n k edges while it works, 8 for each edge of the result afterwards.
SymmetricGraph symmetrise(const std::int32_t* indices, const float* weights, std::size_t n, std::size_t k,
                          Combine combine, unsigned threads, const std::function<void(double)>& watch);

}  // namespace vectarium
