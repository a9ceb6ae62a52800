// exp of as many floats at once as there are lanes. Included by kernels only, as lanes.hpp.
#pragma once

#include "lanes.hpp"

namespace {

// Right to 3 parts in ten million for x in [-87, 87]: exp(x) = 2^k exp(r), |r| <= log(2) / 2, the latter
// by its series (Cody and Waite, "Software manual for the elementary functions", 1980: log(2) in two parts).
inline Lanes exponential(Lanes x) {
  x = x.max(Lanes::all(-87.0f)).min(Lanes::all(87.0f));
  const Lanes k = (x * Lanes::all(1.44269504f) + Lanes::all(0.5f)).floor();
  x.add_product(k, Lanes::all(-0.693359375f));
  x.add_product(k, Lanes::all(2.12194440e-4f));
  Lanes sum = Lanes::all(1.0f / 720);
  constexpr float terms[] = {1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f};
  for (const float term : terms) {
    Lanes next = Lanes::all(term);
    next.add_product(sum, x);
    sum = next;
  }
  return sum.scaled(k);
}

}  // namespace
