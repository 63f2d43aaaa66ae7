// SPDX-License-Identifier: Apache-2.0
// The head of one request, checked and split.
#pragma once

#include <callgate/http/body_framing.hpp>
#include <callgate/http/fields.hpp>
#include <callgate/http/target.hpp>

#include <cstdint>
#include <string_view>

namespace callgate::http {

// Made by request_parser; complete and consistent once that says so.
// Lifetime: views into the head's bytes.
struct request {
  std::string_view method{};  // case matters
  http::target target{};
  int minor_version = 1;         // 0, or 1 for HTTP/1.1 and all above
  bool keep_alive = false;       // whether the sender wants to go on
  bool expect_continue = false;  // waits for 100 before it sends a body
  body_framing framing = body_framing::none;
  std::uint64_t content_length = 0;  // of framing content_length; not yet bounded
  std::string_view host{};           // with port; the target's if that has one
  std::string_view content_type{};   // of the first such field; empty without
  http::fields fields{};

  // As it was made, but the bytes of fields that are not there any more stay as they are.
  constexpr void clear() noexcept {
    method = host = content_type = {};
    target = {};
    minor_version = 1;
    keep_alive = expect_continue = false;
    framing = body_framing::none;
    content_length = 0;
    fields.clear();
  }
};

}  // namespace callgate::http
