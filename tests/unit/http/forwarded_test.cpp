// SPDX-License-Identifier: Apache-2.0
// The nodes of Forwarded and X-Forwarded-For: RFC 7239's own examples, and what hostile senders
// make of them.
#include <callgate/http/forwarded.hpp>

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::http {
namespace {

using status = forwarded::status;

fields named(std::string_view name, std::initializer_list<std::string_view> values) {
  fields out;
  for (const std::string_view value : values) EXPECT_TRUE(out.push_back({name, value}));
  return out;
}

std::string told(status found, const forwarded& from) {
  if (found == status::absent) return "absent";
  if (found == status::malformed) return "malformed";
  std::string out;
  for (const std::string_view node : from.nodes()) out += "<" + std::string(node) + ">";
  return out;
}

std::string forwarded_nodes(std::initializer_list<std::string_view> values) {
  forwarded hops;
  return told(hops.read_forwarded(named("forwarded", values)), hops);
}
std::string list_nodes(std::initializer_list<std::string_view> values) {
  forwarded hops;
  return told(hops.read_x_forwarded_for(named("x-forwarded-for", values)), hops);
}

TEST(Forwarded, IsAbsentWithoutItsField) {
  forwarded hops;
  EXPECT_EQ(hops.read_forwarded(named("X-Forwarded-For", {"192.0.2.1"})), status::absent);
  EXPECT_EQ(hops.read_x_forwarded_for(named("Forwarded", {"for=192.0.2.1"})), status::absent);
}

TEST(Forwarded, ReadsTheExamplesOfItsStandard) {
  EXPECT_EQ(forwarded_nodes({"for=\"_gazonk\""}), "<_gazonk>");
  EXPECT_EQ(forwarded_nodes({"For=\"[2001:db8:cafe::17]:4711\""}), "<[2001:db8:cafe::17]:4711>");
  EXPECT_EQ(forwarded_nodes({"for=192.0.2.60;proto=http;by=203.0.113.43"}), "<192.0.2.60>");
  EXPECT_EQ(forwarded_nodes({"for=192.0.2.43, for=198.51.100.17"}), "<192.0.2.43><198.51.100.17>");
  EXPECT_EQ(forwarded_nodes({"for=192.0.2.43, for=\"[2001:db8:cafe::17]\", for=unknown"}),
            "<192.0.2.43><[2001:db8:cafe::17]><unknown>");
  EXPECT_EQ(forwarded_nodes({"for=_hidden, for=_SEVKISEK"}), "<_hidden><_SEVKISEK>");
}

TEST(Forwarded, IsOneListHoweverManyFieldsThereAre) {
  EXPECT_EQ(forwarded_nodes({"for=a", "for=b, for=c"}), "<a><b><c>");
  EXPECT_EQ(list_nodes({"192.0.2.1", "192.0.2.2 ,192.0.2.3"}), "<192.0.2.1><192.0.2.2><192.0.2.3>");
}

TEST(Forwarded, KeepsCommasAndQuotesWithinQuotes) {
  EXPECT_EQ(forwarded_nodes({R"(by="a,for=evil";for=good)"}), "<good>");
  EXPECT_EQ(forwarded_nodes({R"(by="\",for=evil\"";for=good)"}), "<good>");
  EXPECT_EQ(forwarded_nodes({R"(for="a\"b")"}), R"(<a\"b>)");
}

TEST(Forwarded, HasAnEmptyNodeWhereAnElementNamesNone) {
  EXPECT_EQ(forwarded_nodes({"for=a, proto=https, for=c"}), "<a><><c>");
}

TEST(Forwarded, PassesEmptyElements) {
  EXPECT_EQ(forwarded_nodes({" , for=a ,, for=b,"}), "<a><b>");
  EXPECT_EQ(list_nodes({",, 192.0.2.1,"}), "<192.0.2.1>");
}

TEST(Forwarded, IsRefusedAsAWholeWhenItIsMalformed) {
  for (const std::string_view bad : {"for", "for=", "=a", "for=a b", "for=\"a", "for=\"a\\\"",
                                     "for=\"a\"b", "for=a;", "for=a;;by=b", "for=a;for=b",
                                     "192.0.2.1", "for = a", "for=[::1]", "for=a:80", "for=a, for"})
    EXPECT_EQ(forwarded_nodes({bad}), "malformed") << bad;
  EXPECT_EQ(forwarded_nodes({"for=a", "bad bad"}), "malformed");
}

TEST(Forwarded, IsBounded) {
  std::string most = "for=a", list = "a";
  for (std::size_t i = 1; i < forwarded::max_nodes; ++i) most += ",for=a", list += ",a";
  EXPECT_EQ(forwarded_nodes({most}).size(), 3 * forwarded::max_nodes);
  EXPECT_EQ(list_nodes({list}).size(), 3 * forwarded::max_nodes);
  EXPECT_EQ(forwarded_nodes({most + ",for=a"}), "malformed");
  EXPECT_EQ(list_nodes({list + ",a"}), "malformed");
}

TEST(Forwarded, FindsTheAddressWithinANode) {
  const auto address = [](std::string_view node) {
    return std::string(forwarded::address_of(node));
  };
  EXPECT_EQ(address("192.0.2.43"), "192.0.2.43");
  EXPECT_EQ(address("192.0.2.43:4711"), "192.0.2.43");
  EXPECT_EQ(address("192.0.2.43:_port"), "192.0.2.43");
  EXPECT_EQ(address("[2001:db8::17]"), "2001:db8::17");
  EXPECT_EQ(address("[2001:db8::17]:4711"), "2001:db8::17");
  EXPECT_EQ(address("2001:db8::17"), "2001:db8::17");
  for (const std::string_view none : {"", "[2001:db8::17", "[2001:db8::17]4711", "[2001:db8::17]:",
                                      "192.0.2.43:", "192.0.2.43:x", "192.0.2.43:123456"})
    EXPECT_EQ(address(none), "") << none;
}

// Every cut of a valid text: read or refused, never beyond its end (AddressSanitizer watches).
TEST(Forwarded, IsReadOrRefusedWhereverItIsCut) {
  const std::string whole = R"(for="[2001:db8::1]:80";by="a\"b";proto=https , for=192.0.2.1)";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const std::vector<char> exact(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    forwarded hops;
    (void)hops.read_forwarded(named("Forwarded", {{exact.data(), exact.size()}}));
    (void)hops.read_x_forwarded_for(named("X-Forwarded-For", {{exact.data(), exact.size()}}));
    (void)forwarded::address_of({exact.data(), exact.size()});
  }
}

}  // namespace
}  // namespace callgate::http
