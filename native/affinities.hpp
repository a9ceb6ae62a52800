// Gaussian affinities of a wanted perplexity (van der Maaten and Hinton, 2008, section 2).
#pragma once

#include <cstddef>

#include "instruction_set.hpp"

namespace vectarium {

struct Affinities {
  // Each row of k distances becomes p_j|i = exp(-b d_j^2) / sum, b such that the entropy of the row is
  // log(perplexity), or as near to it as distances allow.
  void (*weigh)(const float* distances, std::size_t rows, std::size_t k, float perplexity, float* scratch,
                float* weights);

  // How many floats of scratch: k rounded up to whole lanes.
  std::size_t (*scratch)(std::size_t k);
};

const Affinities& affinities_for(InstructionSet set);

}  // namespace vectarium
