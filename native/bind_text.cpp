#include "bindings.hpp"
#include "number_text.hpp"

namespace vectarium {
namespace {

nb::object number_text(const nb::bytes& text, char delimiter, std::size_t d, bool words, unsigned threads) {
  NumberText made;
  {
    const char* data = text.c_str();
    const std::size_t size = text.size();
    nb::gil_scoped_release released;
    made = read_number_text(data, size, delimiter, d, words, threads < 1 ? 1 : threads);
  }
  if (made.vectors == nullptr) return nb::none();
  nb::object places = nb::none();
  if (words) places = array_of(std::move(made.words), made.n, 2);
  return nb::make_tuple(array_of(std::move(made.vectors), made.n, d), places);
}

}  // namespace

void bind_text(nb::module_& module) {
  module.def("number_text", &number_text, "text"_a, "delimiter"_a, "d"_a, "words"_a, "threads"_a);
}

}  // namespace vectarium
