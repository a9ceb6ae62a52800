#include <algorithm>

#include "approximate_neighbors.hpp"
#include "bindings.hpp"
#include "exact_neighbors.hpp"
#include "graph_index.hpp"
#include "landmarks.hpp"

namespace vectarium {
namespace {

template <class Number>
nb::tuple exact_neighbors(Matrix<Number> vectors, std::size_t k, const std::string& metric, unsigned threads,
                          nb::object progress, const std::string& instruction_set, std::size_t points) {
  const std::size_t n = vectors.shape(0), d = vectors.shape(1);
  const std::size_t m = points < n ? n - points : n;
  if (k < 1 || k >= n || k > points || d < 1 || n > 0x7fffffff)
    throw std::invalid_argument("1 <= k < n < 2**31 and k <= points are needed");
  const Metric chosen = metric_named(metric);
  const InstructionSet set = instruction_set_named(instruction_set.c_str());
  std::unique_ptr<std::int32_t[]> indices(new std::int32_t[m * k]);
  std::unique_ptr<float[]> distances(new float[m * k]);
  {
    nb::gil_scoped_release released;
    vectarium::exact_neighbors(
        vectors.data(), n, d, std::min(points, n), k, chosen, threads, set,
        [&](double fraction) { watch(progress, fraction); }, indices.get(), distances.get());
  }
  return nb::make_tuple(array_of(std::move(indices), m, k), array_of(std::move(distances), m, k));
}

template <class Number>
void bind_exact_neighbors(nb::module_& module) {
  module.def("exact_neighbors", &exact_neighbors<Number>, "vectors"_a.noconvert(), "k"_a, "metric"_a, "threads"_a,
             "progress"_a.none() = nb::none(), "instruction_set"_a = "", "points"_a = std::size_t(-1),
             "The exact k nearest neighbours of every row: int32 indices and float32 distances, (n, k).");
}

template <class Number>
nb::tuple approximate_neighbors(Matrix<Number> vectors, std::size_t k, const std::string& metric, std::uint64_t seed,
                                unsigned threads, nb::object progress, const std::string& instruction_set) {
  const std::size_t n = vectors.shape(0), d = vectors.shape(1);
  if (k < 1 || k >= n || d < 1 || n > 0x7fffffff) throw std::invalid_argument("1 <= k < n < 2**31 is needed");
  const Metric chosen = metric_named(metric);
  const InstructionSet set = instruction_set_named(instruction_set.c_str());
  std::unique_ptr<std::int32_t[]> indices(new std::int32_t[n * k]);
  std::unique_ptr<float[]> distances(new float[n * k]);
  double recall = 0.0;
  {
    nb::gil_scoped_release released;
    recall = vectarium::approximate_neighbors(
        vectors.data(), n, d, k, chosen, seed, threads, set, [&](double fraction) { watch(progress, fraction); },
        indices.get(), distances.get());
  }
  return nb::make_tuple(array_of(std::move(indices), n, k), array_of(std::move(distances), n, k), recall);
}

template <class Number>
void bind_approximate_neighbors(nb::module_& module) {
  module.def("approximate_neighbors", &approximate_neighbors<Number>, "vectors"_a.noconvert(), "k"_a, "metric"_a,
             "seed"_a, "threads"_a, "progress"_a.none() = nb::none(), "instruction_set"_a = "",
             "Nearly all of the k nearest neighbours of every row: int32 indices and float32 distances, (n, k), and the "
             "share of them that is right, as a sample tells.");
}

nb::tuple nearest_of_landmarks(Matrix<float> vectors, Matrix<std::int32_t> rows, Matrix<float> queries,
                               Matrix<std::int32_t> candidates, std::size_t k, unsigned threads, nb::object progress,
                               const std::string& instruction_set) {
  const Landmarks landmarks = {vectors.data(), vectors.shape(0), vectors.shape(1),
                               rows.data(),    rows.shape(0),    rows.shape(1)};
  const std::size_t q = queries.shape(0), wanted = candidates.shape(1);
  if (candidates.shape(0) != q || queries.shape(1) != landmarks.d || landmarks.d < 1 || k < 1)
    throw std::invalid_argument("The landmarks, the queries and their candidates do not fit together");
  for (std::size_t i = 0; i < landmarks.points * landmarks.each; ++i)
    if (rows.data()[i] >= std::int64_t(landmarks.m)) throw std::invalid_argument("There is no such vector");
  for (std::size_t i = 0; i < q * wanted; ++i)
    if (candidates.data()[i] >= std::int64_t(landmarks.points)) throw std::invalid_argument("There is no such point");
  const InstructionSet set = instruction_set_named(instruction_set.c_str());
  std::unique_ptr<std::int32_t[]> indices(new std::int32_t[q * k]);
  std::unique_ptr<float[]> squares(new float[q * k]);
  {
    nb::gil_scoped_release released;
    vectarium::nearest_landmarks(
        landmarks, queries.data(), q, candidates.data(), wanted, k, threads, set,
        [&](double share) { watch(progress, share); }, indices.get(), squares.get());
  }
  return nb::make_tuple(array_of(std::move(indices), q, k), array_of(std::move(squares), q, k));
}

// Keeps the vectors alive as long as the index.
template <class Number>
class Kept {
 public:
  Kept(Matrix<Number> vectors, const std::string& metric, std::uint64_t seed, unsigned threads, nb::object progress,
       const std::string& instruction_set)
      : vectors_(vectors) {
    const std::size_t n = vectors.shape(0), d = vectors.shape(1);
    if (n < 2 || d < 1 || n > 0x7fffffff) throw std::invalid_argument("1 < n < 2**31 is needed");
    const Metric chosen = metric_named(metric);
    const InstructionSet set = instruction_set_named(instruction_set.c_str());
    nb::gil_scoped_release released;
    index_ = std::make_unique<GraphIndex<Number>>(vectors.data(), n, d, chosen, seed, threads, set,
                                                  [&](double fraction) { watch(progress, fraction); });
  }

  nb::tuple query(Matrix<Number> queries, std::size_t k, bool own, unsigned threads, nb::object progress) const {
    const std::size_t m = queries.shape(0);
    if (k < 1 || k >= index_->size() || queries.shape(1) != vectors_.shape(1) || (own && m != index_->size()))
      throw std::invalid_argument("1 <= k < n and queries of the same dimensions are needed");
    std::unique_ptr<std::int32_t[]> indices(new std::int32_t[m * k]);
    std::unique_ptr<float[]> distances(new float[m * k]);
    {
      nb::gil_scoped_release released;
      index_->query(
          queries.data(), m, k, own, threads, [&](double fraction) { watch(progress, fraction); }, indices.get(),
          distances.get());
    }
    return nb::make_tuple(array_of(std::move(indices), m, k), array_of(std::move(distances), m, k));
  }

  double recall() const { return index_->recall(); }

 private:
  Matrix<Number> vectors_;
  std::unique_ptr<GraphIndex<Number>> index_;
};

template <class Number>
void bind_index(nb::module_& module, const char* name) {
  nb::class_<Kept<Number>>(module, name, "Vectors with a graph of their neighbours, for those of new vectors.")
      .def(nb::init<Matrix<Number>, const std::string&, std::uint64_t, unsigned, nb::object, const std::string&>(),
           "vectors"_a.noconvert(), "metric"_a, "seed"_a, "threads"_a, "progress"_a.none() = nb::none(),
           "instruction_set"_a = "")
      .def_prop_ro("recall", [](const Kept<Number>& index) { return index.recall(); })
      .def("query", &Kept<Number>::query, "queries"_a.noconvert(), "k"_a, "own"_a, "threads"_a,
           "progress"_a.none() = nb::none());
}

}  // namespace

void bind_neighbors(nb::module_& module) {
  module.def("nearest_landmarks", &nearest_of_landmarks, "vectors"_a.noconvert(), "rows"_a.noconvert(),
             "queries"_a.noconvert(), "candidates"_a.noconvert(), "k"_a, "threads"_a, "progress"_a.none() = nb::none(),
             "instruction_set"_a = "", "The nearest of the vectors that candidate points have, for each query.");
  bind_exact_neighbors<float>(module);
  bind_exact_neighbors<double>(module);
  bind_approximate_neighbors<float>(module);
  bind_approximate_neighbors<double>(module);
  bind_index<float>(module, "FloatIndex");
  bind_index<double>(module, "DoubleIndex");
}

}  // namespace vectarium
