// Vectors written as text, one a line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace vectarium {

struct NumberText {
  std::size_t n = 0;                      // lines
  std::unique_ptr<float[]> vectors;       // (n, d); null where a line is not as it should be
  std::unique_ptr<std::int64_t[]> words;  // (n, 2): where the word of each line begins and ends; null without words
};

// Reads whole lines of d numbers each, parted by one delimiter, or by blanks where that is a blank; with a
// word before the numbers where `with_words` is set. Every number is the nearest float of the nearest double,
// whatever the number of threads. Gives up at the first line that is anything else, or holds a finite number
// that no float does.
NumberText read_number_text(const char* text, std::size_t size, char delimiter, std::size_t d, bool with_words,
                            unsigned threads);

}  // namespace vectarium
