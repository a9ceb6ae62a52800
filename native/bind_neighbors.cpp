#include "approximate_neighbors.hpp"
#include "bindings.hpp"
#include "exact_neighbors.hpp"

namespace vectarium {
namespace {

template <class Number>
nb::tuple exact_neighbors(Matrix<Number> vectors, std::size_t k, const std::string& metric, unsigned threads,
                          nb::object progress, const std::string& instruction_set) {
  const std::size_t n = vectors.shape(0), d = vectors.shape(1);
  if (k < 1 || k >= n || d < 1 || n > 0x7fffffff) throw std::invalid_argument("1 <= k < n < 2**31 is needed");
  const Metric chosen = metric_named(metric);
  const InstructionSet set = instruction_set_named(instruction_set.c_str());
  std::unique_ptr<std::int32_t[]> indices(new std::int32_t[n * k]);
  std::unique_ptr<float[]> distances(new float[n * k]);
  {
    nb::gil_scoped_release released;
    vectarium::exact_neighbors(
        vectors.data(), n, d, k, chosen, threads, set, [&](double fraction) { watch(progress, fraction); },
        indices.get(), distances.get());
  }
  return nb::make_tuple(array_of(std::move(indices), n, k), array_of(std::move(distances), n, k));
}

template <class Number>
void bind_exact_neighbors(nb::module_& module) {
  module.def("exact_neighbors", &exact_neighbors<Number>, "vectors"_a.noconvert(), "k"_a, "metric"_a, "threads"_a,
             "progress"_a.none() = nb::none(), "instruction_set"_a = "",
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
  {
    nb::gil_scoped_release released;
    vectarium::approximate_neighbors(
        vectors.data(), n, d, k, chosen, seed, threads, set, [&](double fraction) { watch(progress, fraction); },
        indices.get(), distances.get());
  }
  return nb::make_tuple(array_of(std::move(indices), n, k), array_of(std::move(distances), n, k));
}

template <class Number>
void bind_approximate_neighbors(nb::module_& module) {
  module.def("approximate_neighbors", &approximate_neighbors<Number>, "vectors"_a.noconvert(), "k"_a, "metric"_a,
             "seed"_a, "threads"_a, "progress"_a.none() = nb::none(), "instruction_set"_a = "",
             "Nearly all of the k nearest neighbours of every row: int32 indices and float32 distances, (n, k).");
}

}  // namespace

void bind_neighbors(nb::module_& module) {
  bind_exact_neighbors<float>(module);
  bind_exact_neighbors<double>(module);
  bind_approximate_neighbors<float>(module);
  bind_approximate_neighbors<double>(module);
}

}  // namespace vectarium
