// SPDX-License-Identifier: Apache-2.0
// simdjson's DOM: strings are views of the parser, which is reused.
#include "peer.hpp"

#include <simdjson.h>

#include <deque>
#include <string>

namespace parse_benchmark {

class simdjson_dom {
 public:
  using value = simdjson::dom::element;
  bool raw_as_text = false;

  void prepare(std::size_t longest_bytes) {
    const simdjson::error_code failed = x_parser.allocate(longest_bytes);
    static_cast<void>(failed);  // then documents are refused
  }

  template <class Use>
  bool with_document(std::string_view text, Use use) {
    value root;
    constexpr bool copies_the_text = false;
    return !x_parser.parse(text.data(), text.size(), copies_the_text).get(root) && use(root);
  }

  static bool is_null(const value& from) noexcept { return from.is_null(); }

  template <class T>
  static bool get(const value& from, T& out) noexcept {
    return !from.get(out);
  }

  template <class Use>
  static bool each_member(const value& from, Use use) {
    simdjson::dom::object members;
    if (from.get(members)) return false;
    for (auto [name, with] : members)
      if (!use(name, with)) return false;
    return true;
  }

  template <class Use>
  static bool each_item(const value& from, Use use) {
    simdjson::dom::array items;
    if (from.get(items)) return false;
    for (auto item : items)
      if (!use(item)) return false;
    return true;
  }

  bool raw(const value& from, callgate::json::raw_value& out) {
    if (!raw_as_text) return true;
    return out.text = x_texts.emplace_back(simdjson::minify(from)), true;
  }

 private:
  simdjson::dom::parser x_parser;
  std::deque<std::string> x_texts;
};

}  // namespace parse_benchmark

void parse_benchmark_methods(std::vector<parse_benchmark::method>& out) {
  using namespace parse_benchmark;
  out.push_back({.name = "simdjson DOM",
                 .version = SIMDJSON_STRINGIFY(SIMDJSON_VERSION),
                 .instructions = simdjson::get_active_implementation()->name(),
                 .promises = reads_everything,
                 .jobs = peer_jobs<simdjson_dom>()});
}
