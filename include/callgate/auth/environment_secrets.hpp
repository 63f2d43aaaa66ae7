// SPDX-License-Identifier: Apache-2.0
// Secrets from environment variables, or from the files that NAME_FILE variables point to.
#pragma once

#include <callgate/core/startup_error.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace callgate::auth {

// Files are read at every call, variables never change. Errors: startup_error when NAME_FILE is set
// and its file cannot be read, is empty or too long.
struct environment_secrets {
  static constexpr std::size_t max_secret_bytes = 4096;

  [[nodiscard]] std::optional<std::string> operator()(std::string_view env) const {
    const std::string name(env);
    if (const char* value = std::getenv(name.c_str()); value != nullptr && *value != '\0')
      return value;
    const char* path = std::getenv((name + "_FILE").c_str());
    if (path == nullptr || *path == '\0') return std::nullopt;
    return read_file(name, path);
  }

  // The secret that was valid before and still is, while senders change to the new one:
  // NAME_PREVIOUS or NAME_PREVIOUS_FILE. Without that file, or with nothing in it, there is none,
  // so that emptying it ends the overlap.
  [[nodiscard]] std::optional<std::string> previous(std::string_view env) const {
    const std::string name = std::string(env) + "_PREVIOUS";
    if (const char* value = std::getenv(name.c_str()); value != nullptr && *value != '\0')
      return value;
    const char* path = std::getenv((name + "_FILE").c_str());
    if (path == nullptr || *path == '\0') return std::nullopt;
    std::string text = first_line(path);
    if (text.size() > max_secret_bytes) refuse_long(name, path);
    return text.empty() ? std::nullopt : std::optional(std::move(text));
  }

 private:
  // The file's first line: a final newline is an editor's, not the secret's. Never empty: that
  // would count as "not configured", and a schema may let that pass.
  static std::string read_file(const std::string& name, const char* path) {
    std::string text = first_line(path);
    if (text.empty())
      throw startup_error(name + "_FILE names '" + path +
                          "', which cannot be read or is empty: check the path and its mode");
    if (text.size() > max_secret_bytes) refuse_long(name, path);
    return text;
  }

  [[noreturn]] static void refuse_long(const std::string& name, const char* path) {
    throw startup_error(name + "_FILE names '" + path + "', whose first line is longer than " +
                        std::to_string(max_secret_bytes) + " bytes: is it the right file?");
  }

  // Empty when the file cannot be read.
  static std::string first_line(const char* path) {
    struct closer {
      void operator()(std::FILE* f) const noexcept { std::fclose(f); }
    };
    const std::unique_ptr<std::FILE, closer> file(std::fopen(path, "rb"));
    std::string text(file ? max_secret_bytes + 1 : 0, '\0');
    if (file) text.resize(std::fread(text.data(), 1, text.size(), file.get()));
    text.resize(std::min(text.size(), text.find_first_of("\r\n")));
    return text;
  }
};

}  // namespace callgate::auth
