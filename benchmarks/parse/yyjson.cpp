// SPDX-License-Identifier: Apache-2.0
// yyjson, with memory of its own for all documents. Not in place: the text is still needed.
#include "peer.hpp"

#include <yyjson.h>

#include <cstdlib>
#include <deque>
#include <limits>
#include <string>
#include <vector>

namespace parse_benchmark {

class yyjson_parser {
 public:
  using value = yyjson_val*;
  bool raw_as_text = false;

  void prepare(std::size_t longest_bytes) {
    x_room.resize(yyjson_read_max_memory_usage(longest_bytes, YYJSON_READ_NOFLAG));
  }

  template <class Use>
  bool with_document(std::string_view text, Use use) {
    yyjson_alc memory;
    if (!yyjson_alc_pool_init(&memory, x_room.data(), x_room.size())) return false;
    char* const unchanged = const_cast<char*>(text.data());  // as its manual says
    yyjson_doc* const document =
        yyjson_read_opts(unchanged, text.size(), YYJSON_READ_NOFLAG, &memory, nullptr);
    yyjson_val* root = yyjson_doc_get_root(document);
    return root != nullptr && use(root);  // the memory is taken again, so nothing is freed
  }

  static bool is_null(value from) { return yyjson_is_null(from); }

  static bool get(value from, std::string_view& out) {
    return yyjson_is_str(from) && (out = {yyjson_get_str(from), yyjson_get_len(from)}, true);
  }
  static bool get(value from, std::int64_t& out) {
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    if (!yyjson_is_sint(from) && !(yyjson_is_uint(from) && yyjson_get_uint(from) <= most))
      return false;
    return out = yyjson_get_sint(from), true;
  }
  static bool get(value from, std::uint64_t& out) {
    return yyjson_is_uint(from) && (out = yyjson_get_uint(from), true);
  }
  static bool get(value from, double& out) {
    return yyjson_is_num(from) && (out = yyjson_get_num(from), true);
  }
  static bool get(value from, bool& out) {
    return yyjson_is_bool(from) && (out = yyjson_get_bool(from), true);
  }

  template <class Use>
  static bool each_member(value from, Use use) {
    yyjson_obj_iter members;
    if (!yyjson_is_obj(from) || !yyjson_obj_iter_init(from, &members)) return false;
    while (yyjson_val* const name = yyjson_obj_iter_next(&members)) {
      value with = yyjson_obj_iter_get_val(name);
      if (!use(std::string_view{yyjson_get_str(name), yyjson_get_len(name)}, with)) return false;
    }
    return true;
  }

  template <class Use>
  static bool each_item(value from, Use use) {
    yyjson_arr_iter items;
    if (!yyjson_is_arr(from) || !yyjson_arr_iter_init(from, &items)) return false;
    while (value item = yyjson_arr_iter_next(&items))
      if (!use(item)) return false;
    return true;
  }

  bool raw(value from, callgate::json::raw_value& out) {
    if (!raw_as_text) return true;
    std::size_t bytes = 0;
    char* const text = yyjson_val_write(from, YYJSON_WRITE_NOFLAG, &bytes);
    if (text == nullptr) return false;
    out.text = x_texts.emplace_back(text, bytes);
    std::free(text);
    return true;
  }

 private:
  std::vector<char> x_room;
  std::deque<std::string> x_texts;
};

}  // namespace parse_benchmark

void parse_benchmark_methods(std::vector<parse_benchmark::method>& out) {
  using namespace parse_benchmark;
  out.push_back({.name = "yyjson",
                 .version = YYJSON_VERSION_STRING,
                 .instructions = "baseline",
                 .promises = reads_everything,
                 .jobs = peer_jobs<yyjson_parser>()});
}
