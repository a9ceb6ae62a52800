#include <algorithm>
#include <chrono>

#include "affinities.hpp"
#include "bindings.hpp"
#include "placing.hpp"
#include "repulsion.hpp"
#include "tsne.hpp"
#include "workers.hpp"

namespace vectarium {

VECTARIUM_DECLARE_TABLES(Affinities, affinities);
const Affinities& affinities_for(InstructionSet set) { return table_for(set, VECTARIUM_TABLES(affinities)); }

namespace {

using Clock = std::chrono::steady_clock;

nb::object perplexity_weights(Matrix<float> distances, float perplexity, unsigned threads, nb::object progress,
                              const std::string& instruction_set) {
  const std::size_t n = distances.shape(0), k = distances.shape(1), rows = 256;
  if (k < 1) throw std::invalid_argument("At least one neighbour is needed");
  const Affinities& kernel = affinities_for(instruction_set_named(instruction_set.c_str()));
  std::unique_ptr<float[]> weights(new float[n * k]);
  {
    nb::gil_scoped_release released;
    Stop stop{false};
    const std::size_t pieces = (n + rows - 1) / rows;
    run_pieces(
        pieces, threads, stop,
        [&](std::size_t piece) {
          std::vector<float> scratch(kernel.scratch(k));
          const std::size_t first = piece * rows;
          kernel.weigh(distances.data() + first * k, std::min(rows, n - first), k, perplexity, scratch.data(),
                       weights.get() + first * k);
        },
        [&](std::size_t done) { watch(progress, double(done) / double(std::max<std::size_t>(pieces, 1))); });
  }
  return array_of(std::move(weights), n, k);
}

void begin(Tsne* self, Vector<std::int64_t> indptr, Vector<std::int32_t> indices, Vector<float> weights,
           Matrix<float> start, int iterations, int exaggerated, float exaggeration,
           float learning_rate_exaggerated, float learning_rate, float momentum, unsigned threads,
           const std::string& instruction_set) {
  const std::size_t n = start.shape(0), axes = start.shape(1);
  const bool fits = indptr.shape(0) == n + 1 && indices.shape(0) == weights.shape(0) && (axes == 2 || axes == 3) &&
                    indptr.data()[n] == std::int64_t(indices.shape(0));
  if (!fits) throw std::invalid_argument("The graph and the start do not fit together");
  const Schedule schedule = {iterations, exaggerated, exaggeration, learning_rate_exaggerated, learning_rate, momentum};
  nb::gil_scoped_release released;
  new (self) Tsne(Edges(n, indptr.data(), indices.data(), weights.data()), int(axes), start.data(), schedule, threads,
                  instruction_set_named(instruction_set.c_str()));
}

nb::object coordinates(const Tsne& tsne) {
  std::unique_ptr<float[]> out(new float[tsne.n() * std::size_t(tsne.axes())]);
  tsne.coordinates(out.get());
  return array_of(std::move(out), tsne.n(), std::size_t(tsne.axes()));
}

// Signals are let through every 50 ms; between two calls of `watch` lie `seconds` at least.
void advance(Tsne& tsne, nb::object watcher, double seconds) {
  nb::gil_scoped_release released;
  auto looked = Clock::now(), watched = looked;
  int seen = tsne.iteration();
  const auto look = [&] {
    const auto now = Clock::now();
    const bool due = !watcher.is_none() && now - watched >= std::chrono::duration<double>(seconds) &&
                     (seconds > 0.0 || tsne.iteration() != seen);
    if (!due && now - looked < std::chrono::milliseconds(50)) return;
    nb::gil_scoped_acquire held;
    looked = now;
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
    if (!due) return;
    seen = tsne.iteration();
    watcher(seen, coordinates(tsne));
    watched = Clock::now();
  };
  while (!tsne.done()) tsne.iterate(look);
  look();
}

Repulsion::Way way_named(const std::string& name) {
  if (name == "mesh") return Repulsion::Way::mesh;
  if (name == "pairs") return Repulsion::Way::pairs;
  if (name.empty()) return Repulsion::Way::best;
  throw std::invalid_argument("The repulsion is found by mesh or by pairs, not by " + name);
}

nb::tuple repulsion(Tsne& tsne, const std::string& way) {
  const Repulsion::Way chosen = way_named(way);
  std::unique_ptr<float[]> out(new float[tsne.n() * std::size_t(tsne.axes())]);
  double normaliser;
  {
    nb::gil_scoped_release released;
    normaliser = tsne.repulsion(out.get(), chosen);
  }
  return nb::make_tuple(array_of(std::move(out), tsne.n(), std::size_t(tsne.axes())), normaliser);
}

nb::object place_new(Matrix<float> layout, Matrix<std::int32_t> indices, Matrix<float> weights, int iterations,
                     unsigned threads, nb::object progress) {
  const std::size_t n = layout.shape(0), axes = layout.shape(1), m = indices.shape(0), k = indices.shape(1);
  if (weights.shape(0) != m || weights.shape(1) != k || k < 1 || n < 1 || axes < 2 || axes > 3)
    throw std::invalid_argument("The layout, indices and weights do not fit together");
  for (std::size_t e = 0; e < m * k; ++e)
    if (indices.data()[e] < 0 || std::size_t(indices.data()[e]) >= n) throw std::invalid_argument("No such point");
  std::unique_ptr<float[]> out(new float[m * axes]);
  {
    nb::gil_scoped_release released;
    auto looked = Clock::now();
    const auto look = [&](double share) {
      if (Clock::now() - looked < std::chrono::milliseconds(50)) return;
      watch(progress, share);
      looked = Clock::now();
    };
    vectarium::place(layout.data(), n, int(axes), indices.data(), weights.data(), m, k, iterations, threads,
                     best_instruction_set(), look, out.get());
  }
  return array_of(std::move(out), m, axes);
}

}  // namespace

void bind_tsne(nb::module_& module) {
  module.def("perplexity_weights", &perplexity_weights, "distances"_a.noconvert(), "perplexity"_a, "threads"_a,
             "progress"_a.none() = nb::none(), "instruction_set"_a = "",
             "Rows of distances as rows of affinities that sum to 1 and have the perplexity.");
  module.def("place", &place_new, "layout"_a.noconvert(), "indices"_a.noconvert(), "weights"_a.noconvert(),
             "iterations"_a, "threads"_a, "progress"_a.none() = nb::none(),
             "New points in a layout that stays as it is, by their neighbours in it.");
  nb::class_<Tsne>(module, "Tsne", "The descent of t-SNE, from a graph and a start.")
      .def("__init__", &begin, "indptr"_a.noconvert(), "indices"_a.noconvert(), "weights"_a.noconvert(),
           "start"_a.noconvert(), "iterations"_a, "exaggerated"_a, "exaggeration"_a, "learning_rate_exaggerated"_a,
           "learning_rate"_a, "momentum"_a, "threads"_a, "instruction_set"_a = "")
      .def_prop_ro("iteration", &Tsne::iteration)
      .def("coordinates", &coordinates)
      .def("advance", &advance, "watch"_a.none(), "seconds"_a)
      .def("divergence", &Tsne::divergence, nb::call_guard<nb::gil_scoped_release>())
      .def("repulsion", &repulsion, "way"_a = "");
}

}  // namespace vectarium
