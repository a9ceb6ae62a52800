#include "bindings.hpp"
#include "canvas.hpp"
#include "gif_codes.hpp"

namespace vectarium {
namespace {

using Pixels = nb::ndarray<float, nb::shape<-1, -1, 3>, nb::c_contig, nb::device::cpu>;
using Picture = nb::ndarray<const float, nb::shape<-1, -1, 4>, nb::c_contig, nb::device::cpu>;

Canvas canvas_of(const Pixels& pixels) { return {pixels.data(), pixels.shape(0), pixels.shape(1)}; }

void discs(const Pixels& pixels, const Matrix<float>& shapes, const Matrix<float>& colors) {
  if (shapes.shape(1) != 4 || colors.shape(1) != 4 || shapes.shape(0) != colors.shape(0))
    throw std::invalid_argument("Discs need shapes (n, 4) and colours (n, 4)");
  nb::gil_scoped_release released;
  paint_discs(canvas_of(pixels), shapes.data(), colors.data(), shapes.shape(0));
}

void stretched(const Pixels& pixels, const Picture& picture, double left, double across, double top, double down,
               float opacity) {
  if (picture.shape(0) == 0 || picture.shape(1) == 0) return;
  nb::gil_scoped_release released;
  const Stretch stretch{picture.data(), picture.shape(0), picture.shape(1), left, across, top, down};
  paint_stretched(canvas_of(pixels), stretch, opacity);
}

nb::object outline(const Matrix<float>& lines, std::size_t height, std::size_t width) {
  if (lines.shape(1) != 4) throw std::invalid_argument("Lines need the shape (n, 4)");
  auto coverage = std::make_unique<float[]>(height * width);
  fill_outline(lines.data(), lines.shape(0), coverage.get(), height, width);
  return array_of(std::move(coverage), height, width);
}

nb::bytes codes(const Vector<std::uint8_t>& indices) {
  std::string made;
  {
    nb::gil_scoped_release released;
    made = gif_codes(indices.data(), indices.shape(0));
  }
  return nb::bytes(made.data(), made.size());
}

}  // namespace

void bind_canvas(nb::module_& module) {
  module.def("paint_discs", &discs, "canvas"_a, "shapes"_a, "colors"_a);
  module.def("paint_stretched", &stretched, "canvas"_a, "picture"_a, "left"_a, "across"_a, "top"_a, "down"_a,
             "opacity"_a);
  module.def("fill_outline", &outline, "lines"_a, "height"_a, "width"_a);
  module.def("gif_codes", &codes, "indices"_a);
}

}  // namespace vectarium
