// What the binding files share. Arguments were checked in Python; what is checked here again is what
// would otherwise crash.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "frame.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace vectarium {

template <class Number>
using Vector = nb::ndarray<const Number, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
template <class Number>
using Matrix = nb::ndarray<const Number, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

// NumPy arrays that own their values.
template <class Number>
nb::object array_of(std::unique_ptr<Number[]> values, std::size_t rows, std::size_t columns) {
  Number* data = values.release();
  nb::capsule owner(data, [](void* p) noexcept { delete[] static_cast<Number*>(p); });
  return nb::cast(nb::ndarray<nb::numpy, Number, nb::ndim<2>>(data, {rows, columns}, owner));
}

template <class Number>
nb::object array_of(std::unique_ptr<Number[]> values, std::size_t size) {
  Number* data = values.release();
  nb::capsule owner(data, [](void* p) noexcept { delete[] static_cast<Number*>(p); });
  return nb::cast(nb::ndarray<nb::numpy, Number, nb::ndim<1>>(data, {size}, owner));
}

inline Metric metric_named(const std::string& name) {
  if (name == "euclidean") return Metric::euclidean;
  if (name == "cosine") return Metric::cosine;
  if (name == "inner_product") return Metric::inner_product;
  throw std::invalid_argument("The kernel knows the metrics euclidean, cosine and inner_product, not " + name);
}

// Lets Ctrl-C and the caller's own wish to stop through, with the GIL held only for that moment.
inline void watch(const nb::object& progress, double fraction) {
  nb::gil_scoped_acquire held;
  if (PyErr_CheckSignals() != 0) throw nb::python_error();
  if (!progress.is_none()) progress(fraction);
}

void bind_canvas(nb::module_& module);
void bind_courses(nb::module_& module);
void bind_fidelity(nb::module_& module);
void bind_graph(nb::module_& module);
void bind_neighbors(nb::module_& module);
void bind_text(nb::module_& module);
void bind_tsne(nb::module_& module);
void bind_umap(nb::module_& module);

}  // namespace vectarium
