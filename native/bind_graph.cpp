#include "bindings.hpp"
#include "symmetric.hpp"

namespace vectarium {
namespace {

template <class Number>
nb::object shrunk_array(Shrinkable<Number> values, std::size_t size) {
  Number* data = values.release();
  nb::capsule owner(data, [](void* p) noexcept { std::free(p); });
  return nb::cast(nb::ndarray<nb::numpy, Number, nb::ndim<1>>(data, {size}, owner));
}

Combine combine_named(const std::string& name) {
  if (name == "mean") return Combine::mean;
  if (name == "union") return Combine::set_union;
  throw std::invalid_argument("The kernel combines by mean or union, not " + name);
}

nb::tuple graph_of_neighbors(Matrix<std::int32_t> indices, Matrix<float> weights, const std::string& combine, unsigned threads,
                     nb::object progress) {
  const std::size_t n = indices.shape(0), k = indices.shape(1);
  if (weights.shape(0) != n || weights.shape(1) != k || n > 0x7fffffff)
    throw std::invalid_argument("A weight for each index is needed, and n < 2**31");
  const Combine how = combine_named(combine);
  auto graph = [&] {
    nb::gil_scoped_release released;
    return vectarium::symmetrise(indices.data(), weights.data(), n, k, how, threads,
                                 [&](double fraction) { watch(progress, fraction); });
  }();
  const std::size_t edges = std::size_t(graph.indptr[n]);
  return nb::make_tuple(array_of(std::move(graph.indptr), n + 1), shrunk_array(std::move(graph.indices), edges),
                        shrunk_array(std::move(graph.weights), edges));
}

}  // namespace

void bind_graph(nb::module_& module) {
  module.def("symmetrise", &graph_of_neighbors, "indices"_a.noconvert(), "weights"_a.noconvert(), "combine"_a, "threads"_a,
             "progress"_a.none() = nb::none(), "indptr, indices and weights of the graph seen from both ends.");
}

}  // namespace vectarium
