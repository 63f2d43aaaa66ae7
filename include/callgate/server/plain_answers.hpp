// SPDX-License-Identifier: Apache-2.0
// Answers that stand in no schema, of requests whose body is not read.
#pragma once

#include <callgate/http/body_framing.hpp>
#include <callgate/http/method.hpp>
#include <callgate/http/response_writer.hpp>
#include <callgate/net/error_body.hpp>
#include <callgate/net/service.hpp>
#include <callgate/server/api_worker.hpp>
#include <callgate/server/router.hpp>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace callgate {

// For one kind of exchange, whose state tells after how many seconds to ask again.
template <class Exchange>
struct plain_answers {
  using exchange = Exchange;

  // An unread body cannot be told from the next request.
  static void close_if_body_follows(exchange& e) {
    if (e.request().framing != http::body_framing::none) e.close_after();
  }

  static net::admission refuse(exchange& e, std::uint16_t status, std::string_view error,
                               std::string_view allow = {}, bool cors = false) {
    close_if_body_follows(e);
    http::response_writer& out = e.answer(status);
    if (!allow.empty()) out.field("Allow", allow);
    write_retry_after(out, e.state.retry_after_seconds);
    out.content_type("application/json");
    if (cors) write_cors(out);
    out.body(net::error_body(error).view());
    return {.answered = true};
  }

  // Whatever fits nowhere: why is of interest only if somebody knows the method.
  static net::admission refuse_unfit(exchange& e, api_decision why, bool cors = false) {
    if (!http::is_known_method(e.request().method)) why = {nullptr, 501, "not_implemented"};
    return refuse(e, why.status, why.error, why.allow, cors);
  }

  static net::admission answer_preflight(exchange& e, const place& at) {
    close_if_body_follows(e);
    http::response_writer& out = e.answer(204);
    write_cors(out);
    out.field("Access-Control-Allow-Methods", at.preflight);
    out.body({});
    return {.answered = true};
  }

  // Of no path, but of the server: a ping. Only OPTIONS has this target.
  // Source: RFC 9110 9.3.7.
  static net::admission answer_options_of_all(exchange& e) {
    close_if_body_follows(e);
    http::response_writer& out = e.answer(204);
    out.field("Allow", "GET, HEAD, POST, PUT, DELETE, OPTIONS");
    out.body({});
    return {.answered = true};
  }

  static void write_cors(http::response_writer& out) {
    out.fields(
        "Access-Control-Allow-Origin: *\r\n"
        "Access-Control-Allow-Headers: authorization, x-client-info, apikey, content-type\r\n");
  }

  // Source: RFC 9110 10.2.3.
  static void write_retry_after(http::response_writer& out, std::int64_t seconds) {
    if (seconds == 0) return;
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), seconds).ptr;
    out.field("Retry-After", {digits.data(), static_cast<std::size_t>(end - digits.data())});
  }
};

}  // namespace callgate
