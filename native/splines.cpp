// Compiled once for each instruction set (instruction_set.hpp).
#include "splines.hpp"

#include "lanes.hpp"

namespace vectarium {
namespace {

// Weights of the four nodes at t in [0, 1) behind the second: a cubic in t each.
Quad weights(float t) {
  const Quad x = Quad::all(t);
  Quad out = Quad::of(-1.0f / 6, 0.5f, -0.5f, 1.0f / 6);
  Quad next = Quad::of(0.5f, -1.0f, 0.5f, 0.0f);
  next.add_product(out, x);
  out = Quad::of(-0.5f, 0.0f, 0.5f, 0.0f);
  out.add_product(next, x);
  next = Quad::of(1.0f / 6, 2.0f / 3, 1.0f / 6, 0.0f);
  next.add_product(out, x);
  return next;
}

Quad weight_slopes(float t) {
  const Quad x = Quad::all(t);
  Quad out = Quad::of(1.0f, -2.0f, 1.0f, 0.0f);
  out.add_product(Quad::of(-0.5f, 1.5f, -1.5f, 0.5f), x);
  Quad slope = Quad::of(-0.5f, 0.0f, 0.5f, 0.0f);
  slope.add_product(out, x);
  return slope;
}

struct Place {
  std::size_t node;  // the first of the four
  float t;
};

Place place(const MeshView& mesh, const PointsView& points, int axis, std::size_t i) {
  const float cells = (points.coordinates[axis][i] - mesh.origin[axis]) * mesh.inverse_spacing;
  const int whole = int(cells);
  return {std::size_t(whole - 1), cells - float(whole)};
}

void add(float* row, Quad weight, Quad along) {
  Quad sum = Quad::load(row);
  sum.add_product(weight, along);
  sum.store(row);
}

void add_rows(float* rows, std::size_t stride, Quad weights, Quad along) {
  add(rows, weights.spread<0>(), along);
  add(rows + stride, weights.spread<1>(), along);
  add(rows + 2 * stride, weights.spread<2>(), along);
  add(rows + 3 * stride, weights.spread<3>(), along);
}

void spread_2(const MeshView& mesh, const PointsView& points) {
  for (std::size_t i = points.start; i < points.stop; ++i) {
    const Place y = place(mesh, points, 0, i), x = place(mesh, points, 1, i);
    add_rows(mesh.values + y.node * mesh.strides[0] + x.node, mesh.strides[0], weights(y.t), weights(x.t));
  }
}

void spread_3(const MeshView& mesh, const PointsView& points) {
  for (std::size_t i = points.start; i < points.stop; ++i) {
    const Place z = place(mesh, points, 0, i), y = place(mesh, points, 1, i), x = place(mesh, points, 2, i);
    float* layer = mesh.values + z.node * mesh.strides[0] + y.node * mesh.strides[1] + x.node;
    const Quad along_y = weights(y.t), along_x = weights(x.t);
    alignas(16) float along_z[4];
    weights(z.t).store(along_z);
    for (int a = 0; a < 4; ++a, layer += mesh.strides[0])
      add_rows(layer, mesh.strides[1], Quad::all(along_z[a]) * along_y, along_x);
  }
}

// The four rows' sum, weighed.
Quad joined(const float* rows, std::size_t stride, Quad weights) {
  Quad sum = weights.spread<0>() * Quad::load(rows);
  sum.add_product(weights.spread<1>(), Quad::load(rows + stride));
  sum.add_product(weights.spread<2>(), Quad::load(rows + 2 * stride));
  sum.add_product(weights.spread<3>(), Quad::load(rows + 3 * stride));
  return sum;
}

double read_2(const MeshView& mesh, const PointsView& points, float* const* slopes, float* values) {
  double sum = 0.0;
  for (std::size_t i = points.start; i < points.stop; ++i) {
    const Place y = place(mesh, points, 0, i), x = place(mesh, points, 1, i);
    const float* rows = mesh.values + y.node * mesh.strides[0] + x.node;
    const Quad along = weights(x.t), value = joined(rows, mesh.strides[0], weights(y.t));
    const float here = (along * value).sum();
    sum += double(here);
    if (values) values[i] = here;
    slopes[0][i] = mesh.inverse_spacing * (along * joined(rows, mesh.strides[0], weight_slopes(y.t))).sum();
    slopes[1][i] = mesh.inverse_spacing * (weight_slopes(x.t) * value).sum();
  }
  return sum;
}

double read_3(const MeshView& mesh, const PointsView& points, float* const* slopes, float* values) {
  double sum = 0.0;
  for (std::size_t i = points.start; i < points.stop; ++i) {
    const Place z = place(mesh, points, 0, i), y = place(mesh, points, 1, i), x = place(mesh, points, 2, i);
    const float* layer = mesh.values + z.node * mesh.strides[0] + y.node * mesh.strides[1] + x.node;
    const Quad along_y = weights(y.t), slope_y = weight_slopes(y.t);
    alignas(16) float along_z[4], slope_z[4];
    weights(z.t).store(along_z);
    weight_slopes(z.t).store(slope_z);
    Quad value = Quad::all(0.0f), by_y = value, by_z = value;
    for (int a = 0; a < 4; ++a, layer += mesh.strides[0]) {
      const Quad rows = joined(layer, mesh.strides[1], along_y);
      value.add_product(Quad::all(along_z[a]), rows);
      by_z.add_product(Quad::all(slope_z[a]), rows);
      by_y.add_product(Quad::all(along_z[a]), joined(layer, mesh.strides[1], slope_y));
    }
    const Quad along_x = weights(x.t);
    const float here = (along_x * value).sum();
    sum += double(here);
    if (values) values[i] = here;
    slopes[0][i] = mesh.inverse_spacing * (along_x * by_z).sum();
    slopes[1][i] = mesh.inverse_spacing * (along_x * by_y).sum();
    slopes[2][i] = mesh.inverse_spacing * (weight_slopes(x.t) * value).sum();
  }
  return sum;
}

}  // namespace

VECTARIUM_DECLARE_TABLES(Splines, splines);
const Splines VECTARIUM_FOR_SET(splines) = {{spread_2, spread_3}, {read_2, read_3}};

}  // namespace vectarium
