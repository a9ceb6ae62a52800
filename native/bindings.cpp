// The one thin file between Python and the kernels.
#include <nanobind/nanobind.h>

NB_MODULE(_native, module) { module.doc() = "Vectarium's kernels. Imported only by vectarium.project."; }
