// SPDX-License-Identifier: Apache-2.0
// Requests as they are sent, from files, one after another and then from the first again.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace server_benchmark {

// A request that has the line "X-Delivery-Id: 0000000000000000" gets another number there each
// time, or a receiver would know it again and only answer what it answered before.
class request_set {
 public:
  explicit request_set(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& file : std::filesystem::directory_iterator(folder))
      if (file.path().extension() == ".http") files.push_back(file.path());
    if (files.empty()) throw std::runtime_error(folder.string() + " has no *.http");
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
      std::ifstream in(file, std::ios::binary);
      all_.push_back({{std::istreambuf_iterator<char>(in), {}}, std::string::npos});
      const std::size_t found = all_.back().bytes.find(line);
      if (found != std::string::npos) all_.back().id_at = found + line.size() - digits;
      longest_ = std::max(longest_, all_.back().bytes.size());
    }
    // Another process must not begin with the same numbers: what a server knows outlives this one.
    id_ = static_cast<std::uint64_t>(
              std::filesystem::file_time_type::clock::now().time_since_epoch().count())
          << 8;
  }

  [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
  [[nodiscard]] std::size_t longest() const noexcept { return longest_; }

  // Returns how many bytes it wrote. out: octets[0..longest())
  std::size_t write_next(char* out) noexcept {
    const request& from = all_[next_];
    next_ = next_ + 1 == all_.size() ? 0 : next_ + 1;
    std::memcpy(out, from.bytes.data(), from.bytes.size());
    if (from.id_at != std::string::npos) write_id(out + from.id_at);
    return from.bytes.size();
  }

 private:
  struct request {
    std::string bytes;
    std::size_t id_at;
  };
  static constexpr std::size_t digits = 16;
  static constexpr std::string_view line = "\r\nX-Delivery-Id: 0000000000000000";

  void write_id(char* out) noexcept {
    std::uint64_t rest = ++id_;
    for (std::size_t i = digits; i-- > 0; rest >>= 4) out[i] = "0123456789abcdef"[rest & 15];
  }

  std::vector<request> all_;
  std::size_t longest_ = 0;
  std::size_t next_ = 0;
  std::uint64_t id_ = 0;
};

}  // namespace server_benchmark
