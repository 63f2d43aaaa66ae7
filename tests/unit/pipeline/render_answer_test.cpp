// SPDX-License-Identifier: Apache-2.0
// Bodies of answers, slot by slot.
#include <callgate/pipeline/render_answer.hpp>

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {
namespace {

constexpr stage first{.name = "first", .rank = 2, .status = task_status::processing};
constexpr code unavailable{.value = 451, .name = "download_failed", .severity = severity::warning};

facts everything() {
  return {.provider = "suno",
          .mount = "main",
          .task_id = "t\"1",
          .record_id = "r1",
          .stage = "first",
          .known_stage = &first,
          .code = 451,
          .known_code = &unavailable,
          .message = "line\nbreak",
          .error = "/data: required",
          .received_at = 1'767'816'453'101'250,
          .result = outcome::accepted,
          .sequence = 17};
}

std::optional<std::string> render(const std::vector<answer_segment>& body, const facts& known,
                                  std::size_t room = 512) {
  std::string buffer(room, '?');
  const auto text = render_answer({.status = 200, .body = body}, known, buffer);
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

std::optional<std::string> bare(slot s, const facts& known) {
  return render({{.kind = s}}, known);
}
std::optional<std::string> quoted(slot s, const facts& known) {
  return render({{.text = "\"<"}, {.kind = s, .quoted = true}, {.text = ">\""}}, known);
}

TEST(RenderAnswer, WritesLiteralsAsTheyAre) {
  EXPECT_EQ(render({}, {}), "");
  EXPECT_EQ(render({{.text = R"({"ok":)"}, {.text = "true}"}}, {}), R"({"ok":true})");
}

TEST(RenderAnswer, WritesEverySlotAsAJsonValue) {
  const facts known = everything();
  EXPECT_EQ(bare(slot::provider, known), R"("suno")");
  EXPECT_EQ(bare(slot::mount, known), R"("main")");
  EXPECT_EQ(bare(slot::task_id, known), R"("t\"1")");
  EXPECT_EQ(bare(slot::record_id, known), R"("r1")");
  EXPECT_EQ(bare(slot::stage, known), R"("first")");
  EXPECT_EQ(bare(slot::status, known), R"("processing")");
  EXPECT_EQ(bare(slot::code, known), "451");
  EXPECT_EQ(bare(slot::code_name, known), R"("download_failed")");
  EXPECT_EQ(bare(slot::severity, known), R"("warning")");
  EXPECT_EQ(bare(slot::message, known), R"("line\nbreak")");
  EXPECT_EQ(bare(slot::outcome, known), R"("accepted")");
  EXPECT_EQ(bare(slot::error, known), R"("/data: required")");
  EXPECT_EQ(bare(slot::received_at, known), R"("2026-01-07T20:07:33.101250Z")");
  EXPECT_EQ(bare(slot::sequence, known), "17");
}

TEST(RenderAnswer, WritesEverySlotWithinText) {
  const facts known = everything();
  EXPECT_EQ(quoted(slot::task_id, known), R"("<t\"1>")");
  EXPECT_EQ(quoted(slot::status, known), R"("<processing>")");
  EXPECT_EQ(quoted(slot::code, known), R"("<451>")");
  EXPECT_EQ(quoted(slot::code_name, known), R"("<download_failed>")");
  EXPECT_EQ(quoted(slot::severity, known), R"("<warning>")");
  EXPECT_EQ(quoted(slot::message, known), R"("<line\nbreak>")");
  EXPECT_EQ(quoted(slot::received_at, known), R"("<2026-01-07T20:07:33.101250Z>")");
  EXPECT_EQ(quoted(slot::sequence, known), R"("<17>")");
}

TEST(RenderAnswer, WritesNullForWhatIsNotKnownAndNothingWithinText) {
  const facts known{.result = outcome::bad_json};
  for (const slot s : {slot::task_id, slot::stage, slot::status, slot::code, slot::code_name,
                       slot::severity, slot::message, slot::sequence}) {
    EXPECT_EQ(bare(s, known), "null") << static_cast<int>(s);
    EXPECT_EQ(quoted(s, known), "\"<>\"") << static_cast<int>(s);
  }
}

TEST(RenderAnswer, NamesTheOutcomeWhereThereIsNoErrorText) {
  EXPECT_EQ(bare(slot::error, {.result = outcome::bad_json}), R"("bad_json")");
}

TEST(RenderAnswer, HasNoStatusForAnUnknownStage) {
  facts known = everything();
  known.known_stage = nullptr;
  EXPECT_EQ(bare(slot::status, known), "null");
}

// "{code}{sequence}" is one text: a comma between the two would be an invention.
TEST(RenderAnswer, PutsNothingBetweenNeighbours) {
  const facts known = everything();
  EXPECT_EQ(render({{.text = "\""},
                    {.kind = slot::code, .quoted = true},
                    {.kind = slot::sequence, .quoted = true},
                    {.text = "\""}},
                   known),
            "\"45117\"");
  EXPECT_EQ(render({{.text = "\""},
                    {.kind = slot::code, .quoted = true},
                    {.kind = slot::task_id, .quoted = true},
                    {.kind = slot::code, .quoted = true},
                    {.text = "\""}},
                   known),
            R"("451t\"1451")");
}

struct payload {
  scalar value;
};

scalar of_payload(const void* p) {
  return p == nullptr ? scalar{} : static_cast<const payload*>(p)->value;
}

TEST(RenderAnswer, ReadsValuesOfThePayload) {
  using type = scalar::type;
  const auto value = [](scalar v, bool within_text) {
    const payload p{v};
    facts known;
    known.payload = &p;
    return render({{.text = within_text ? "\"" : ""},
                   {.kind = slot::value, .quoted = within_text, .read = &of_payload},
                   {.text = within_text ? "\"" : ""}},
                  known);
  };
  EXPECT_EQ(value({.kind = type::text, .text = "a\\b"}, false), R"("a\\b")");
  EXPECT_EQ(value({.kind = type::text, .text = "a\\b"}, true), R"("a\\b")");
  EXPECT_EQ(value({.kind = type::integer, .integer = -5}, false), "-5");
  EXPECT_EQ(value({.kind = type::number, .number = 198.44}, false), "198.44");
  EXPECT_EQ(value({.kind = type::boolean, .boolean = true}, false), "true");
  EXPECT_EQ(value({.kind = type::boolean}, true), R"("false")");
  EXPECT_EQ(value({}, false), "null");
  EXPECT_EQ(render({{.kind = slot::value, .read = &of_payload}}, {}), "null")
      << "there is no payload";
}

TEST(RenderAnswer, WritesWhatTheStoreToldWithItsJsonType) {
  const std::array<scalar, 4> told{scalar_of(std::string_view("sdxl\"")), scalar_of(true), scalar{},
                                   scalar_of(25)};
  const facts known{.told = told};
  std::vector<answer_segment> body{{.text = "["}};
  for (std::uint8_t i = 0; i < 5; ++i) {
    body.push_back({.kind = slot::told, .told = i});
    body.push_back({.text = i < 4 ? "," : "]"});
  }
  EXPECT_EQ(render(body, known), R"(["sdxl\"",true,null,25,null])") << "the fifth was not told";
  EXPECT_EQ(render(body, {}), "[null,null,null,null,null]") << "no store has spoken";
}

TEST(RenderAnswer, FitsExactlyOrNotAtAll) {
  const std::vector<answer_segment> body{
      {.text = "{\"a\":"}, {.kind = slot::message}, {.text = "}"}};
  const facts known{.message = "\x01\x02"};
  const auto whole = render(body, known);
  ASSERT_TRUE(whole);
  EXPECT_EQ(*whole, R"({"a":"\u0001\u0002"})");
  for (std::size_t room = 0; room < whole->size(); ++room)
    EXPECT_EQ(render(body, known, room), std::nullopt) << room;
  EXPECT_EQ(render(body, known, whole->size()), whole);
}

}  // namespace
}  // namespace callgate
