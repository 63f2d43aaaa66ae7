// SPDX-License-Identifier: Apache-2.0
// Checks a JSON text against a schema. Nothing is copied and nothing allocated: what one pass
// cannot decide (anyOf, not, if ...) looks at the value's bytes again.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/json/detail/path.hpp>
#include <callgate/json/skip.hpp>
#include <callgate/schema/detail/known_keys.hpp>
#include <callgate/schema/equal.hpp>
#include <callgate/schema/node.hpp>
#include <callgate/schema/scalar_checks.hpp>
#include <callgate/schema/violation.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace callgate::schema {

// Sink: bool operator()(const violation&) const; false ends the search.
// Demands: text is valid JSON of at most max_depth levels; begin is where offsets count from.
template <class Sink>
class validator {
 public:
  validator(document schema, std::string_view text, const Sink& sink) noexcept
      : schema_(schema),
        begin_(text.data()),
        budget_(limits::max_schema_scans * (text.size() + 64)),
        sink_(&sink) {}

  // True if the value at `in`, which ends up behind it, is what the node wants.
  bool check(index at, json::cursor& in, const json::detail::path* where) noexcept {
    const node& want = schema_[at];
    const secret_scope hidden{*this, want.secret, where};
    const json::cursor start = in;
    const bool good = value(want, in, where);
    if (is_done(good)) return false;
    return applicators(want, between(start, in), where) && good;
  }

  // Whether the budget was used up: then nothing that was said holds.
  [[nodiscard]] bool is_exhausted() const noexcept { return budget_ == 0; }

 private:
  using path = json::detail::path;

  // What is in a secret has no pointer of its own, while this lives.
  class secret_scope {
   public:
    secret_scope(validator& self, bool secret, const path* where) noexcept
        : self_(secret && !self.in_secret_ ? &self : nullptr) {
      if (self_ != nullptr) self_->in_secret_ = true, self_->secret_ = where;
    }
    ~secret_scope() {
      if (self_ != nullptr) self_->in_secret_ = false;
    }
    secret_scope(const secret_scope&) = delete;
    secret_scope& operator=(const secret_scope&) = delete;

   private:
    validator* self_;
  };

  // --- bookkeeping

  // Keys, scalars and what is skipped: each look at a text is paid for once, however deep it is.
  // After the last word there is nothing to bound: what was said holds.
  bool spend(std::size_t bytes) noexcept {
    if (!stopped_) budget_ -= std::min(budget_, bytes + 1);
    return budget_ != 0;
  }
  bool spend(const json::cursor& from, const json::cursor& to) noexcept {
    return spend(static_cast<std::size_t>(to.at - from.at));
  }

  bool broken(json::errc what, const node& want, const json::cursor& value,
              const path* where) noexcept {
    if (sink_ == nullptr || stopped_ || budget_ == 0) return false;
    json::cursor end = value;
    (void)json::skip_value(end, json::max_nesting);
    const std::string_view found{value.at, static_cast<std::size_t>(end.at - value.at)};
    stopped_ = !(*sink_)(violation{.code = what,
                                   .where = json::detail::to_pointer(in_secret_ ? secret_ : where),
                                   .offset = static_cast<std::size_t>(value.at - begin_),
                                   .found = want.sensitive ? std::string_view{} : found,
                                   .demand = &want});
    return false;
  }

  // Nothing more needs to be looked at.
  [[nodiscard]] bool is_done(bool good) const noexcept {
    return (!good && (sink_ == nullptr || stopped_)) || budget_ == 0;
  }

  // The same without a word: whether a value would do.
  bool would_do(index at, std::string_view bytes) noexcept {
    const Sink* const heard = sink_;
    sink_ = nullptr;
    json::cursor in{bytes};
    const bool good = check(at, in, nullptr);
    sink_ = heard;
    return good;
  }

  // --- one value

  bool value(const node& want, json::cursor& in, const path* where) noexcept {
    const json::cursor start = in;
    bool good = !want.never || broken(json::errc::never, want, start, where);
    const char first = in.peek();
    if (first == '{') {
      good = has_type(want, types::object, start, where) && good;
      good = object(want, in, where) && good;
    } else if (first == '[') {
      good = has_type(want, types::array, start, where) && good;
      good = array(want, in, where) && good;
    } else {
      good = scalar(want, in, where) && good;
      (void)spend(start, in);
    }
    return listed(want, start, where) && good;
  }

  bool has_type(const node& want, type_set type, const json::cursor& start,
                const path* where) noexcept {
    return (want.types & type) != 0 || broken(json::errc::wrong_type, want, start, where);
  }

  bool listed(const node& want, const json::cursor& start, const path* where) noexcept {
    if (want.values.empty()) return true;
    for (const std::string_view allowed : want.values)
      if (equal(start, json::cursor{allowed}, budget_)) return true;
    return broken(want.is_const ? json::errc::not_const : json::errc::not_in_enum, want, start,
                  where);
  }

  bool scalar(const node& want, json::cursor& in, const path* where) noexcept {
    const json::cursor start = in;
    switch (in.peek()) {
      case '"': {
        json::string_token token;
        (void)json::scan_string(in, token);
        return has_type(want, types::string, start, where) && text(want, token, start, where);
      }
      case 't':
      case 'f': return literal(in), has_type(want, types::boolean, start, where);
      case 'n': return literal(in), has_type(want, types::null, start, where);
      default: {
        json::number_token token;
        (void)json::scan_number(in, token);
        return number(want, decimal{token.text}, start, where);
      }
    }
  }

  static void literal(json::cursor& in) noexcept { (void)json::skip_value(in, 0); }

  bool number(const node& want, const decimal& found, const json::cursor& start,
              const path* where) noexcept {
    const bool typed = (want.types & types::number) != 0 ||
                       ((want.types & types::integer) != 0 && is_integer(found));
    if (!typed) return broken(json::errc::wrong_type, want, start, where);
    if (want.numbers == nullptr) return true;
    bool good = true;
    detail::check_number(*want.numbers, found,
                         [&](json::errc what) { good = broken(what, want, start, where); });
    return good;
  }

  bool text(const node& want, const json::string_token& found, const json::cursor& start,
            const path* where) noexcept {
    if (want.strings == nullptr) return true;
    bool good = true;
    detail::check_string(*want.strings, found,
                         [&](json::errc what) { good = broken(what, want, start, where); });
    return good;
  }

  // --- arrays

  bool array(const node& want, json::cursor& in, const path* where) noexcept {
    static constexpr array_rules nothing{};
    const array_rules& rules = want.arrays != nullptr ? *want.arrays : nothing;
    const json::cursor start = in;
    ++in.at;
    (void)spend(1);
    std::size_t count = 0, contained = 0;
    bool good = true;
    for (bool first = true; detail::go_on(in, ']', first); ++count) {
      const json::cursor item = in;
      const path here{.up = where, .index = count};
      const bool listed = count < rules.prefix_items.size();
      const index wanted = listed ? rules.prefix_items[count] : rules.items;
      good = member(wanted, in, &here) && good;
      if (rules.contains != none) contained += would_do(rules.contains, between(item, in));
      if (is_done(good)) return false;
    }
    return array_counts(want, rules, count, contained, start, where) && good;
  }

  bool array_counts(const node& want, const array_rules& rules, std::size_t count,
                    std::size_t contained, const json::cursor& start, const path* where) noexcept {
    bool good = true;
    const auto demand = [&](bool holds, json::errc what) {
      if (!holds) good = broken(what, want, start, where);
    };
    demand(count >= rules.min_items, json::errc::too_few_items);
    demand(count <= rules.max_items, json::errc::too_many_items);
    if (rules.contains != none) {
      const bool bounded = rules.min_contains != 1;
      demand(contained >= rules.min_contains,
             bounded ? json::errc::too_few_contained : json::errc::none_contained);
      demand(contained <= rules.max_contains, json::errc::too_many_contained);
    }
    if (rules.unique_items) demand(all_differ(start), json::errc::not_unique);
    return good;
  }

  // Every pair is compared, at the price of the longer value: the budget bounds it.
  bool all_differ(json::cursor in) noexcept {
    ++in.at;
    for (bool first = true; detail::go_on(in, ']', first);) {
      const json::cursor item = in;
      (void)json::skip_value(in, json::max_nesting);
      const std::size_t size = between(item, in).size();
      json::cursor other = in;
      for (bool rest = false; detail::go_on(other, ']', rest);) {
        const json::cursor before = other;
        (void)json::skip_value(other, json::max_nesting);
        if (!spend(std::max(size, between(before, other).size()))) return false;
        if (equal(item, before, budget_) || budget_ == 0) return false;
      }
    }
    return true;
  }

  // --- objects

  bool object(const node& want, json::cursor& in, const path* where) noexcept {
    static constexpr object_rules nothing{};
    const object_rules& rules = want.objects != nullptr ? *want.objects : nothing;
    const json::cursor start = in;
    ++in.at;
    (void)spend(1);
    std::size_t count = 0;
    detail::known_keys keys;
    bool good = true;
    for (bool first = true; detail::go_on(in, '}', first); ++count) {
      const json::cursor name_at = in;
      const json::string_token name = detail::take_key(in);
      (void)spend(name_at, in);
      const path here{.up = where, .name = name.text, .escaped = name.escaped};
      const std::size_t key = keys.find(rules, name);
      if (key != detail::known_keys::none && keys.has(key))
        good = broken(json::errc::duplicate_member, want, in, &here);
      if (key != detail::known_keys::none) keys.add(key);
      if (json::cursor again = name_at; rules.names != none)
        good = check(rules.names, again, &here) && good;
      good = property(rules, key, name, in, &here) && good;
      if (is_done(good)) return false;
    }
    const std::string_view bytes = between(start, in);
    good = object_counts(want, rules, count, keys, start, where) && good;
    return dependencies(want, rules, keys, bytes, where) && good;
  }

  // What properties, patternProperties and additionalProperties want of one member.
  bool property(const object_rules& rules, std::size_t key, const json::string_token& name,
                json::cursor& in, const path* where) noexcept {
    const json::cursor value = in;
    const index own = key != detail::known_keys::none ? rules.keys[key].value : none;
    bool named = own != none;
    bool good = member(own, in, where);
    for (const pattern_property& each : rules.patterns) {
      if (!detail::matches(*each.name, name)) continue;
      named = true;
      json::cursor again = value;
      good = check(each.value, again, where) && good;
    }
    if (named || rules.additional == none) return good;
    json::cursor again = value;
    return check(rules.additional, again, where) && good;
  }

  bool member(index wanted, json::cursor& in, const path* where) noexcept {
    if (wanted != none) return check(wanted, in, where);
    const json::cursor before = in;
    (void)json::skip_value(in, json::max_nesting);
    return spend(before, in);
  }

  bool object_counts(const node& want, const object_rules& rules, std::size_t count,
                     const detail::known_keys& keys, const json::cursor& start,
                     const path* where) noexcept {
    bool good =
        has_all(want, rules, rules.required, keys, json::errc::missing_member, start, where);
    if (count < rules.min_properties)
      good = broken(json::errc::too_few_members, want, start, where);
    if (count > rules.max_properties)
      good = broken(json::errc::too_many_members, want, start, where);
    return good;
  }

  bool has_all(const node& want, const object_rules& rules, const key_set& wanted,
               const detail::known_keys& keys, json::errc what, const json::cursor& start,
               const path* where) noexcept {
    bool good = true;
    for (std::size_t key = 0; key < rules.keys.size(); ++key) {
      if ((wanted[key / 64] >> (key % 64) & 1) == 0 || keys.has(key)) continue;
      const path missing{.up = where, .name = rules.keys[key].name};
      good = broken(what, want, start, &missing);
    }
    return good;
  }

  bool dependencies(const node& want, const object_rules& rules, const detail::known_keys& keys,
                    std::string_view bytes, const path* where) noexcept {
    bool good = true;
    for (const dependency& each : rules.dependencies) {
      if (!keys.has(each.key)) continue;
      const json::cursor start{bytes};
      good =
          has_all(want, rules, each.required, keys, json::errc::missing_dependent, start, where) &&
          good;
      if (each.value != none) good = again(each.value, bytes, where) && good;
    }
    return good;
  }

  // --- what looks at a value again

  bool again(index at, std::string_view bytes, const path* where) noexcept {
    json::cursor in{bytes};
    return check(at, in, where);
  }

  bool applicators(const node& want, std::string_view bytes, const path* where) noexcept {
    bool good = true;
    for (const index each : want.all_of) {
      good = again(each, bytes, where) && good;
      if (is_done(good)) return false;
    }
    const json::cursor start{bytes};
    if (!want.any_of.empty() && count_of(want.any_of, bytes, 1) == 0)
      good = broken(json::errc::fits_none, want, start, where);
    if (want.chooses != nullptr)
      good = chosen(want, bytes, where) && good;
    else if (!want.one_of.empty() && count_of(want.one_of, bytes, 2) != 1)
      good = broken(json::errc::fits_not_one, want, start, where);
    if (want.not_of != none && would_do(want.not_of, bytes))
      good = broken(json::errc::fits_forbidden, want, start, where);
    if (want.if_of != none) {
      const index then = would_do(want.if_of, bytes) ? want.then_of : want.else_of;
      if (then != none) good = again(then, bytes, where) && good;
    }
    return good;
  }

  // The branches differ in the discriminator's value: no other than the one it names can fit, and
  // what is wrong is said of that one.
  bool chosen(const node& want, std::string_view bytes, const path* where) noexcept {
    const json::cursor start{bytes};
    if (start.peek() != '{') return broken(json::errc::fits_not_one, want, start, where);
    if (!spend(bytes.size())) return false;
    const auto value = detail::find_member(start, want.chooses->member);
    const path member{.up = where, .name = want.chooses->member};
    if (!value) return broken(json::errc::missing_member, want, start, &member);
    const branch* const found = detail::find_branch(*want.chooses, *value);
    if (found == nullptr) return broken(json::errc::not_in_enum, want, *value, &member);
    return again(found->value, bytes, where);
  }

  // How many of them the value fits, at most `enough`.
  std::size_t count_of(std::span<const index> choices, std::string_view bytes,
                       std::size_t enough) noexcept {
    std::size_t count = 0;
    for (const index each : choices) {
      count += would_do(each, bytes);
      if (count == enough || budget_ == 0) break;
    }
    return count;
  }

  static std::string_view between(const json::cursor& from, const json::cursor& to) noexcept {
    return {from.at, static_cast<std::size_t>(to.at - from.at)};
  }

  document schema_;
  const char* begin_;
  std::size_t budget_;
  const Sink* sink_;
  bool stopped_ = false;
  bool in_secret_ = false;
  const path* secret_ = nullptr;
};

}  // namespace callgate::schema
