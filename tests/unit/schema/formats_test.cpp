// SPDX-License-Identifier: Apache-2.0
// Every format takes any text. Which texts have which format is tested by
// tests/schema_suite/format; here: that each value of the enum has its own check, at compile time
// too, and that arbitrary bytes do no harm to any of formats/{all,date_time,identifiers,internet,
// idna,idna_tables,regex,scanner,uri}.
#include <callgate/schema/formats/all.hpp>

#include <callgate/json/utf8.hpp>
#include <callgate/schema/format.hpp>

#include "tests/support/exact_copy.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace callgate::schema {
namespace {

struct example {
  format_check wanted;
  std::string_view text;
};

constexpr std::array<example, 18> examples{{
    {formats::check<format::date_time>, "2024-02-29T10:00:00Z"},
    {formats::check<format::date>, "2024-02-29"},
    {formats::check<format::time>, "10:00:00Z"},
    {formats::check<format::duration>, "P1Y2M"},
    {formats::check<format::email>, "a@example.com"},
    {formats::check<format::idn_email>, "\xc3\xa9@example.com"},
    {formats::check<format::hostname>, "example.com"},
    {formats::check<format::ipv4>, "127.0.0.1"},
    {formats::check<format::ipv6>, "::1"},
    {formats::check<format::uri>, "https://example.com/a?b#c"},
    {formats::check<format::uri_reference>, "/a?b#c"},
    {formats::check<format::iri>, "https://example.com/\xc3\xa9"},
    {formats::check<format::iri_reference>, "/\xc3\xa9"},
    {formats::check<format::uri_template>, "/{a}{?b*}"},
    {formats::check<format::uuid>, "2eb8aa08-aa98-11ea-b4aa-73b441d16380"},
    {formats::check<format::json_pointer>, "/a/~0~1"},
    {formats::check<format::relative_json_pointer>, "1/a"},
    {formats::check<format::regex>, "^(a|[b-d])+$"},
}};

TEST(formats, each_holds_for_its_example) {
  for (const example& each : examples) EXPECT_TRUE(each.wanted.holds(each.text)) << each.text;
}

static_assert(formats::holds<format::date_time>("2024-02-29T10:00:00Z"));
static_assert(!formats::holds<format::date_time>("2023-02-29T10:00:00Z"));

TEST(formats, a_text_without_any_is_refused_by_all) {
  for (const example& each : examples) {
    if (each.wanted.name == format::regex) continue;
    EXPECT_FALSE(each.wanted.holds("\\ {")) << each.text;
  }
  EXPECT_FALSE(formats::holds<format::regex>("("));
}

TEST(formats, every_beginning_and_every_mixture_is_read_within_its_bounds) {
  constexpr std::array<std::string_view, 12> parts{
      "a", "-", ".", "xn--", "9", "@", "\xc3\xbc", "\xd7\x90", "::1", "[", "%", "\x7f"};
  std::mt19937 random{7};
  for (const example& each : examples)
    for (std::size_t size = 0; size <= each.text.size(); ++size) {
      std::string mixed{each.text.substr(0, size)};
      for (int round = 0; round < 20; ++round) {
        const test::exact_copy copy{mixed};
        if (!json::is_utf8(mixed)) break;
        (void)each.wanted.holds(copy.view());
        const std::size_t at = random() % (mixed.size() + 1);
        mixed.insert(at, parts[random() % parts.size()]);
      }
    }
}

TEST(formats, a_deep_expression_is_refused_not_followed) {
  const std::string deep = std::string(100'000, '(') + std::string(100'000, ')');
  EXPECT_FALSE(formats::holds<format::regex>(deep));
}

TEST(formats, a_long_name_is_refused_before_its_end) {
  std::string name;
  while (name.size() < 1'000'000) name += "a.";
  EXPECT_FALSE(formats::holds<format::idn_hostname>(name + "a"));
}

}  // namespace
}  // namespace callgate::schema
