// SPDX-License-Identifier: Apache-2.0
// RapidJSON's DOM, with encodings validated: its memory is reused. Not in place: the text is still
// needed, for its signature and for the store.
#include "peer.hpp"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <deque>
#include <string>
#include <vector>

namespace parse_benchmark {

class rapidjson_dom {
 public:
  using value = const rapidjson::Value;
  bool raw_as_text = false;

  void prepare(std::size_t longest_bytes) {
    x_values.resize(longest_bytes * 64 + 65'536);
    x_stack.resize(longest_bytes * 32 + 65'536);
  }

  template <class Use>
  bool with_document(std::string_view text, Use use) {
    using pool = rapidjson::MemoryPoolAllocator<>;
    pool values{x_values.data(), x_values.size()}, stack{x_stack.data(), x_stack.size()};
    rapidjson::GenericDocument<rapidjson::UTF8<>, pool, pool> document{&values, 8192, &stack};
    rapidjson::StringStream in{text.data()};  // ends at a zero, which is behind every document
    document.ParseStream<rapidjson::kParseValidateEncodingFlag>(in);
    const value& root = document;
    return !document.HasParseError() && in.Tell() == text.size() && use(root);
  }

  static bool is_null(value& from) { return from.IsNull(); }

  static bool get(value& from, std::string_view& out) {
    return from.IsString() && (out = {from.GetString(), from.GetStringLength()}, true);
  }
  static bool get(value& from, std::int64_t& out) {
    return from.IsInt64() && (out = from.GetInt64(), true);
  }
  static bool get(value& from, std::uint64_t& out) {
    return from.IsUint64() && (out = from.GetUint64(), true);
  }
  static bool get(value& from, double& out) {
    return from.IsNumber() && (out = from.GetDouble(), true);
  }
  static bool get(value& from, bool& out) { return from.IsBool() && (out = from.GetBool(), true); }

  template <class Use>
  static bool each_member(value& from, Use use) {
    if (!from.IsObject()) return false;
    for (const auto& [name, with] : from.GetObject())
      if (!use(std::string_view{name.GetString(), name.GetStringLength()}, with)) return false;
    return true;
  }

  template <class Use>
  static bool each_item(value& from, Use use) {
    if (!from.IsArray()) return false;
    for (const auto& item : from.GetArray())
      if (!use(item)) return false;
    return true;
  }

  bool raw(value& from, callgate::json::raw_value& out) {
    if (!raw_as_text) return true;
    rapidjson::StringBuffer text;
    rapidjson::Writer<rapidjson::StringBuffer> writer{text};
    from.Accept(writer);
    return out.text = x_texts.emplace_back(text.GetString(), text.GetSize()), true;
  }

 private:
  std::vector<char> x_values, x_stack;
  std::deque<std::string> x_texts;
};

}  // namespace parse_benchmark

void parse_benchmark_methods(std::vector<parse_benchmark::method>& out) {
  using namespace parse_benchmark;
  out.push_back({.name = "RapidJSON",
                 .version = RAPIDJSON_VERSION_STRING,
                 .instructions = "SSE2",
                 .promises = reads_everything,
                 .jobs = peer_jobs<rapidjson_dom>()});
}
