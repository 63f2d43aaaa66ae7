// SPDX-License-Identifier: Apache-2.0
// Reads tests/http/requests.yaml, which says what its members are. No more YAML than that file has.
#pragma once

#include <cstddef>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace http_test {

struct request_case {
  std::string name{}, rfc{}, error{}, answers{}, pending{};
  std::vector<std::string> seen{};  // without escapes
  std::string bytes{};              // the same
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

class request_case_reader {
 public:
  void take(const std::string& line) {
    ++line_;
    if (line.empty() || line.front() == '#') return;
    if (line.starts_with("    ")) return take_block_line(unescape(line.substr(4)));
    if (line.starts_with("- name: ")) {
      cases_.push_back({.line = line_});
    } else if (!line.starts_with("  ") || cases_.empty()) {
      throw std::runtime_error("neither a case nor a member of one");
    }
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) throw std::runtime_error("no member");
    take_member(line.substr(2, colon - 2), line.substr(colon + 2));
  }

  std::vector<request_case> cases() { return std::move(cases_); }

 private:
  void take_member(const std::string& name, const std::string& value) {
    request_case& to = cases_.back();
    block_ = value == "|" ? name : "";
    if (block_ == "seen" || block_ == "bytes") return;
    for (const auto& [known, member] : {std::pair{"name", &request_case::name},
                                        {"rfc", &request_case::rfc},
                                        {"error", &request_case::error},
                                        {"answers", &request_case::answers},
                                        {"pending", &request_case::pending}})
      if (name == known) return void(to.*member = value);
    throw std::runtime_error("no member is called " + name);
  }

  void take_block_line(const std::string& text) {
    if (block_ == "seen") return cases_.back().seen.push_back(text);
    if (block_ != "bytes") throw std::runtime_error("a line of no block");
    cases_.back().bytes += text;
  }

  std::vector<request_case> cases_;
  std::string block_;  // the member whose lines come
  std::size_t line_ = 0;
};

inline std::vector<request_case> read_request_cases() {
  const std::string here = __FILE__;
  const std::string path = here.substr(0, here.rfind('/') + 1) + "../http/requests.yaml";
  std::ifstream file(path);
  if (!file) throw std::runtime_error("no " + path);
  request_case_reader reader;
  std::string text;
  for (std::size_t line = 1; std::getline(file, text); ++line) {
    try {
      reader.take(text);
    } catch (const std::exception& e) {
      throw std::runtime_error("requests.yaml:" + std::to_string(line) + ": " + e.what());
    }
  }
  return reader.cases();
}

// A request as the member `seen` has it.
inline std::string seen_request(std::string_view method, std::string_view path,
                                std::string_view framing, bool keep_alive, std::string_view body) {
  std::string out{method};
  out.append(" ").append(path).append(" ").append(framing);
  out.append(keep_alive ? " open " : " close ");
  return out.append(body.empty() ? std::string_view{"-"} : body);
}

// What was understood of a stream of bytes.
struct understanding {
  std::vector<std::string> seen{};
  std::string error{};  // empty: all of it was understood, up to a request that closes
  bool operator==(const understanding&) const = default;
};

inline understanding required_of(const request_case& c) {
  return {c.seen, c.error};
}

}  // namespace http_test
