// The potential of points, phi(y) = sum over j of 1 / (1 + |y - y_j|^2), by a mesh and Fourier transforms.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "aligned.hpp"
#include "convolution.hpp"
#include "fourier.hpp"
#include "kernel_spectrum.hpp"
#include "splines.hpp"
#include "team.hpp"

namespace vectarium {

// Coordinates of n points, axis by axis.
struct Points {
  std::size_t n;
  int axes;
  const float* coordinates[3];
};

struct Box {
  std::array<float, 3> low{}, high{};
};

// A smoothed particle mesh (Essmann et al., "A smooth particle mesh Ewald method", 1995) with t-SNE's
// kernel: points are spread by cubic B-splines, the mesh is convolved with the kernel by Fourier
// transforms, values and slopes are read back by the same splines. What the splines smooth away is put
// back by dividing the kernel's spectrum by theirs. The mesh is twice as long as the points reach, so
// that the transforms' periodic copies do not meet.
class Mesh {
 public:
  Mesh(InstructionSet set, int axes);

  // Chooses a mesh that holds the box, or keeps the one there is.
  void fit(const Box& box, Team& team);

  // Makes the potential of these points, which lie in the box.
  void put(const Points& points, Team& team);

  // Writes the potential's slope at the points that were put, and returns its sum over them. Each gets
  // back what it adds itself: 1.
  double read(Team& team, float* const* slopes);

  // Writes slope and value at any points in the box.
  void read_at(const Points& points, Team& team, float* const* slopes, float* values);

  // A mesh for this box: how many nodes the transforms would see, and how far apart they would be.
  struct Outline {
    double nodes, spacing;
  };
  static Outline outline_for(const Box& box, int axes);

  // Spacings up to this one keep the forces right to 2% in layouts.
  static const double widest_spacing;

 private:
  struct Shape {
    double spacing;
    std::array<int, 3> sizes;  // nodes that are used along each axis
  };
  static Shape shape_for(const Box& box, int axes);
  bool keeps(const Box& box, const Shape& wanted) const;
  void make_kernel(Team& team);
  void sort_into_stripes(const Points& points, Team& team);
  void convolve(Team& team);
  MeshView view();

  const Convolution& convolution_;
  const Splines& splines_;
  const int axes_;
  double spacing_ = 0.0;
  std::size_t put_ = 0;  // how many points were put
  std::array<int, 3> sizes_{};
  std::array<float, 3> origin_{};
  std::vector<FourierPlan> plans_;
  std::size_t row_ = 0, depth_ = 0, line_ = 0;  // floats from row to row of mesh and spectrum, and to its next layer
  AlignedFloats values_, re_, im_;
  KernelSpectrum kernel_;

  // The points stripe by stripe along the first axis: threads that spread different stripes do not meet.
  std::vector<std::uint32_t> stripe_of_, order_, counts_;
  std::vector<std::size_t> stripes_;
  std::vector<float> sorted_[3], slopes_[3];
};

}  // namespace vectarium
