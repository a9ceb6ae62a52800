// The one thin file between Python and the kernels. Arguments were checked in Python; what is checked
// here again is what would otherwise crash.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "exact_neighbors.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

template <class Number>
using Matrix = nb::ndarray<const Number, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

template <class Number>
nb::object array_of(std::unique_ptr<Number[]> values, std::size_t rows, std::size_t columns) {
  Number* data = values.release();
  nb::capsule owner(data, [](void* p) noexcept { delete[] static_cast<Number*>(p); });
  return nb::cast(nb::ndarray<nb::numpy, Number, nb::ndim<2>>(data, {rows, columns}, owner));
}

vectarium::Metric metric_named(const std::string& name) {
  if (name == "euclidean") return vectarium::Metric::euclidean;
  if (name == "cosine") return vectarium::Metric::cosine;
  throw std::invalid_argument("The kernel knows the metrics euclidean and cosine, not " + name);
}

const vectarium::Tile& tile_or_best(const std::string& instruction_set) {
  if (instruction_set.empty()) return vectarium::tile_for_this_processor();
  if (const vectarium::Tile* tile = vectarium::tile_named(instruction_set.c_str())) return *tile;
  throw std::invalid_argument("This processor has no " + instruction_set);
}

// Lets Ctrl-C and the caller's own wish to stop through, with the GIL held only for that moment.
void watch(const nb::object& progress, double fraction) {
  nb::gil_scoped_acquire held;
  if (PyErr_CheckSignals() != 0) throw nb::python_error();
  if (!progress.is_none()) progress(fraction);
}

template <class Number>
nb::tuple exact_neighbors(Matrix<Number> vectors, std::size_t k, const std::string& metric, unsigned threads,
                          nb::object progress, const std::string& instruction_set) {
  const std::size_t n = vectors.shape(0), d = vectors.shape(1);
  if (k < 1 || k >= n || d < 1 || n > 0x7fffffff) throw std::invalid_argument("1 <= k < n < 2**31 is needed");
  const vectarium::Metric chosen = metric_named(metric);
  const vectarium::Tile& tile = tile_or_best(instruction_set);
  std::unique_ptr<std::int32_t[]> indices(new std::int32_t[n * k]);
  std::unique_ptr<float[]> distances(new float[n * k]);
  {
    nb::gil_scoped_release released;
    vectarium::exact_neighbors(
        vectors.data(), n, d, k, chosen, threads, tile, [&](double fraction) { watch(progress, fraction); },
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

}  // namespace

NB_MODULE(_native, module) {
  module.doc() = "Vectarium's kernels. Imported only by vectarium.project.";
  bind_exact_neighbors<float>(module);
  bind_exact_neighbors<double>(module);
  module.def(
      "instruction_sets",
      [] {
        nb::list known;
        for (const char* each : {"avx512", "avx2", "baseline"})
          if (vectarium::tile_named(each)) known.append(each);
        return known;
      },
      "The instruction sets of this processor that kernels were compiled for, the fastest first.");
}
