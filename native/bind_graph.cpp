#include "bindings.hpp"
#include "diffusion.hpp"
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

void check_graph(const Vector<std::int64_t>& indptr, const Vector<std::int32_t>& indices) {
  const std::size_t n = indptr.shape(0) - 1;
  bool fits = indptr.shape(0) > 0 && indptr.data()[0] == 0 && n < 0x7fffffff &&
              indptr.data()[n] == std::int64_t(indices.shape(0));
  for (std::size_t i = 0; fits && i < n; ++i) fits = indptr.data()[i] <= indptr.data()[i + 1];
  for (std::size_t e = 0; fits && e < indices.shape(0); ++e)
    fits = indices.data()[e] >= 0 && std::size_t(indices.data()[e]) < n;
  if (!fits) throw std::invalid_argument("The graph's rows and edges do not fit together");
}

nb::tuple connected(Vector<std::int64_t> indptr, Vector<std::int32_t> indices, nb::object progress) {
  check_graph(indptr, indices);
  const std::size_t n = indptr.shape(0) - 1;
  std::unique_ptr<std::int32_t[]> labels(new std::int32_t[n]);
  std::size_t count;
  {
    nb::gil_scoped_release released;
    count = vectarium::components(n, indptr.data(), indices.data(), [&] { watch(progress, 0.0); }, labels.get());
  }
  return nb::make_tuple(count, array_of(std::move(labels), n));
}

// A graph whose edges were checked once, for many products.
class Diffusion {
 public:
  Diffusion(Vector<std::int64_t> indptr, Vector<std::int32_t> indices, Vector<float> values, unsigned threads)
      : indptr_(indptr), indices_(indices), values_(values), threads_(threads) {
    check_graph(indptr, indices);
    if (values.shape(0) != indices.shape(0)) throw std::invalid_argument("A value for each edge is needed");
  }
  nb::object step(Matrix<float> x, Matrix<float> last, float product, float self, nb::object progress) const {
    const std::size_t n = indptr_.shape(0) - 1;
    for (const auto& each : {x, last})
      if (each.shape(0) != n || each.shape(1) != block_width) throw std::invalid_argument("Blocks (n, 8) are needed");
    std::unique_ptr<float[]> out(new float[n * block_width]);
    {
      nb::gil_scoped_release released;
      diffuse({n, indptr_.data(), indices_.data(), values_.data()}, x.data(), last.data(), product, self, threads_,
              [&] { watch(progress, 0.0); }, out.get());
    }
    return array_of(std::move(out), n, block_width);
  }

 private:
  Vector<std::int64_t> indptr_;
  Vector<std::int32_t> indices_;
  Vector<float> values_;
  unsigned threads_;
};

}  // namespace

void bind_graph(nb::module_& module) {
  module.def("symmetrise", &graph_of_neighbors, "indices"_a.noconvert(), "weights"_a.noconvert(), "combine"_a, "threads"_a,
             "progress"_a.none() = nb::none(), "indptr, indices and weights of the graph seen from both ends.");
  module.def("components", &connected, "indptr"_a.noconvert(), "indices"_a.noconvert(), "progress"_a.none() = nb::none(),
             "How many components a symmetric graph has, and which one each point belongs to.");
  nb::class_<Diffusion>(module, "Diffusion", "Products of a graph with blocks of 8 vectors.")
      .def(nb::init<Vector<std::int64_t>, Vector<std::int32_t>, Vector<float>, unsigned>(), "indptr"_a.noconvert(),
           "indices"_a.noconvert(), "values"_a.noconvert(), "threads"_a)
      .def("step", &Diffusion::step, "x"_a.noconvert(), "last"_a.noconvert(), "product"_a, "self_"_a,
           "progress"_a.none() = nb::none(), "product * (graph x) + self * x - last.");
}

}  // namespace vectarium
