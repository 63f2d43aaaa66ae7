// SPDX-License-Identifier: Apache-2.0
// The key under which a delivery is known again.
#pragma once

#include <callgate/pipeline/facts.hpp>
#include <callgate/provider/template_text.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace callgate {

// A running digest of at least 16 bytes: SHA-256, which the pipeline is given so that it does not
// know OpenSSL, or the store's own.
template <class D>
concept digester = requires(D digest, std::string_view bytes) {
  digest.update(bytes);
  requires std::tuple_size_v<decltype(digest.finish())>
  >= 16;
};

using short_digest = std::array<std::byte, 16>;

template <digester Digest>
[[nodiscard]] short_digest finish_short(Digest& digest) noexcept {
  const auto full = digest.finish();
  short_digest out;
  std::memcpy(out.data(), full.data(), out.size());
  return out;
}

// Each begins with the digest that it is given: one of which nothing was asked yet.
template <digester Digest>
[[nodiscard]] short_digest body_digest(Digest digest, std::string_view body) noexcept {
  digest.update(body);
  return finish_short(digest);
}

// Of a delivery id that the sender gave: the same id with another body is a conflict.
template <digester Digest>
[[nodiscard]] short_digest delivery_key(Digest digest, std::string_view mount,
                                        std::string_view id) noexcept {
  digest.update(mount);
  digest.update(std::string_view("\0d", 2));
  digest.update(id);
  return finish_short(digest);
}

// Of a key derived from the payload: the body's digest is part of it, for "suno:task:failed" may
// rightly come twice.
template <digester Digest>
[[nodiscard]] short_digest derived_key(Digest digest, std::span<const key_segment> how,
                                       const facts& known, const short_digest& body) noexcept {
  digest.update(known.mount);
  digest.update(std::string_view("\0k", 2));
  for (const key_segment& segment : how) {
    switch (segment.kind) {
      case slot::provider: digest.update(known.provider); break;
      case slot::mount: digest.update(known.mount); break;
      case slot::task_id: digest.update(known.task_id.value_or("")); break;
      case slot::stage: digest.update(known.stage.value_or("")); break;
      default: digest.update(segment.text); break;
    }
    digest.update(std::string_view("\0", 1));
  }
  digest.update(std::string_view(reinterpret_cast<const char*>(body.data()), body.size()));
  return finish_short(digest);
}

}  // namespace callgate
