#include "number_text.hpp"

#include <atomic>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>
#include <vector>

#include "team.hpp"

namespace vectarium {
namespace {

struct Piece {
  const char* begin;
  const char* end;
  std::size_t first;  // its first line
};

// The double that stands at a place, and where it ends; null if there is none.
const char* read_double(const char* at, const char* end, double& value) {
#if defined(__cpp_lib_to_chars) && __cpp_lib_to_chars >= 201611L
  const auto read = std::from_chars(at, end, value);
  return read.ec == std::errc() ? read.ptr : nullptr;
#else  // a standard library without from_chars for doubles; Python keeps the locale's decimal point a point
  char copy[64];
  const std::size_t length = std::size_t(end - at) < sizeof copy - 1 ? std::size_t(end - at) : sizeof copy - 1;
  std::memcpy(copy, at, length);
  copy[length] = 0;
  copy[std::strcspn(copy, "\n\t ,;|xX")] = 0;
  char* stop = nullptr;
  value = std::strtod(copy, &stop);
  return stop == copy || stop == copy + sizeof copy - 1 ? nullptr : at + (stop - copy);
#endif
}

// The same as a float. What Python would not read, such as nan(1), is none.
const char* read_float(const char* at, const char* end, float& out) {
  if (at < end && *at == '+') {
    ++at;
    if (at < end && (*at == '-' || *at == '+')) return nullptr;
  }
  double value;
  const char* stop = read_double(at, end, value);
  if (stop == nullptr) return nullptr;
  out = float(value);
  if (std::isfinite(out)) return stop;
  if (std::isfinite(value) || std::memchr(at, '(', std::size_t(stop - at)) != nullptr) return nullptr;
  return stop;
}

bool is_blank(char each) { return each == ' ' || each == '\t' || each == '\r'; }

const char* past_blanks(const char* at, const char* end) {
  while (at < end && *at == ' ') ++at;
  return at;
}

// A line without its end; false if it is not as it should be.
bool read_line(const char* at, const char* end, char delimiter, std::size_t d, float* out) {
  for (std::size_t i = 0; i < d; ++i) {
    if (i > 0) {
      if (at == end || *at != delimiter) return false;
      ++at;
    }
    at = read_float(past_blanks(at, end), end, out[i]);
    if (at == nullptr) return false;
    if (delimiter != ' ') at = past_blanks(at, end);
  }
  return at == end;
}

struct Reading {
  const char* text;
  char delimiter;
  std::size_t d;
  float* vectors;
  std::int64_t* words;
  std::atomic<bool> failed{false};

  void read(const Piece& piece) {
    const char* at = piece.begin;
    for (std::size_t line = piece.first; at < piece.end && !failed.load(std::memory_order_relaxed); ++line) {
      const auto* stop = static_cast<const char*>(std::memchr(at, '\n', std::size_t(piece.end - at)));
      const char* end = stop;
      while (end > at && is_blank(end[-1])) --end;
      if (words != nullptr) {
        const auto* word = static_cast<const char*>(std::memchr(at, delimiter, std::size_t(end - at)));
        if (word == nullptr || word == at) return failed.store(true);
        words[2 * line] = at - text;
        words[2 * line + 1] = word - text;
        at = word + 1;
      }
      if (!read_line(at, end, delimiter, d, vectors + line * d)) return failed.store(true);
      at = stop + 1;
    }
  }
};

// About equal pieces of whole lines, and how many lines there are in all.
std::vector<Piece> cut(const char* text, std::size_t size, unsigned count, std::size_t& lines) {
  std::vector<Piece> pieces;
  const char* begin = text;
  const char* end = text + size;
  lines = 0;
  for (unsigned i = 1; i <= count && begin < end; ++i) {
    const char* aim = i == count ? end - 1 : begin + std::size_t(end - begin) / (count - i + 1);
    const auto* stop = static_cast<const char*>(std::memchr(aim, '\n', std::size_t(end - aim)));
    pieces.push_back({begin, stop + 1, lines});
    for (const char* at = begin; at <= stop; ++at) lines += *at == '\n';
    begin = stop + 1;
  }
  return pieces;
}

}  // namespace

NumberText read_number_text(const char* text, std::size_t size, char delimiter, std::size_t d, bool with_words,
                            unsigned threads) {
  NumberText made;
  if (size == 0 || text[size - 1] != '\n' || d == 0) return made;
  const std::vector<Piece> pieces = cut(text, size, threads, made.n);
  // A number and what parts it from the next take two bytes, so no more is allocated than was read twice over.
  if (d > size || made.n > size / d) return made;
  made.vectors.reset(new float[made.n * d]);
  if (with_words) made.words.reset(new std::int64_t[2 * made.n]);
  Reading reading{text, delimiter, d, made.vectors.get(), made.words.get()};
  if (pieces.size() == 1) {
    reading.read(pieces[0]);
  } else {
    Team team(static_cast<unsigned>(pieces.size()));
    team.each(pieces.size(), [&](std::size_t i) { reading.read(pieces[i]); });
  }
  if (reading.failed) made.vectors.reset();
  return made;
}

}  // namespace vectarium
