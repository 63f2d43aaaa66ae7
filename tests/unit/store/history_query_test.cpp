// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/history_query.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace callgate::store {
namespace {

TEST(HistoryQuery, OrdersByTimeThenKindThenNumber) {
  const std::vector<history_position> order{{9, false, 1}, {8, false, 7}, {8, false, 2},
                                            {8, true, 5},  {8, true, 1},  {7, true, 9}};
  for (std::size_t i = 0; i < order.size(); ++i)
    for (std::size_t k = 0; k < order.size(); ++k)
      EXPECT_EQ(comes_before(order[i], order[k]), i < k) << i << " " << k;
}

TEST(HistoryQuery, BeginsBehindTheCursorAndBeforeTheEnd) {
  const history_position place{100, true, 3};
  EXPECT_TRUE(comes_before(begin_of({}), {INT64_MAX - 1, false, 1}));
  EXPECT_EQ(begin_of({.after = place}), place);
  EXPECT_EQ(begin_of({.until = 500, .after = place}), place);
  const history_position before_50 = begin_of({.until = 50, .after = place});
  EXPECT_TRUE(comes_before({50, true, 1}, before_50));
  EXPECT_TRUE(comes_before(before_50, {49, false, INT64_MAX}));
}

TEST(HistoryQuery, FindsTextWhateverTheCaseOfAsciiLetters) {
  EXPECT_TRUE(has_text("Content Violation", "violation"));
  EXPECT_TRUE(has_text("content", "CONTENT"));
  EXPECT_TRUE(has_text("x", ""));
  EXPECT_TRUE(has_text("", ""));
  EXPECT_FALSE(has_text("", "x"));
  EXPECT_FALSE(has_text("@[`{", "`{@["));
  EXPECT_FALSE(has_text("[", "{")) << "they differ like letters of either case";
  EXPECT_FALSE(has_text("\xc3\x84", "\xc3\xa4")) << "not ASCII";
}

TEST(HistoryQuery, LooksThroughTheBeginningOfALongTextOnly) {
  const std::string text = std::string(limits::max_searched_bytes - 1, '.') + "ab";
  EXPECT_TRUE(has_text(text, ".a"));
  EXPECT_FALSE(has_text(text, "ab"));
}

TEST(HistoryQuery, WantsNoQuarantineWhereATasksStateIsAskedFor) {
  EXPECT_TRUE(wants({.text = "x"}, true));
  EXPECT_FALSE(wants({.stage = "x"}, true));
  EXPECT_FALSE(wants({.status = task_status::failed}, true));
  EXPECT_FALSE(wants({.code = 1}, true));
  EXPECT_FALSE(wants({.kinds = entry_kinds::tasks}, true));
  EXPECT_FALSE(wants({.kinds = entry_kinds::quarantine}, false));
}

TEST(HistoryQuery, MatchesWhenEveryFilterFits) {
  entry_view e;
  e.task_id = "t1", e.stage = "done", e.status = task_status::completed, e.code = 200;
  history_query q{.stage = "done", .status = task_status::completed, .code = 200, .text = "T"};
  EXPECT_TRUE(matches(q, e));
  for (auto change :
       {+[](entry_view& v) { v.stage = "late"; },
        +[](entry_view& v) { v.status = task_status::failed; },
        +[](entry_view& v) { v.code = std::nullopt; }, +[](entry_view& v) { v.task_id = "x"; },
        +[](entry_view& v) { v.quarantined = true; }}) {
    entry_view other = e;
    change(other);
    EXPECT_FALSE(matches(q, other));
  }
}

}  // namespace
}  // namespace callgate::store
