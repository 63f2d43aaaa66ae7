// SPDX-License-Identifier: Apache-2.0
// A search by name over a parsed tree, slow and written to be obviously right: what
// json::key_search is compared with.
#pragma once

#include <callgate/core/limits.hpp>

#include "tests/support/reference_json.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace callgate::test {

// limits::max_embedded_bytes is left out: the texts that are compared stay far below it.
class reference_search {
 public:
  using answer = std::optional<std::string>;

  reference_search(std::vector<std::string> keys, std::size_t max_depth, bool embedded_json)
      : keys_(std::move(keys)), max_depth_(max_depth), embedded_json_(embedded_json) {}

  answer find(std::string_view text, std::size_t nesting) const { return in(text, nesting, 0); }

 private:
  struct found_string {
    std::string text;
    std::size_t outside;  // levels around it
  };

  answer in(std::string_view text, std::size_t nesting, std::size_t outside) const {
    dom tree;
    try {
      tree = reference_parser{text, nesting}.document();
    } catch (const syntax_error&) {
      return std::nullopt;
    }
    if (const answer found = nearest(tree, outside)) return found;
    if (!embedded_json_) return std::nullopt;
    std::vector<found_string> strings;
    collect(tree, outside, strings);
    for (const found_string& s : strings)
      if (s.outside + 1 < max_depth_)
        if (const answer found = in(s.text, limits::max_depth, s.outside + 1)) return found;
    return std::nullopt;
  }

  static std::vector<const dom*> children(const dom& of) {
    std::vector<const dom*> out;
    if (const auto* object = std::get_if<dom_object>(&of.value))
      for (const dom_pair& pair : *object) out.push_back(&pair.value);
    if (const auto* array = std::get_if<dom_array>(&of.value))
      for (const dom& item : *array) out.push_back(&item);
    return out;
  }

  answer nearest(const dom& of, std::size_t outside) const {
    if (outside == max_depth_) return std::nullopt;
    if (const auto* object = std::get_if<dom_object>(&of.value))
      for (const std::string& key : keys_)
        for (const dom_pair& pair : *object)
          if (const answer id = id_of(pair.value); id && pair.name == key) return id;
    for (const dom* child : children(of))
      if (const answer found = nearest(*child, outside + 1)) return found;
    return std::nullopt;
  }

  void collect(const dom& of, std::size_t outside, std::vector<found_string>& out) const {
    if (const auto* text = std::get_if<std::string>(&of.value)) out.push_back({*text, outside});
    if (outside == max_depth_) return;
    for (const dom* child : children(of)) collect(*child, outside + 1, out);
  }

  static answer id_of(const dom& of) {
    std::string id;
    if (const auto* text = std::get_if<std::string>(&of.value)) id = *text;
    if (const auto* number = std::get_if<dom_number>(&of.value))
      if (number->text.find_first_of(".eE") == std::string::npos)
        id = number->text == "-0" ? "0" : number->text;
    return id.empty() || id.size() > limits::max_task_id_bytes ? std::nullopt : answer(id);
  }

  std::vector<std::string> keys_;
  std::size_t max_depth_;
  bool embedded_json_;
};

}  // namespace callgate::test
