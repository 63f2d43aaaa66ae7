// SPDX-License-Identifier: Apache-2.0
// Records as JSON: one row or several, nested names, every type.
#include <callgate/server/records_json.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace callgate {
namespace {

constexpr std::array<record_column, 7> columns{{
    {"number", column_type::integer, nullptr},
    {"urls.audio.main", column_type::text, nullptr},
    {"at", column_type::timestamp, nullptr},
    {"urls.image", column_type::json, nullptr},
    {"urls.audio.other", column_type::text, nullptr},
    {"length", column_type::real, nullptr},
    {"good", column_type::boolean, nullptr},
}};
constexpr record_plan one_row{.name = "one", .columns = columns};
constexpr record_plan many_rows{.name = "many", .columns = columns, .key_columns = 1};

std::string written(const std::vector<store::record_rows>& rows) {
  std::string text;
  json::string_writer out(text);
  write_records(out, rows);
  return text;
}

const std::vector<store::record_value> full{std::int64_t{1},
                                            std::string{"a\"b"},
                                            std::int64_t{0},
                                            std::string{"[1]"},
                                            std::string{"o"},
                                            1.5,
                                            true};
const std::vector<store::record_value> bare(7);

TEST(RecordsJson, NestsByTheDotsOfANameWhateverItsPlace) {
  EXPECT_EQ(written({{&one_row, {full}}}),
            R"({"one":{"number":1,"urls":{"audio":{"main":"a\"b","other":"o"},"image":[1]},)"
            R"("at":"1970-01-01T00:00:00.000000Z","length":1.5,"good":true}})");
}

TEST(RecordsJson, WritesWhatIsAbsentAsNull) {
  EXPECT_EQ(written({{&one_row, {bare}}}),
            R"({"one":{"number":null,"urls":{"audio":{"main":null,"other":null},"image":null},)"
            R"("at":null,"length":null,"good":null}})");
}

TEST(RecordsJson, IsAnArrayWhereATaskMayHaveSeveralRows) {
  EXPECT_EQ(written({{&one_row, {}}, {&many_rows, {}}}), R"({"one":null,"many":[]})");
  const std::string two = written({{&many_rows, {full, full}}});
  EXPECT_TRUE(two.starts_with(R"({"many":[{"number":1,)")) << two;
  EXPECT_TRUE(two.ends_with("}]}")) << two;
  EXPECT_NE(two.find("},{\"number\":1"), std::string::npos) << two;
}

}  // namespace
}  // namespace callgate
