// SPDX-License-Identifier: Apache-2.0
// Reads the text tables of requests beside this file.
#pragma once

#include <cctype>
#include <cstddef>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace http_test {

struct row {
  std::vector<std::string> columns;  // the last one is the bytes, without escapes
  std::size_t line = 0;
};

inline std::string unescape(std::string_view text);

// `*COUNT{TEXT}` at the front of `text`, taken off it.
inline std::string take_repetition(std::string_view& text) {
  const std::size_t open = text.find('{');
  const std::size_t close = text.find('}');
  if (close == std::string_view::npos || open > close) throw std::runtime_error("no *COUNT{TEXT}");
  const std::size_t count = std::stoul(std::string{text.substr(1, open - 1)});
  const std::string piece = unescape(text.substr(open + 1, close - open - 1));
  text.remove_prefix(close + 1);
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += piece;
  return out;
}

inline std::string take_escape(std::string_view& text) {
  if (text.empty()) throw std::runtime_error("a lone backslash");
  if (text.front() == '*') return take_repetition(text);
  const char kind = text.front();
  text.remove_prefix(1);
  if (kind == 'r') return "\r";
  if (kind == 'n') return "\n";
  if (kind == 't') return "\t";
  if (kind == '0') return std::string(1, '\0');
  if (kind == '\\') return "\\";
  if (kind != 'x' || text.size() < 2) throw std::runtime_error("an unknown escape");
  const char byte = static_cast<char>(std::stoi(std::string{text.substr(0, 2)}, nullptr, 16));
  text.remove_prefix(2);
  return std::string(1, byte);
}

inline std::string unescape(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '\\')
      out += take_escape(text);
    else
      out += c;
  }
  return out;
}

inline row read_row(std::string_view text, std::size_t columns, std::size_t line) {
  row out{{}, line};
  while (out.columns.size() + 1 < columns) {
    const std::size_t end = text.find(' ');
    if (end == std::string_view::npos) throw std::runtime_error("too few columns");
    out.columns.emplace_back(text.substr(0, end));
    text.remove_prefix(text.find_first_not_of(' ', end));
  }
  out.columns.push_back(unescape(text));
  return out;
}

// Every row of a file in this folder that is neither empty nor a comment.
inline std::vector<row> read_table(const std::string& name, std::size_t columns) {
  const std::string here = __FILE__;
  std::ifstream file(here.substr(0, here.rfind('/') + 1) + name);
  if (!file) throw std::runtime_error("no " + name);
  std::vector<row> rows;
  std::string text;
  for (std::size_t line = 1; std::getline(file, text); ++line) {
    if (text.empty() || text.front() == '#') continue;
    try {
      rows.push_back(read_row(text, columns, line));
    } catch (const std::exception& e) {
      throw std::runtime_error(name + ":" + std::to_string(line) + ": " + e.what());
    }
  }
  return rows;
}

}  // namespace http_test
