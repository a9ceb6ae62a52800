#include <chrono>

#include "bindings.hpp"
#include "courses.hpp"

namespace vectarium {

namespace {

using Clock = std::chrono::steady_clock;

// The graphs of the steps that move stand one after another: rows count over all of them, indices within each.
std::vector<Edges> graphs_of(const Vector<std::int64_t>& sizes, const Vector<std::int64_t>& indptr,
                             const Vector<std::int32_t>& indices, const Vector<float>& weights) {
  std::vector<Edges> out;
  std::vector<std::int64_t> local;
  std::size_t row = 0;
  for (std::size_t step = 0; step < sizes.shape(0); ++step) {
    const std::size_t n = std::size_t(sizes.data()[step]);
    if (row + n + 1 > indptr.shape(0)) throw std::invalid_argument("The graphs have fewer rows than the steps");
    const std::int64_t first = indptr.data()[row], last = indptr.data()[row + n];
    if (first < 0 || first > last || std::size_t(last) > indices.shape(0) || indices.shape(0) != weights.shape(0))
      throw std::invalid_argument("The graphs' rows do not fit");
    local.assign(indptr.data() + row, indptr.data() + row + n + 1);
    for (std::int64_t& each : local) each -= first;
    for (std::size_t i = 0; i < n; ++i)
      if (local[i] > local[i + 1]) throw std::invalid_argument("The graphs' rows do not fit");
    for (std::int64_t e = first; e < last; ++e)
      if (indices.data()[e] < 0 || std::size_t(indices.data()[e]) >= n) throw std::invalid_argument("No such point");
    out.emplace_back(n, local.data(), indices.data() + first, weights.data() + first);
    row += n;
  }
  return out;
}

void begin(Courses* self, Vector<std::int64_t> sizes, Vector<std::int64_t> indptr, Vector<std::int32_t> indices,
           Vector<float> weights, Matrix<std::int32_t> rows, Vector<std::int32_t> lags, Matrix<float> lengths,
           Matrix<float> start, float strength, float softness, float learning_rate, float momentum, float longest,
           unsigned threads, const std::string& instruction_set) {
  const std::size_t steps = rows.shape(0), points = rows.shape(1), moving = sizes.shape(0), axes = start.shape(1);
  std::vector<std::size_t> counts(steps, 0);
  std::size_t count = 0;
  for (std::size_t i = 0; i < steps * points; ++i)
    if (rows.data()[i] >= 0) {
      if (std::size_t(rows.data()[i]) != count++) throw std::invalid_argument("The rows do not follow each other");
      ++counts[i / points];
    }
  bool fits = moving <= steps && (axes == 2 || axes == 3) && start.shape(0) == count &&
              lengths.shape(0) == lags.shape(0) && (lags.shape(0) == 0 || lengths.shape(1) == count);
  for (std::size_t step = 0; fits && step < moving; ++step)
    fits = std::size_t(sizes.data()[step]) == counts[steps - moving + step];
  for (std::size_t lag = 0; lag < lags.shape(0); ++lag) fits = fits && lags.data()[lag] > 0;
  if (!fits) throw std::invalid_argument("The steps, their graphs and the start do not fit together");
  const Bonds bonds = {steps, points, lags.shape(0), rows.data(), lags.data(), lengths.data(), strength, softness};
  new (self) Courses(graphs_of(sizes, indptr, indices, weights), bonds, int(axes), start.data(),
                     Pace{learning_rate, momentum, longest}, threads,
                     instruction_set_named(instruction_set.c_str()));
}

nb::object coordinates(const Courses& courses) {
  const std::size_t rows = courses.rows(), axes = std::size_t(courses.axes());
  std::unique_ptr<float[]> out(new float[rows * axes]);
  courses.coordinates(out.get());
  return array_of(std::move(out), rows, axes);
}

// look() is called now and then, with the GIL held; what it raises stops the points before an iteration.
void advance(Courses& courses, int iterations, nb::object look) {
  nb::gil_scoped_release released;
  auto looked = Clock::now();
  const auto now_and_then = [&] {
    if (Clock::now() - looked < std::chrono::milliseconds(50)) return;
    nb::gil_scoped_acquire held;
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
    if (!look.is_none()) look();
    looked = Clock::now();
  };
  while (courses.iteration() < iterations) courses.iterate(now_and_then);
}

}  // namespace

void bind_courses(nb::module_& module) {
  nb::class_<Courses>(module, "Courses", "t-SNE of many steps at once, each point tied to itself along time.")
      .def("__init__", &begin, "sizes"_a.noconvert(), "indptr"_a.noconvert(), "indices"_a.noconvert(),
           "weights"_a.noconvert(), "rows"_a.noconvert(), "lags"_a.noconvert(), "lengths"_a.noconvert(),
           "start"_a.noconvert(), "strength"_a, "softness"_a, "learning_rate"_a, "momentum"_a, "longest"_a,
           "threads"_a, "instruction_set"_a = "")
      .def_prop_ro("iteration", &Courses::iteration)
      .def("coordinates", &coordinates)
      .def("advance", &advance, "iterations"_a, "look"_a.none() = nb::none());
}

}  // namespace vectarium
