#include <nanobind/stl/optional.h>

#include <optional>

#include "bindings.hpp"
#include "fuzzy.hpp"
#include "umap.hpp"

namespace vectarium {
namespace {

nb::object weights_of(Matrix<float> distances, bool outside, unsigned threads, nb::object progress) {
  const std::size_t n = distances.shape(0), k = distances.shape(1);
  std::unique_ptr<float[]> weights(new float[n * k]);
  {
    nb::gil_scoped_release released;
    vectarium::fuzzy_weights(
        distances.data(), n, k, outside ? Seen::outside : Seen::within, threads,
        [&](double fraction) { watch(progress, fraction); }, weights.get());
  }
  return array_of(std::move(weights), n, k);
}

void begin(Umap* self, Vector<std::int64_t> indptr, Vector<std::int32_t> indices, Vector<float> weights,
           Matrix<float> start, std::optional<Matrix<float>> fixed, float a, float b, int epochs, float learning_rate,
           int negative_sample_rate, std::uint64_t seed, const std::string& instruction_set, nb::object progress) {
  const std::size_t n = start.shape(0), dimensions = start.shape(1), others = fixed ? fixed->shape(0) : n;
  const bool fits = indptr.shape(0) == n + 1 && indices.shape(0) == weights.shape(0) &&
                    (dimensions == 2 || dimensions == 3) && indptr.data()[0] == 0 &&
                    indptr.data()[n] == std::int64_t(indices.shape(0)) && n < 0x7fffffff &&
                    (!fixed || (fixed->shape(1) == dimensions && others > 0));
  if (!fits || epochs < 0 || negative_sample_rate < 1)
    throw std::invalid_argument("The graph, the start and the settings do not fit together");
  for (std::size_t e = 0; e < indices.shape(0); ++e)
    if (indices.data()[e] < 0 || std::size_t(indices.data()[e]) >= others)
      throw std::invalid_argument("An edge leads to a point that is not there");
  UmapSettings settings;
  settings.dimensions = int(dimensions);
  settings.a = a;
  settings.b = b;
  settings.epochs = epochs;
  settings.learning_rate = learning_rate;
  settings.negative_sample_rate = negative_sample_rate;
  settings.seed = seed;
  const Ties ties{n, indptr.data(), indices.data(), weights.data()};
  const InstructionSet set = instruction_set_named(instruction_set.c_str());
  const Look look = [&] { watch(progress, 1.0); };
  nb::gil_scoped_release released;
  if (fixed)
    new (self) Umap(ties, start.data(), fixed->data(), others, settings, set, look);
  else
    new (self) Umap(ties, start.data(), settings, set, look);
}

nb::object coordinates(const Umap& umap) {
  std::unique_ptr<float[]> out(new float[umap.size() * std::size_t(umap.dimensions())]);
  umap.read(out.get());
  return array_of(std::move(out), umap.size(), std::size_t(umap.dimensions()));
}

}  // namespace

void bind_umap(nb::module_& module) {
  module.def("fuzzy_weights", &weights_of, "distances"_a.noconvert(), "outside"_a, "threads"_a,
             "progress"_a.none() = nb::none(), "How strongly each point holds its neighbours, (n, k).");
  nb::class_<Umap>(module, "Umap", "The descent of UMAP, from a graph and a start.")
      .def("__init__", &begin, "indptr"_a.noconvert(), "indices"_a.noconvert(), "weights"_a.noconvert(),
           "start"_a.noconvert(), "fixed"_a.noconvert().none(), "a"_a, "b"_a, "epochs"_a, "learning_rate"_a,
           "negative_sample_rate"_a, "seed"_a, "instruction_set"_a = "",
           "progress"_a.none() = nb::none())
      .def_prop_ro("epoch", &Umap::epoch)
      .def("coordinates", &coordinates)
      .def("advance", &Umap::advance, "seconds"_a, "threads"_a, nb::call_guard<nb::gil_scoped_release>());
}

}  // namespace vectarium
