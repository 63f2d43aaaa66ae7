// SPDX-License-Identifier: Apache-2.0
// Looks for a member by its name wherever it stands in a JSON text, also in the JSON that strings
// hold.
//
//   text -> the nearest member of a name (one pass)
//        -> or else its strings (one more): each that holds JSON is a text again
#pragma once

#include <callgate/config.hpp>
#include <callgate/core/arena.hpp>
#include <callgate/core/limits.hpp>
#include <callgate/json/detail/walk.hpp>
#include <callgate/json/skip.hpp>
#include <callgate/json/string.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace callgate::json {

// What counts: text that is not empty, or an integer, of at most limits::max_task_id_bytes.
// Which one: an object's own member before what lies deeper in it, of its own the one whose name
// stands first in `keys`; deeper ones in the order of the text. What strings hold comes after all
// that stands in the text itself. Of members of one name the first that counts.
class key_search {
 public:
  struct options {
    std::span<const std::string_view> keys;
    // Objects, arrays and strings that hold JSON, within each other and around the member: so many
    // at most. Up to limits::max_search_depth.
    std::size_t max_depth = limits::max_search_depth;
    bool embedded_json = true;  // look into strings
  };

  // Of the arena, what one search keeps, and what it can take for a text of that size.
  static constexpr std::size_t bytes_kept = limits::max_task_id_bytes;
  static constexpr std::size_t bytes_needed(std::size_t max_depth,
                                            std::size_t text_bytes) noexcept {
    const std::size_t longest = std::min(text_bytes, limits::max_embedded_bytes);
    const std::size_t levels = std::min(max_depth, limits::max_search_depth);
    return bytes_kept + std::min(levels * longest, limits::max_embedded_bytes);
  }

  // Lifetime: `memory` and the keys outlive the search.
  key_search(const options& what, arena& memory) noexcept : what_(what), memory_(memory) {
    what_.max_depth = std::min(what_.max_depth, limits::max_search_depth);
  }

  // The member's text, decoded; an integer as its digits. Nothing when there is none, or when the
  // text is no JSON: any bytes will do. Lifetime: a view of `text` or of the arena. Cost: no heap;
  // two passes over the text and over limits::max_embedded_bytes of what its strings hold.
  std::optional<std::string_view> find(std::string_view text) noexcept {
    const std::size_t mark = memory_.used();
    found_.reset();
    room_left_ = limits::max_embedded_bytes;
    if (!search(text, 0, max_nesting)) return std::nullopt;
    if (memory_.used() == mark && !found_->escaped) return found_->text;
    return keep(mark);
  }

  // By all calls together, bytes that were decoded included: what bounds the time.
  [[nodiscard]] std::size_t visited_bytes() const noexcept { return visited_; }

 private:
  using id_text = std::array<char, bytes_kept>;

  // Of one container that is open, or (the first) of the whole text.
  struct frame {
    std::size_t rank;  // index into keys; one more for what lies deeper, two for nothing
    string_token value;
  };

  // The first pass: the best candidate of every open container.
  struct nearest {
    key_search& self;
    std::size_t depth = 0;
    bool holds_json = false;
    std::array<frame, limits::max_search_depth + 1> frames;

    explicit nearest(key_search& owner) noexcept : self(owner) { frames[0].rank = nothing(); }

    [[nodiscard]] std::size_t deeper() const noexcept { return self.what_.keys.size(); }
    [[nodiscard]] std::size_t nothing() const noexcept { return deeper() + 1; }

    void opened() noexcept { frames[++depth].rank = nothing(); }
    void closed() noexcept {
      const frame& inner = frames[depth--];
      if (inner.rank < nothing() && deeper() < frames[depth].rank)
        frames[depth] = {deeper(), inner.value};
    }
    bool leaf(const string_token* name, const string_token& value, bool is_text) noexcept {
      holds_json = holds_json || (is_text && self.begins_json(value));
      if (name == nullptr) return true;
      const std::size_t rank = self.rank_of(*name);
      if (rank < deeper() && rank < frames[depth].rank && self.counts(value))
        frames[depth] = {rank, is_text || value.text != "-0" ? value : string_token{"0"}};
      return true;
    }
  };

  // The second pass.
  struct embedded {
    key_search& self;
    std::size_t outside;  // levels around the text
    std::size_t depth = 0;

    void opened() noexcept { ++depth; }
    void closed() noexcept { --depth; }
    bool leaf(const string_token*, const string_token& value, bool is_text) noexcept {
      return !is_text || !self.search_string(value, outside + depth + 1);
    }
  };

  // `outside`: how many levels are around the text. Recursion: one call for each string that holds
  // the next, max_depth at most.
  bool search(std::string_view text, std::size_t outside, std::size_t most_nested) noexcept {
    bool holds_json = false;
    if (!find_nearest(text, outside, most_nested, holds_json)) return false;
    if (found_) return true;
    if (!what_.embedded_json || !holds_json) return false;
    embedded strings{*this, outside};
    detail::walk pass{text, what_.max_depth - outside, most_nested, strings};
    (void)pass.run();
    visited_ += pass.visited_bytes();
    return found_.has_value();
  }

  // False if the text is no JSON. Not inlined: its frames need not lie under the recursion.
  CALLGATE_NOINLINE bool find_nearest(std::string_view text, std::size_t outside,
                                      std::size_t most_nested, bool& holds_json) noexcept {
    nearest members{*this};
    detail::walk pass{text, what_.max_depth - outside, most_nested, members};
    const bool is_json = pass.run();
    visited_ += pass.visited_bytes();
    holds_json = members.holds_json;
    const frame& whole = members.frames[0];
    if (is_json && whole.rank < members.nothing()) found_ = whole.value;
    return is_json;
  }

  // What a string holds, if that is JSON. Its text stays in the arena if something is found there.
  bool search_string(const string_token& token, std::size_t outside) noexcept {
    if (outside >= what_.max_depth || token.text.size() > room_left_ || !begins_json(token))
      return false;
    const std::size_t mark = memory_.used();
    char* const place = static_cast<char*>(memory_.allocate(token.text.size(), 1));
    if (place == nullptr) return false;
    room_left_ -= token.text.size();
    visited_ += token.text.size();
    const std::string_view text{place, unescape(token, place)};
    memory_.rewind(mark + text.size());
    if (search(text, outside, limits::max_depth)) return true;
    memory_.rewind(mark);
    return false;
  }

  // Whether a member can be in it: no text without a quote has one, and quotes are escaped here.
  bool begins_json(const string_token& token) noexcept {
    if (!token.escaped) return false;
    const char* at = token.text.data();
    const char* const end = at + token.text.size();
    char first[4] = {' '};
    while (at != end && std::string_view{" \n\r\t"}.find(*first) != std::string_view::npos)
      (void)decode_next(at, end, first);
    visited_ += static_cast<std::size_t>(at - token.text.data());
    return *first == '{' || *first == '[' || *first == '"';
  }

  // The place of a name among the keys; their number if it is none of them.
  std::size_t rank_of(const string_token& name) noexcept {
    id_text decoded;
    std::string_view text = name.text;
    if (name.escaped) {
      const auto size = decode(name, decoded);
      if (!size) return what_.keys.size();
      text = {decoded.data(), *size};
    }
    const auto at = std::find(what_.keys.begin(), what_.keys.end(), text);
    return static_cast<std::size_t>(at - what_.keys.begin());
  }

  bool counts(const string_token& value) noexcept {
    if (!value.escaped) return !value.text.empty() && value.text.size() <= bytes_kept;
    id_text ignored;
    return decode(value, ignored).has_value();
  }

  // How many bytes the token stands for; nothing when they do not fit.
  std::optional<std::size_t> decode(const string_token& token, id_text& out) noexcept {
    const char* at = token.text.data();
    const char* const end = at + token.text.size();
    std::size_t size = 0;
    bool fits = true;
    while (fits && at != end) {
      char bytes[4];
      const std::size_t n = decode_next(at, end, bytes);
      fits = n <= out.size() - size;
      if (fits) std::memcpy(out.data() + size, bytes, n), size += n;
    }
    visited_ += static_cast<std::size_t>(at - token.text.data());
    return fits ? std::optional(size) : std::nullopt;
  }

  // Gives the arena back but for the id.
  std::optional<std::string_view> keep(std::size_t mark) noexcept {
    id_text id;
    const std::size_t size = decode(*found_, id).value_or(0);
    memory_.rewind(mark);
    char* const place = static_cast<char*>(memory_.allocate(size, 1));
    if (place == nullptr) return std::nullopt;
    std::memcpy(place, id.data(), size);
    return std::string_view{place, size};
  }

  options what_;
  arena& memory_;
  std::optional<string_token> found_{};
  std::size_t room_left_ = limits::max_embedded_bytes;
  std::size_t visited_ = 0;
};

}  // namespace callgate::json
