// SPDX-License-Identifier: Apache-2.0
// simdjson's On-Demand: the text is indexed, and read while the struct is filled. What nobody asks
// for is not looked at, brackets and UTF-8 excepted.
#include "peer.hpp"

#include <simdjson.h>

#include <string>

namespace parse_benchmark {

class simdjson_ondemand {
 public:
  using value = simdjson::ondemand::value;
  bool raw_as_text = false;  // it always is

  void prepare(std::size_t longest_bytes) {
    const simdjson::error_code failed = x_parser.allocate(longest_bytes);
    static_cast<void>(failed);  // then documents are refused
  }

  template <class Use>
  bool with_document(std::string_view text, Use use) {
    simdjson::ondemand::document document;
    value root;
    const std::size_t room = text.size() + padding_bytes;
    return !x_parser.iterate(text.data(), text.size(), room).get(document) &&
           !document.get_value().get(root) && use(root) &&
           document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  }

  static bool is_null(value& from) {
    bool null = false;
    return !simdjson::simdjson_result<bool>{from.is_null()}.get(null) && null;
  }

  template <class T>
  static bool get(value& from, T& out) {
    return !from.get(out);
  }

  // A name that is as it is expected need not be decoded: the schema's have no escapes.
  struct name {
    simdjson::ondemand::field& member;

    bool operator==(std::string_view expected) const {
      return member.key().unsafe_is_equal(expected);
    }
    operator std::string_view() const {
      std::string_view decoded;
      return member.unescaped_key().get(decoded) ? std::string_view{} : decoded;
    }
  };

  template <class Use>
  static bool each_member(value& from, Use use) {
    simdjson::ondemand::object members;
    if (from.get(members)) return false;
    for (auto found : members) {
      simdjson::ondemand::field member;
      if (std::move(found).get(member) || !use(name{member}, member.value())) return false;
    }
    return true;
  }

  template <class Use>
  static bool each_item(value& from, Use use) {
    simdjson::ondemand::array items;
    if (from.get(items)) return false;
    for (auto found : items) {
      value item;
      if (std::move(found).get(item) || !use(item)) return false;
    }
    return true;
  }

  static bool raw(value& from, callgate::json::raw_value& out) {
    simdjson::ondemand::json_type type;
    if (from.type().get(type)) return false;
    if (type == simdjson::ondemand::json_type::object)
      return whole<simdjson::ondemand::object>(from, out);
    if (type == simdjson::ondemand::json_type::array)
      return whole<simdjson::ondemand::array>(from, out);
    // The text of a scalar goes on to the next token.
    const std::string_view text = from.raw_json_token();
    out.text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    return true;
  }

 private:
  template <class Whole>
  static bool whole(value& from, callgate::json::raw_value& out) {
    Whole found;
    return !from.get(found) && !found.raw_json().get(out.text);
  }

  simdjson::ondemand::parser x_parser;
};

}  // namespace parse_benchmark

void parse_benchmark_methods(std::vector<parse_benchmark::method>& out) {
  using namespace parse_benchmark;
  // Of what it does beside the index, for which it chooses at run time.
  const std::string set = SIMDJSON_STRINGIFY(SIMDJSON_BUILTIN_IMPLEMENTATION);
  out.push_back({.name = "simdjson On-Demand, " + set,
                 .version = SIMDJSON_STRINGIFY(SIMDJSON_VERSION),
                 .instructions = set,
                 .promises = {.decodes = true, .checks_utf8 = true, .checks_trailing = true},
                 .jobs = peer_jobs<simdjson_ondemand>()});
}
