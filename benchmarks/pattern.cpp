// SPDX-License-Identifier: Apache-2.0
// Nanoseconds per byte of patterns by their tables and by their shapes, on texts that match.
#include <callgate/reflect/pattern.hpp>

#include "patterns.hpp"  // benchmarks/pattern.py writes it: names, patterns, texts of each

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <span>
#include <string_view>

namespace {

constexpr std::size_t rounds = 25, turns = 100;  // over all texts of a pattern

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The least of several rounds; a text is another one than the text before.
template <class Matches>
double nanoseconds_per_byte(std::span<const std::string_view> texts, Matches matches) {
  double least = 1e9;
  std::size_t matched = 0, bytes = 0;
  for (const std::string_view text : texts) bytes += text.size() * turns;
  for (std::size_t round = 0; round < rounds; ++round) {
    const double start = seconds();
    for (std::size_t turn = 0; turn < turns; ++turn)
      for (const std::string_view text : texts) matched += matches(text);
    least = std::min(least, (seconds() - start) * 1e9 / static_cast<double>(bytes));
  }
  return matched == rounds * turns * texts.size() ? least : -1;  // a text that does not match
}

}  // namespace

// A line per pattern: its name, by table, by shape; a negative figure where a text does not match.
int main() {
  for (const auto& each : measured::patterns) {
    const auto by_table = [&](std::string_view text) { return each.wanted->table_matches(text); };
    const auto by_shape = [&](std::string_view text) { return each.wanted->shape->matches(text); };
    std::printf("%.*s %.3f %.3f\n", static_cast<int>(each.name.size()), each.name.data(),
                nanoseconds_per_byte(each.texts, by_table),
                nanoseconds_per_byte(each.texts, by_shape));
  }
}
