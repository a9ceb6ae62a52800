#include "bindings.hpp"
#include "kd_tree.hpp"
#include "ranks.hpp"
#include "student.hpp"

namespace vectarium {
namespace {

using Rows = Vector<std::int64_t>;

void check_rows(const Rows& rows, std::size_t n) {
  for (std::size_t i = 0; i < rows.shape(0); ++i)
    if (rows(i) < 0 || std::size_t(rows(i)) >= n) throw std::invalid_argument("a row is not there");
}

void check_targets(const Matrix<std::int32_t>& targets, const Rows& queries, std::size_t n) {
  if (targets.shape(0) != queries.shape(0)) throw std::invalid_argument("each query needs its targets");
  for (std::size_t i = 0; i < targets.shape(0); ++i)
    for (std::size_t j = 0; j < targets.shape(1); ++j)
      if (targets(i, j) < 0 || std::size_t(targets(i, j)) >= n || targets(i, j) == queries(i))
        throw std::invalid_argument("a target is not there, or is its own query");
}

template <class Number>
nb::tuple ranks(Matrix<Number> vectors, Rows queries, Matrix<std::int32_t> targets, std::size_t wanted,
                const std::string& metric, unsigned threads, nb::object progress, const std::string& instruction_set) {
  const std::size_t n = vectors.shape(0), d = vectors.shape(1), m = queries.shape(0), k = targets.shape(1);
  const Metric chosen = metric_named(metric);
  if (chosen == Metric::inner_product) throw std::invalid_argument("points are ranked by distances");
  if (wanted >= n || d < 1 || n > 0x7fffffff) throw std::invalid_argument("wanted < n < 2**31 is needed");
  check_rows(queries, n);
  check_targets(targets, queries, n);
  const RankTile& tile = rank_tile_for(instruction_set_named(instruction_set.c_str()));
  std::unique_ptr<double[]> found(new double[m * k]);
  std::unique_ptr<std::int32_t[]> nearest(new std::int32_t[m * wanted]);
  const Ranking<Number> ranking = {vectors.data(), n, d, chosen, queries.data(), m, targets.data(), k,
                                   wanted, found.get(), nearest.get()};
  {
    nb::gil_scoped_release released;
    vectarium::rank(ranking, threads, tile, [&](double fraction) { watch(progress, fraction); });
  }
  return nb::make_tuple(array_of(std::move(found), m, k), array_of(std::move(nearest), m, wanted));
}

template <class Number>
nb::object picture_neighbors(Matrix<Number> points, Rows queries, std::size_t k, unsigned threads,
                             nb::object progress) {
  const std::size_t n = points.shape(0), d = points.shape(1), m = queries.shape(0);
  if (k < 1 || k >= n || d < 1 || d > 3 || n > 0x7fffffff)
    throw std::invalid_argument("1 <= k < n < 2**31 and one to three dimensions are needed");
  check_rows(queries, n);
  std::unique_ptr<std::int32_t[]> indices(new std::int32_t[m * k]());
  {
    nb::gil_scoped_release released;
    vectarium::picture_neighbors(
        points.data(), n, d, queries.data(), m, k, threads, [&](double fraction) { watch(progress, fraction); },
        indices.get());
  }
  return array_of(std::move(indices), m, k);
}

nb::object sums_for_rows(Matrix<float> points, Rows rows, unsigned threads, nb::object progress,
                        const std::string& instruction_set) {
  const std::size_t n = points.shape(0), d = points.shape(1), m = rows.shape(0);
  check_rows(rows, n);
  const Student& student = student_for(instruction_set_named(instruction_set.c_str()));
  std::unique_ptr<double[]> sums(new double[m]);
  {
    nb::gil_scoped_release released;
    vectarium::student_sums(
        points.data(), n, d, rows.data(), m, threads, student, [&](double fraction) { watch(progress, fraction); },
        sums.get());
  }
  return array_of(std::move(sums), m);
}

template <class Number>
void bind_for(nb::module_& module) {
  module.def("ranks", &ranks<Number>, "vectors"_a.noconvert(), "queries"_a.noconvert(), "targets"_a.noconvert(),
             "wanted"_a, "metric"_a, "threads"_a, "progress"_a.none() = nb::none(), "instruction_set"_a = "",
             "The ranks of targets among all points, float64 (m, k), and the nearest points, int32 (m, wanted).");
  module.def("picture_neighbors", &picture_neighbors<Number>, "points"_a.noconvert(), "queries"_a.noconvert(), "k"_a,
             "threads"_a, "progress"_a.none() = nb::none(),
             "The exact k nearest neighbours of distinct rows in one to three dimensions: int32 (m, k).");
}

}  // namespace

void bind_fidelity(nb::module_& module) {
  bind_for<float>(module);
  bind_for<double>(module);
  module.def("student_sums", &sums_for_rows, "points"_a.noconvert(), "rows"_a.noconvert(), "threads"_a,
             "progress"_a.none() = nb::none(), "instruction_set"_a = "",
             "For each row the sum of 1 / (1 + distance²) over all other points: float64 (m,).");
}

}  // namespace vectarium
