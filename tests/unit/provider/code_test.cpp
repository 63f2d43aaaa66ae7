// SPDX-License-Identifier: Apache-2.0
// Tables of codes and the look-up in them.
#include <callgate/provider/code.hpp>

#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/schemas/tts_error.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace callgate {
namespace {

struct three {
  static constexpr std::array<code, 3> codes{{{.value = -1, .name = "below"},
                                              {.value = 0, .name = "zero"},
                                              {.value = 700, .name = "above"}}};
  static constexpr code unknown_code{.name = "other"};
};
struct none {
  static constexpr std::array<code, 0> codes{};
  static constexpr code unknown_code{};
};

// At compile time, too.
static_assert(find_code<three>(700) == &three::codes[2]);

TEST(Code, IsFoundByItsValue) {
  for (const code& row : three::codes) EXPECT_EQ(find_code<three>(row.value), &row) << row.name;
}

TEST(Code, ThatIsNotListedHasTheRowForAllOfThese) {
  for (const std::int64_t value :
       {std::numeric_limits<std::int64_t>::min(), std::int64_t{-2}, std::int64_t{1},
        std::int64_t{699}, std::int64_t{701}, std::numeric_limits<std::int64_t>::max()})
    EXPECT_EQ(find_code<three>(value), &three::unknown_code) << value;
}

TEST(Code, IsNothingWhereAProviderHasNoCodes) {
  EXPECT_EQ(find_code<none>(0), nullptr);
  EXPECT_EQ(find_code<none>(200), nullptr);
  EXPECT_EQ(find_code<schemas::job_worker::provider>(200), nullptr);
  EXPECT_EQ(find_code<schemas::tts_error::provider>(200), nullptr);
}

TEST(Code, TablesRiseAndHaveEachValueOnce) {
  EXPECT_TRUE(is_code_table({}));
  EXPECT_TRUE(is_code_table(three::codes));
  EXPECT_FALSE(is_code_table(std::array<code, 2>{{{.value = 1}, {.value = 1}}}));
  EXPECT_FALSE(is_code_table(std::array<code, 2>{{{.value = 2}, {.value = 1}}}));
}

TEST(Code, WordsAreThoseOfTheSchemaLanguage) {
  EXPECT_EQ(enum_name(severity::success), "success");
  EXPECT_EQ(enum_name(severity::info), "info");
  EXPECT_EQ(enum_name(severity::warning), "warning");
  EXPECT_EQ(enum_name(severity::error), "error");
  EXPECT_EQ(enum_name(retry_advice::never), "never");
  EXPECT_EQ(enum_name(retry_advice::later), "later");
  EXPECT_EQ(enum_name(retry_advice::safe), "safe");
  EXPECT_EQ(enum_name(retry_advice::changed_input), "changed_input");
}

// One number, two meanings: the providers are kept apart.
TEST(Code, OfTwoProvidersMayMeanTwoThings) {
  EXPECT_EQ(find_code<schemas::kie::provider>(400)->name, "validation_error");
  EXPECT_EQ(find_code<schemas::suno::provider>(400)->name, "bad_request");
  EXPECT_EQ(find_code<schemas::kie::provider>(451)->name, "unknown_code");
  EXPECT_EQ(find_code<schemas::suno::provider>(451)->name, "download_failed");
}

struct expected_row {
  std::int64_t value;
  std::string_view name;
  callgate::severity severity;
  retry_advice retry;
  bool refunded;
  std::string_view meaning;
};

// Source: S0.30 to S0.36.
constexpr std::array<expected_row, 7> kie_rows{{
    {200, "success", severity::success, retry_advice::never, false,
     "Request processed successfully"},
    {400, "validation_error", severity::error, retry_advice::changed_input, false,
     "Lyrics contained copyrighted material"},
    {408, "rate_limited", severity::warning, retry_advice::later, false, "Timeout"},
    {413, "content_conflict", severity::error, retry_advice::changed_input, false,
     "Uploaded audio matches existing work"},
    {500, "server_error", severity::error, retry_advice::later, false, "Unexpected server error"},
    {501, "generation_failed", severity::error, retry_advice::changed_input, false,
     "Audio generation failed"},
    {531, "server_error_refunded", severity::error, retry_advice::safe, true,
     "Server error with credit refund"},
}};

TEST(Code, RowsOfKieAreAsDocumented) {
  using kie = schemas::kie::provider;
  ASSERT_EQ(kie::codes.size(), kie_rows.size());
  for (const expected_row& row : kie_rows) {
    SCOPED_TRACE(std::string(row.name));
    const code* found = find_code<kie>(row.value);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->value, row.value);
    EXPECT_EQ(found->name, row.name);
    EXPECT_EQ(found->severity, row.severity);
    EXPECT_EQ(found->retry, row.retry);
    EXPECT_EQ(found->refunded, row.refunded);
    EXPECT_EQ(found->meaning, row.meaning);
    if (row.value == 200)
      EXPECT_EQ(found->applies_stage, no_stage);
    else
      EXPECT_EQ(kie::stages.at(static_cast<std::size_t>(found->applies_stage)).name, "error");
    ASSERT_EQ(found->messages.size(), 2U);
    EXPECT_EQ(found->messages[0].locale, "en");
    EXPECT_EQ(found->messages[1].locale, "ru");
  }
}

// Source: S1.11, word for word.
TEST(Code, SunosMessagesAreThoseItsUsersKnow) {
  const auto russian = [](std::int64_t value) {
    return find_code<schemas::suno::provider>(value)->messages[1].text;
  };
  EXPECT_EQ(russian(400), "Параметры некорректны или нарушена политика контента");
  EXPECT_EQ(russian(451), "Не удалось скачать референсное аудио");
  EXPECT_EQ(russian(500), "Ошибка сервера Suno. Попробуйте позже");
}

}  // namespace
}  // namespace callgate
