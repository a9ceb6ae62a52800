// Compiled once for each instruction set (instruction_set.hpp).
#include "convolution.hpp"

#include "fourier_lanes.hpp"

namespace vectarium {
namespace {

constexpr int width = Lanes::width;

// A tile turned over: lane l of row k goes to to[l * stride + k].
void store_turned(const Lanes* tile, float* to, std::size_t stride) {
  alignas(64) float block[width * width];
  for (int k = 0; k < width; ++k) tile[k].store(block + k * width);
  for (int l = 0; l < width; ++l)
    for (int k = 0; k < width; ++k) to[std::size_t(l) * stride + std::size_t(k)] = block[k * width + l];
}

void load_turned(const float* from, std::size_t stride, Lanes* tile) {
  alignas(64) float block[width * width];
  for (int l = 0; l < width; ++l)
    for (int k = 0; k < width; ++k) block[k * width + l] = from[std::size_t(l) * stride + std::size_t(k)];
  for (int k = 0; k < width; ++k) tile[k] = Lanes::load(block + k * width);
}

// Two real lines are one complex one: the spectra of its parts are those of its even and odd part.
void forward_first(const Transform& transform, const float* lines, std::size_t stride, int filled, float* re,
                   float* im, std::size_t depth, void* scratch, void* other) {
  Complex *a = static_cast<Complex*>(scratch), *b = static_cast<Complex*>(other);
  const int n = transform.n;
  for (int i = 0; i < filled; ++i, lines += stride) a[i] = {Lanes::load(lines), Lanes::load(lines + width)};
  for (int i = filled; i < n; ++i) a[i] = zero();
  const Complex* o = transformed<forward>(transform, a, b);
  const Lanes half = Lanes::all(0.5f);
  for (int first = 0; first <= n / 2; first += width) {
    Lanes left_re[width], left_im[width], right_re[width], right_im[width];
    for (int i = 0; i < width; ++i) {
      const int k = first + i < n / 2 ? first + i : n / 2, mirrored = k == 0 ? 0 : n - k;
      const Complex there = o[k], back = o[mirrored];
      left_re[i] = half * (there.re + back.re);
      left_im[i] = half * (there.im - back.im);
      right_re[i] = half * (there.im + back.im);
      right_im[i] = half * (back.re - there.re);
    }
    store_turned(left_re, re + first, depth);
    store_turned(left_im, im + first, depth);
    store_turned(right_re, re + width * depth + first, depth);
    store_turned(right_im, im + width * depth + first, depth);
  }
}

void inverse_first(const Transform& transform, float* lines, std::size_t stride, int filled, const float* re,
                   const float* im, std::size_t depth, void* scratch, void* other) {
  Complex *a = static_cast<Complex*>(scratch), *b = static_cast<Complex*>(other);
  const int n = transform.n;
  for (int first = 0; first <= n / 2; first += width) {
    Lanes left_re[width], left_im[width], right_re[width], right_im[width];
    load_turned(re + first, depth, left_re);
    load_turned(im + first, depth, left_im);
    load_turned(re + width * depth + first, depth, right_re);
    load_turned(im + width * depth + first, depth, right_im);
    for (int i = 0; i < width && first + i <= n / 2; ++i) {
      const int k = first + i;
      a[k] = {left_re[i] - right_im[i], left_im[i] + right_re[i]};
      if (k > 0 && k < n / 2) a[n - k] = {left_re[i] + right_im[i], right_re[i] - left_im[i]};
    }
  }
  const Complex* o = transformed<inverse>(transform, a, b);
  for (int i = 0; i < filled; ++i, lines += stride) {
    o[i].re.store(lines);
    o[i].im.store(lines + width);
  }
}

void load_line(const float* re, const float* im, std::size_t stride, int filled, int n, Complex* a) {
  for (int i = 0; i < filled; ++i, re += stride, im += stride) a[i] = {Lanes::load(re), Lanes::load(im)};
  for (int i = filled; i < n; ++i) a[i] = zero();
}

void store_line(const Complex* o, float* re, float* im, std::size_t stride, int filled) {
  for (int i = 0; i < filled; ++i, re += stride, im += stride) {
    o[i].re.store(re);
    o[i].im.store(im);
  }
}

void forward_other(const Transform& transform, float* re, float* im, std::size_t stride, int filled, void* scratch,
                   void* other) {
  Complex *a = static_cast<Complex*>(scratch), *b = static_cast<Complex*>(other);
  load_line(re, im, stride, filled, transform.n, a);
  store_line(transformed<forward>(transform, a, b), re, im, stride, transform.n);
}

void inverse_other(const Transform& transform, float* re, float* im, std::size_t stride, int filled, void* scratch,
                   void* other) {
  Complex *a = static_cast<Complex*>(scratch), *b = static_cast<Complex*>(other);
  load_line(re, im, stride, transform.n, transform.n, a);
  store_line(transformed<inverse>(transform, a, b), re, im, stride, filled);
}

void convolve_other(const Transform& transform, float* re, float* im, std::size_t stride, int filled,
                    const float* kernel, std::size_t kernel_stride, void* scratch, void* other) {
  Complex *a = static_cast<Complex*>(scratch), *b = static_cast<Complex*>(other);
  load_line(re, im, stride, filled, transform.n, a);
  Complex* o = transformed<forward>(transform, a, b);
  for (int k = 0; k < transform.n; ++k, kernel += kernel_stride) o[k] = Lanes::load(kernel) * o[k];
  store_line(transformed<inverse>(transform, o, o == a ? b : a), re, im, stride, filled);
}

void even_other(const Transform& transform, const float* re, std::size_t stride, float* spectrum,
                std::size_t spectrum_stride, void* scratch, void* other) {
  Complex *a = static_cast<Complex*>(scratch), *b = static_cast<Complex*>(other);
  const int n = transform.n;
  for (int i = 0; i < n; ++i)
    a[i] = {Lanes::load(re + std::size_t(i <= n / 2 ? i : n - i) * stride), Lanes::all(0.0f)};
  const Complex* o = transformed<forward>(transform, a, b);
  for (int k = 0; k < n; ++k, spectrum += spectrum_stride) o[k].re.store(spectrum);
}

}  // namespace

VECTARIUM_DECLARE_TABLES(Convolution, convolution);
const Convolution VECTARIUM_FOR_SET(convolution) = {
    width,         sizeof(Complex), forward_first,  inverse_first,
    forward_other, inverse_other,   convolve_other, even_other};

}  // namespace vectarium
