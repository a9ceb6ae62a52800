// The module; each kernel is bound in a thin file of its own.
#include "bindings.hpp"

#include "instruction_set.hpp"

NB_MODULE(_native, module) {
  using namespace vectarium;
  module.doc() = "Vectarium's kernels. Imported only by vectarium.project, vectarium.formats and vectarium.share.";
  bind_canvas(module);
  bind_courses(module);
  bind_fidelity(module);
  bind_graph(module);
  bind_neighbors(module);
  bind_text(module);
  bind_tsne(module);
  bind_umap(module);
  module.def(
      "instruction_sets",
      [] {
        nb::list known;
        for (const InstructionSet each : {InstructionSet::avx512, InstructionSet::avx2, InstructionSet::baseline})
          if (has(each)) known.append(name_of(each));
        return known;
      },
      "The instruction sets of this processor that kernels were compiled for, the fastest first.");
}
