// SPDX-License-Identifier: Apache-2.0
// Payloads that callgen has broken in one keyword each, read by the generated parsers:
//
//   broken FILE...    <provider>.broken.json of each provider here (python3 codegen emit broken)
//
// The first error must be the one the file tells, or what was dropped; what is valid is taken.
#include <callgate/core/arena.hpp>
#include <callgate/core/arena_vector.hpp>
#include <callgate/json/arena_bytes.hpp>
#include <callgate/json/parse_into.hpp>
#include <callgate/schemas/every_keyword.hpp>
#include <callgate/schemas/every_member.hpp>
#include <callgate/schemas/every_rule.hpp>
#include <callgate/schemas/hidden_parts.hpp>
#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/odd_codes.hpp>
#include <callgate/schemas/odd_names.hpp>
#include <callgate/schemas/odd_records.hpp>
#include <callgate/schemas/odd_told.hpp>
#include <callgate/schemas/strict_rules.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/schemas/tts_error.hpp>

#include "tests/support/exact_copy.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace broken {

struct valid_body {
  std::string_view name, body;
};

struct told_error {
  std::string_view code, pointer;
  std::optional<std::uint64_t> offset;
};

struct broken_body {
  std::string_view name, body;
  told_error error;
  std::optional<bool> dropped;
};

struct bodies {
  std::string_view provider;
  callgate::arena_vector<valid_body, 4> valid;
  callgate::arena_vector<broken_body, 4> broken;
};

}  // namespace broken

namespace callgate {

inline constexpr rule demanded{.required = true};

template <>
struct reflect<broken::valid_body> {
  using T = broken::valid_body;
  static constexpr std::string_view name = "valid_body";
  static constexpr std::tuple members{member{"name", &T::name, demanded},
                                      member{"body", &T::body, demanded}};
};

template <>
struct reflect<broken::told_error> {
  using T = broken::told_error;
  static constexpr std::string_view name = "told_error";
  static constexpr std::tuple members{member{"code", &T::code, demanded},
                                      member{"pointer", &T::pointer, demanded},
                                      member{"offset", &T::offset}};
};

template <>
struct reflect<broken::broken_body> {
  using T = broken::broken_body;
  static constexpr std::string_view name = "broken_body";
  static constexpr std::tuple members{
      member{"name", &T::name, demanded}, member{"body", &T::body, demanded},
      member{"error", &T::error, demanded}, member{"dropped", &T::dropped}};
};

template <>
struct reflect<broken::bodies> {
  using T = broken::bodies;
  static constexpr std::string_view name = "bodies";
  static constexpr std::tuple members{member{"provider", &T::provider, demanded},
                                      member{"valid", &T::valid, demanded},
                                      member{"broken", &T::broken, demanded}};
};

}  // namespace callgate

namespace broken {
namespace {

using callgate::json::errc;

// Of keywords and tolerances: what is no JSON has no keyword to break.
constexpr std::array<std::pair<std::string_view, errc>, 29> codes{{
    {"wrong_type", errc::wrong_type},
    {"number_out_of_range", errc::number_out_of_range},
    {"missing_member", errc::missing_member},
    {"not_in_enum", errc::not_in_enum},
    {"not_const", errc::not_const},
    {"too_short", errc::too_short},
    {"too_long", errc::too_long},
    {"too_small", errc::too_small},
    {"too_big", errc::too_big},
    {"too_few_items", errc::too_few_items},
    {"too_many_items", errc::too_many_items},
    {"unknown_member", errc::unknown_member},
    {"never", errc::never},
    {"not_above", errc::not_above},
    {"not_below", errc::not_below},
    {"not_multiple", errc::not_multiple},
    {"not_matching", errc::not_matching},
    {"bad_format", errc::bad_format},
    {"not_unique", errc::not_unique},
    {"none_contained", errc::none_contained},
    {"too_few_contained", errc::too_few_contained},
    {"too_many_contained", errc::too_many_contained},
    {"too_few_members", errc::too_few_members},
    {"too_many_members", errc::too_many_members},
    {"missing_dependent", errc::missing_dependent},
    {"fits_none", errc::fits_none},
    {"fits_not_one", errc::fits_not_one},
    {"fits_forbidden", errc::fits_forbidden},
    {"bad_content", errc::bad_content},
}};

std::string_view name_of(errc code) {
  const auto found = std::find_if(codes.begin(), codes.end(),
                                  [code](const auto& each) { return each.second == code; });
  return found != codes.end() ? found->first : callgate::enum_name(code);
}

// What became of a body, as one line.
std::string line(std::string_view what, std::string_view code, std::string_view pointer,
                 std::optional<std::size_t> offset) {
  std::string out{what};
  out.append(" ").append(code).append(" at '").append(pointer).append("'");
  if (offset) out.append(" byte ").append(std::to_string(*offset));
  return out;
}

template <class Provider>
std::string outcome(std::string_view body, bool with_offset) {
  const callgate::test::exact_copy copy{body};
  using payload = typename Provider::payload;
  std::vector<std::byte> room(callgate::json::arena_bytes_needed<payload>(body.size()));
  callgate::arena memory{room};
  callgate::json::drops notes;
  payload out{};
  const auto failed =
      callgate::json::parse_into<payload, Provider::tolerance>(copy.view(), memory, out, notes);
  if (failed)
    return line("refused", name_of(failed->code), failed->pointer(),
                with_offset ? std::optional{failed->offset} : std::nullopt);
  if (notes.count == 0) return "taken";
  return line("dropped " + std::to_string(notes.count), name_of(notes.first), notes.first_pointer(),
              std::nullopt);
}

struct counts {
  std::size_t taken = 0, refused = 0, dropped = 0, wrong = 0;

  void compare(std::string_view provider, std::string_view name, const std::string& wanted,
               const std::string& found) {
    if (wanted == found) return;
    ++wrong;
    std::printf("%.*s: %.*s: %s, not %s\n", static_cast<int>(provider.size()), provider.data(),
                static_cast<int>(name.size()), name.data(), found.c_str(), wanted.c_str());
  }
};

template <class Provider>
void check(const bodies& all, counts& seen) {
  for (const valid_body& each : all.valid) {
    ++seen.taken;
    seen.compare(all.provider, each.name, "taken", outcome<Provider>(each.body, false));
  }
  for (const broken_body& each : all.broken) {
    const bool dropped = each.dropped.value_or(false);
    ++(dropped ? seen.dropped : seen.refused);
    const std::string wanted = line(dropped ? "dropped 1" : "refused", each.error.code,
                                    each.error.pointer, each.error.offset);
    seen.compare(all.provider, each.name, wanted,
                 outcome<Provider>(each.body, each.error.offset.has_value()));
  }
}

constexpr std::array<std::pair<std::string_view, void (*)(const bodies&, counts&)>, 13> providers{{
    {"every_keyword", check<callgate::schemas::every_keyword::provider>},
    {"every_member", check<callgate::schemas::every_member::provider>},
    {"every_rule", check<callgate::schemas::every_rule::provider>},
    {"hidden_parts", check<callgate::schemas::hidden_parts::provider>},
    {"job_worker", check<callgate::schemas::job_worker::provider>},
    {"kie", check<callgate::schemas::kie::provider>},
    {"odd_codes", check<callgate::schemas::odd_codes::provider>},
    {"odd_names", check<callgate::schemas::odd_names::provider>},
    {"odd_records", check<callgate::schemas::odd_records::provider>},
    {"odd_told", check<callgate::schemas::odd_told::provider>},
    {"strict_rules", check<callgate::schemas::strict_rules::provider>},
    {"suno", check<callgate::schemas::suno::provider>},
    {"tts_error", check<callgate::schemas::tts_error::provider>},
}};

std::string text_of(const char* file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

// False if it is no file of emit broken, or of no provider here.
bool check_file(const char* file, counts& seen) {
  const std::string text = text_of(file);
  std::vector<std::byte> room(callgate::json::arena_bytes_needed<bodies>(text.size()));
  callgate::arena memory{room};
  callgate::json::drops notes;
  bodies all;
  if (const auto failed = callgate::json::parse_into(text, memory, all, notes)) {
    std::array<char, 300> why;
    const std::string_view said = callgate::json::describe(*failed, why);
    std::printf("%s: %.*s\n", file, static_cast<int>(said.size()), said.data());
    return false;
  }
  for (const auto& [name, check_all] : providers)
    if (name == all.provider && !all.valid.empty() && !all.broken.empty())
      return check_all(all, seen), true;
  std::printf("%s: no bodies, or of another provider\n", file);
  return false;
}

}  // namespace
}  // namespace broken

int main(int count, char** arguments) {
  broken::counts seen;
  bool good = static_cast<std::size_t>(count) == broken::providers.size() + 1;
  if (!good) std::puts("one file of each provider is wanted");
  for (int at = 1; at < count; ++at) good = broken::check_file(arguments[at], seen) && good;
  std::printf("%zu taken, %zu refused, %zu dropped; %zu otherwise than told\n", seen.taken,
              seen.refused, seen.dropped, seen.wrong);
  return good && seen.wrong == 0 && seen.dropped > 0 ? 0 : 1;
}
