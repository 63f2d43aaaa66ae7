// SPDX-License-Identifier: Apache-2.0
// What the load is told: --port N --requests FOLDER and bounds.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace server_benchmark {

struct arguments {
  std::uint16_t port = 0;
  std::filesystem::path requests;  // a folder of files, each a request as it is sent
  std::size_t connections = 64;
  std::size_t depth = 1;         // requests that a connection sends before it waits for answers
  bool new_connections = false;  // one for each batch
  bool tls = false;              // 1.3; connections are kept
  double seconds = 1;            // over then, but not before every request was sent once
  std::size_t max_requests = 100'000;
  int expect = 200;  // the status of every answer

  // Errors: std::runtime_error says what is wrong.
  static arguments of(int count, char** words) {
    arguments out;
    for (int i = 1; i < count; ++i) {
      const std::string_view name = words[i];
      if (name == "--new-connections" || name == "--tls") {
        (name == "--tls" ? out.tls : out.new_connections) = true;
        continue;
      }
      if (i + 1 == count) throw std::runtime_error(std::string(name) + " needs a value");
      out.set(name, words[++i]);
    }
    if (out.port == 0 || out.requests.empty() || out.connections == 0 || out.depth == 0)
      throw std::runtime_error(
          "--port N --requests FOLDER [--connections N] [--depth N] [--new-connections] "
          "[--tls] [--seconds S] [--max-requests N] [--expect STATUS]");
    if (out.tls && out.new_connections)
      throw std::runtime_error("--tls and --new-connections do not go together");
    return out;
  }

 private:
  void set(std::string_view name, std::string_view text) {
    if (name == "--port") {
      port = number<std::uint16_t>(name, text);
    } else if (name == "--requests") {
      requests = text;
    } else if (name == "--connections") {
      connections = number<std::size_t>(name, text);
    } else if (name == "--depth") {
      depth = number<std::size_t>(name, text);
    } else if (name == "--seconds") {
      seconds = number<double>(name, text);
    } else if (name == "--max-requests") {
      max_requests = number<std::size_t>(name, text);
    } else if (name == "--expect") {
      expect = number<int>(name, text);
    } else {
      throw std::runtime_error("there is no option " + std::string(name));
    }
  }

  template <class T>
  static T number(std::string_view name, std::string_view text) {
    T out{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (failed != std::errc{} || end != text.data() + text.size())
      throw std::runtime_error(std::string(name) + " is no number: " + std::string(text));
    return out;
  }
};

}  // namespace server_benchmark
