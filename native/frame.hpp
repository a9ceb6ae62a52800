// Vectors as a metric sees them: moved and scaled for float32, and measured exactly for the last word.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "distances.hpp"
#include "prefetch.hpp"
#include "stages.hpp"

namespace vectarium {

enum class Metric { euclidean, cosine, inner_product };

// Searches work on float32 copies of the vectors, moved and scaled so that products stay near 1:
//   euclidean:     centred, since norm(x) - 2 q·x loses digits where the norms are large against the
//                  distances, then scaled by a power of two;
//   cosine:        scaled to length 1. Where a search needs distances they are centred after that; and where there
//                  are zero vectors all are augmented by one number that is 1 for these and 0 for the
//                  others, so that they are as far from all as a right angle is;
//   inner product: scaled by a power of two. Where a search needs distances, vectors are augmented by
//                  one number that makes all of them equally long, and queries by 0: then the nearest
//                  have the largest products (Bachrach et al., "Speeding up the Xbox recommender system
//                  using a Euclidean transformation for inner-product spaces", 2014).
template <class Number>
class Frame {
 public:
  // vectors: (n, d), row by row. They have to outlive the frame. Sums over all vectors are made chunk by
  // chunk, so that they do not depend on the number of threads.
  Frame(const Number* vectors, std::size_t n, std::size_t d, Metric metric, bool augmented, InstructionSet set,
        Stages& stages);

  std::size_t size() const { return n_; }
  // Of the vectors as they are searched.
  std::size_t dimensions() const { return d_ + augmented_; }
  Metric metric() const { return metric_; }
  double scale() const { return scale_; }

  // Writes the vector as it is searched, (dimensions), and returns its norm: the squared length of what was
  // written.
  double row(std::size_t i, float* out) const;

  // A vector that is none of these, as it is searched for, and its norm.
  struct Query {
    const Number* vector;
    double inverse_length, norm;
  };
  Query query(const Number* vector, float* out) const;
  float distance(const Query& query, std::size_t i) const {
    return distance(query.vector, query.inverse_length, vectors_ + i * d_, inverse_length(i));
  }

  // The true distance of two vectors, rounded to float32: what results are ordered by. The inner product
  // is taken negative, so that smaller is nearer.
  float distance(std::size_t a, std::size_t b) const {
    return distance(vectors_ + a * d_, inverse_length(a), vectors_ + b * d_, inverse_length(b));
  }

  const Number* vector(std::size_t i) const { return vectors_ + i * d_; }

  // Asks for a vector that will be measured soon.
  void fetch(std::size_t i) const {
    const std::size_t line = 64 / sizeof(Number), most = 8 * line;
    for (std::size_t t = 0; t < std::min(d_, most); t += line) prefetch(vectors_ + i * d_ + t);
  }

  // The norm that stands in the score norm(x) - 2 q·x of a point that is not augmented. With 1 for all, a
  // zero vector too, the score of a cosine is 1 - 2 cos, and a zero vector's distance is 1.
  float norm_in_score(double norm) const {
    return metric_ == Metric::euclidean ? float(norm) : metric_ == Metric::cosine ? 1.0f : 0.0f;
  }

 private:
  double inverse_length(std::size_t i) const { return inverse_lengths_.empty() ? 1.0 : inverse_lengths_[i]; }
  double inverse_length_of(const Number* x) const;
  double write(const Number* x, double inverse_length, float* out) const;
  float distance(const Number* x, double u, const Number* y, double v) const;
  void find_centre(Stages& stages);
  void find_scale(Stages& stages);
  void find_lengths(Stages& stages);
  void find_longest(Stages& stages);

  const Number* vectors_;
  std::size_t n_, d_;
  Metric metric_;
  bool augmented_;
  const Distances<Number>& distances_;
  const Distances<float>& norms_;
  double scale_ = 1.0;
  double longest_ = 0.0;                 // the largest norm of a vector as it is searched; augmented only
  std::vector<Number> centre_;           // (d), zeros where vectors are not centred
  std::vector<double> inverse_lengths_;  // cosine only; 0 for a zero vector
};

extern template class Frame<float>;
extern template class Frame<double>;

}  // namespace vectarium
