// Which instruction sets a kernel is compiled for, and which of them this processor can run.
//
// A file that is worth it is compiled once for each set, with VECTARIUM_SET naming the one (see
// add_kernel in CMakeLists.txt). It defines one table of functions, named after the set:
//
//     const Tile VECTARIUM_FOR_SET(tile) = {...};
//
// and whoever calls it chooses with  table_for(set, VECTARIUM_TABLES(tile)).
// Such a file uses no library templates and puts all else into an anonymous namespace, so that the
// linker can never hand a function compiled for a newer processor to an older one.
#pragma once

namespace vectarium {

enum class InstructionSet { baseline, avx2, avx512 };

// Whether the processor has it and kernels were compiled for it.
bool has(InstructionSet set);

// The newest that it has.
InstructionSet best_instruction_set();

const char* name_of(InstructionSet set);

// The one of that name; the best for an empty name. Throws std::invalid_argument if the processor has it not.
InstructionSet instruction_set_named(const char* name);

template <class Table>
const Table& table_for(InstructionSet set, const Table& baseline, const Table& avx2, const Table& avx512) {
  return set == InstructionSet::avx512 ? avx512 : set == InstructionSet::avx2 ? avx2 : baseline;
}

}  // namespace vectarium

#define VECTARIUM_JOIN_(a, b) a##_##b
#define VECTARIUM_JOIN(a, b) VECTARIUM_JOIN_(a, b)
#define VECTARIUM_FOR_SET(name) VECTARIUM_JOIN(name, VECTARIUM_SET)

// Declares the tables of a kernel, and names them all as arguments of table_for.
#if defined(VECTARIUM_X86)
#define VECTARIUM_DECLARE_TABLES(Table, name) extern const Table name##_baseline, name##_avx2, name##_avx512
#define VECTARIUM_TABLES(name) name##_baseline, name##_avx2, name##_avx512
#else
#define VECTARIUM_DECLARE_TABLES(Table, name) extern const Table name##_baseline
#define VECTARIUM_TABLES(name) name##_baseline, name##_baseline, name##_baseline
#endif
