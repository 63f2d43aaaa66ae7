// SPDX-License-Identifier: Apache-2.0
// A slow reader of heads that splits strings and looks bytes up in lists from the standard: what
// the parser says is compared with it. It shares no code with the parser and knows no reasons.
#pragma once

#include <callgate/http/body_framing.hpp>

#include <arpa/inet.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace http_test {

inline const std::string alnum = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
inline const std::string tchar = alnum + "!#$%&'*+-.^_`|~";

inline bool all_of(const std::string& text, const std::string& bytes) {
  return text.find_first_not_of(bytes) == std::string::npos;
}

inline bool is_one_or_more(const std::string& text, const std::string& bytes) {
  return !text.empty() && all_of(text, bytes);
}

inline std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

inline std::vector<std::string> split(const std::string& text, const std::string& by) {
  std::vector<std::string> out;
  std::size_t begin = 0;
  for (std::size_t at; (at = text.find(by, begin)) != std::string::npos; begin = at + by.size())
    out.push_back(text.substr(begin, at - begin));
  out.push_back(text.substr(begin));
  return out;
}

inline std::string without_white_space_around(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

struct reference {
  std::size_t size = 0;
  std::string method;
  callgate::http::body_framing framing = callgate::http::body_framing::none;
  std::uint64_t content_length = 0;
  bool keep_alive = false;
  std::vector<std::pair<std::string, std::string>> fields;

  // Values of all fields of this name, which is given in small letters.
  std::vector<std::string> values(const std::string& name) const {
    std::vector<std::string> out;
    for (const auto& [n, v] : fields)
      if (lower(n) == name) out.push_back(v);
    return out;
  }
};

inline bool host_is_fine(const std::string& text) {
  std::string host = text, port;
  unsigned char address[16];
  const std::size_t colon = text.rfind(':');
  if (colon != std::string::npos && text.find(']', colon) == std::string::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  if (!all_of(port, "0123456789") || std::strtod(port.c_str(), nullptr) > 65535) return false;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    return inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), address) == 1;
  return is_one_or_more(host, alnum + "-._~");
}

inline bool target_is_fine(const std::string& text, const std::string& method) {
  for (const char c : text)
    if (c < '!' || c > '~' || std::string{"#\"<>\\"}.find(c) != std::string::npos) return false;
  for (std::size_t at = text.find('%'); at != std::string::npos; at = text.find('%', at + 1)) {
    const std::string digits = text.substr(at + 1, 2);
    if (digits.size() != 2 || !all_of(digits, "0123456789abcdefABCDEF")) return false;
  }
  if (text.empty()) return false;
  if (text[0] == '/' || (text == "*" && method == "OPTIONS")) return true;
  const std::vector<std::string> parts = split(text, "://");
  if (parts.size() < 2 || (lower(parts[0]) != "http" && lower(parts[0]) != "https")) return false;
  const std::string rest = text.substr(parts[0].size() + 3);
  return host_is_fine(rest.substr(0, rest.find_first_of("/?")));
}

inline bool read_fields(reference& out, const std::vector<std::string>& lines) {
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::size_t colon = lines[i].find(':');
    if (colon == std::string::npos || !is_one_or_more(lines[i].substr(0, colon), tchar))
      return false;
    for (const char c : lines[i])
      if ((c >= 0 && c < ' ' && c != '\t') || c == '\x7f') return false;
    out.fields.emplace_back(lines[i].substr(0, colon),
                            without_white_space_around(lines[i].substr(colon + 1)));
  }
  return true;
}

inline bool frame(reference& out, bool version_1_1) {
  const auto lengths = out.values("content-length");
  const auto codings = out.values("transfer-encoding");
  if (lengths.size() + codings.size() > 1) return false;
  if (!lengths.empty()) {
    const std::size_t zeros = lengths[0].find_first_not_of('0');
    const std::string digits = zeros == std::string::npos ? "" : lengths[0].substr(zeros);
    // Lengths of the same size compare as their digits do.
    const std::string most = "18446744073709551615";
    if (!is_one_or_more(lengths[0], "0123456789") || digits.size() > most.size()) return false;
    if (digits.size() == most.size() && digits > most) return false;
    out.framing = callgate::http::body_framing::content_length;
    out.content_length = digits.empty() ? 0 : std::stoull(digits);
  }
  if (!codings.empty()) {
    if (!version_1_1 || lower(codings[0]) != "chunked") return false;
    out.framing = callgate::http::body_framing::chunked;
  }
  return true;
}

inline bool connect(reference& out, bool version_1_1) {
  bool close = false, keep = false;
  for (const std::string& list : out.values("connection"))
    for (const std::string& item : split(list, ",")) {
      const std::string option = lower(without_white_space_around(item));
      if (!all_of(option, tchar)) return false;
      close = close || option == "close";
      keep = keep || option == "keep-alive";
    }
  out.keep_alive = !close && (version_1_1 || keep);
  return true;
}

// The head at the front of `bytes`; nothing if it is incomplete or to be refused. For heads within
// the limits.
inline std::optional<reference> reference_head(const std::string& bytes) {
  const std::size_t start = bytes.starts_with("\r\n\r\n") ? 4 : bytes.starts_with("\r\n") ? 2 : 0;
  const std::size_t end = bytes.find("\r\n\r\n", start);
  if (end == std::string::npos) return std::nullopt;
  const std::vector<std::string> lines = split(bytes.substr(start, end - start), "\r\n");
  const std::vector<std::string> parts = split(lines[0], " ");
  if (parts.size() != 3 || !is_one_or_more(parts[0], tchar)) return std::nullopt;
  if (parts[2].size() != 8 || parts[2].substr(0, 7) != "HTTP/1.") return std::nullopt;
  if (parts[2][7] < '0' || parts[2][7] > '9') return std::nullopt;
  const bool version_1_1 = parts[2][7] > '0';
  reference out;
  out.size = end + 4;
  out.method = parts[0];
  if (!target_is_fine(parts[1], out.method) || !read_fields(out, lines)) return std::nullopt;
  const auto hosts = out.values("host");
  if (hosts.size() > 1 || (hosts.empty() && version_1_1)) return std::nullopt;
  if (!hosts.empty() && !host_is_fine(hosts[0])) return std::nullopt;
  for (const std::string& value : out.values("expect"))
    if (lower(value) != "100-continue") return std::nullopt;
  if (!out.values("content-encoding").empty()) return std::nullopt;
  if (!frame(out, version_1_1) || !connect(out, version_1_1)) return std::nullopt;
  return out;
}

}  // namespace http_test
