// SPDX-License-Identifier: Apache-2.0
// nlohmann's json: a document on the heap, as it is used everywhere.
#include "peer.hpp"

#include <nlohmann/json.hpp>

#include <deque>
#include <string>

namespace parse_benchmark {

class nlohmann_json {
 public:
  using value = const nlohmann::json;
  bool raw_as_text = false;

  void prepare(std::size_t) {}

  template <class Use>
  bool with_document(std::string_view text, Use use) {
    constexpr bool throws = false;
    x_document = nlohmann::json::parse(text.begin(), text.end(), nullptr, throws);
    const nlohmann::json& root = x_document;
    return !root.is_discarded() && use(root);
  }

  static bool is_null(value& from) { return from.is_null(); }

  static bool get(value& from, std::string_view& out) {
    const auto* const text = from.get_ptr<const std::string*>();
    return text != nullptr && (out = *text, true);
  }
  static bool get(value& from, std::int64_t& out) {
    return from.is_number_integer() && (out = from.get<std::int64_t>(), true);
  }
  static bool get(value& from, std::uint64_t& out) {
    return from.is_number_unsigned() && (out = from.get<std::uint64_t>(), true);
  }
  static bool get(value& from, double& out) {
    return from.is_number() && (out = from.get<double>(), true);
  }
  static bool get(value& from, bool& out) {
    return from.is_boolean() && (out = from.get<bool>(), true);
  }

  template <class Use>
  static bool each_member(value& from, Use use) {
    if (!from.is_object()) return false;
    for (const auto& [name, with] : from.get_ref<const nlohmann::json::object_t&>())
      if (!use(std::string_view{name}, with)) return false;
    return true;
  }

  template <class Use>
  static bool each_item(value& from, Use use) {
    if (!from.is_array()) return false;
    for (const auto& item : from)
      if (!use(item)) return false;
    return true;
  }

  bool raw(value& from, callgate::json::raw_value& out) {
    if (raw_as_text) out.text = x_texts.emplace_back(from.dump());
    return true;
  }

 private:
  nlohmann::json x_document;
  std::deque<std::string> x_texts;
};

}  // namespace parse_benchmark

void parse_benchmark_methods(std::vector<parse_benchmark::method>& out) {
  using namespace parse_benchmark;
  const auto version = std::to_string(NLOHMANN_JSON_VERSION_MAJOR) + '.' +
                       std::to_string(NLOHMANN_JSON_VERSION_MINOR) + '.' +
                       std::to_string(NLOHMANN_JSON_VERSION_PATCH);
  out.push_back({.name = "nlohmann",
                 .version = version,
                 .instructions = "baseline",
                 .promises = reads_everything,
                 .jobs = peer_jobs<nlohmann_json>()});
}
