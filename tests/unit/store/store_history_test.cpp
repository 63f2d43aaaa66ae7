// SPDX-License-Identifier: Apache-2.0
// The history and the event feed of every store: the same tests over each of them.
#include <callgate/store/history_query.hpp>

#include <tests/support/every_store.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::testing {
namespace {

using store::entry_kinds;
using store::event_query;
using store::history_entry;
using store::history_page;
using store::history_query;

template <class Case>
class EveryHistory : public EveryStore<Case> {
 protected:
  history_page page(const history_query& query) { return this->store().history(query).value(); }

  // The task ids of all pages, and how many pages there were.
  std::string walk(history_query query, std::size_t* pages = nullptr) {
    std::string names;
    for (std::size_t n = 1;; ++n) {
      const history_page got = page(query);
      EXPECT_LE(got.entries.size(), query.limit);
      for (const history_entry& e : got.entries) names += e.task_id + " ";
      if (pages != nullptr) *pages = n;
      if (!got.next || n == 1000) return names;
      query.after = got.next;
    }
  }

  void post_at(std::string task, unix_micros at,
               const std::function<void(callback&)>& change = {}) {
    callback c;
    c.task_id = std::move(task);
    c.at = at;
    if (change) change(c);
    EXPECT_TRUE(this->post(c).sequence > 0);
  }

  // a: text, b: complete, q: quarantined, c: failed on the mount "kie" of "kie-api"
  void fill() {
    post_at("a", 1 * second, [](callback& c) { c.code = 200, c.message = "Working on it"; });
    post_at("b", 2 * second, [](callback& c) {
      c.stage = "complete", c.rank = 3, c.status = task_status::completed, c.code = 200;
      c.record_id = "Rec-B";
    });
    post_at("q", 3 * second,
            [](callback& c) { c.decided = outcome::schema_error, c.reason = "/data: required"; });
    post_at("c", 4 * second, [](callback& c) {
      c.mount = "kie", c.provider = "kie-api", c.stage = "error", c.rank = 2, c.code = 500;
      c.status = task_status::failed, c.message = "Sensitive words";
    });
  }
};

TYPED_TEST_SUITE(EveryHistory, Stores, StoreNames);

TYPED_TEST(EveryHistory, FiltersByProviderOrMount) {
  this->fill();
  EXPECT_EQ(this->walk({.provider = "suno"}), "q b a ");
  EXPECT_EQ(this->walk({.provider = "suno-api"}), "q b a ");
  EXPECT_EQ(this->walk({.provider = "kie-api"}), "c ");
  EXPECT_EQ(this->walk({.provider = "nobody"}), "");
  EXPECT_EQ(this->walk({}), "c q b a ");
}

TYPED_TEST(EveryHistory, FiltersByWhatATaskIs) {
  this->fill();
  EXPECT_EQ(this->walk({.stage = "complete"}), "b ");
  EXPECT_EQ(this->walk({.stage = "Complete"}), "");
  EXPECT_EQ(this->walk({.status = task_status::failed}), "c ");
  EXPECT_EQ(this->walk({.status = task_status::pending}), "") << "a body in quarantine has none";
  EXPECT_EQ(this->walk({.code = 200}), "b a ");
  EXPECT_EQ(this->walk({.provider = "suno", .stage = "text", .code = 200}), "a ");
}

TYPED_TEST(EveryHistory, FiltersByTheTimeOfTheLastCallback) {
  this->fill();
  EXPECT_EQ(this->walk({.from = 3 * second}), "c q ");
  EXPECT_EQ(this->walk({.until = 3 * second}), "b a ");
  EXPECT_EQ(this->walk({.until = 3 * second + 1}), "q b a ");
  EXPECT_EQ(this->walk({.from = 2 * second, .until = 4 * second}), "q b ");
  EXPECT_EQ(this->walk({.from = 2 * second, .until = 4 * second, .limit = 1}), "q b ");
  EXPECT_EQ(this->walk({.from = 4 * second, .until = 2 * second}), "");
}

TYPED_TEST(EveryHistory, FiltersByText) {
  this->fill();
  EXPECT_EQ(this->walk({.text = "rec-b"}), "b ") << "the record id";
  EXPECT_EQ(this->walk({.text = "WORKING ON"}), "a ") << "the message";
  EXPECT_EQ(this->walk({.text = "/DATA"}), "q ") << "the reason";
  EXPECT_EQ(this->walk({.text = "C"}), "c b ") << "the task id of one, the record id of the other";
  EXPECT_EQ(this->walk({.text = "complete"}), "") << "stages have a filter of their own";
  EXPECT_EQ(this->walk({.text = "%"}), "") << "no wildcard";
}

TYPED_TEST(EveryHistory, FiltersByKind) {
  this->fill();
  EXPECT_EQ(this->walk({.kinds = entry_kinds::tasks}), "c b a ");
  EXPECT_EQ(this->walk({.kinds = entry_kinds::quarantine}), "q ");
}

TYPED_TEST(EveryHistory, SaysWhereTheNextPageBeginsUntilTheLast) {
  this->fill();
  std::size_t pages = 0;
  for (std::size_t limit = 1; limit <= 5; ++limit) {
    EXPECT_EQ(this->walk({.limit = limit}, &pages), "c q b a ") << limit;
    EXPECT_EQ(pages, (4 + limit - 1) / limit) << limit;
  }
}

TYPED_TEST(EveryHistory, WalksEveryEntryOnceWhateverTheirTimes) {
  std::vector<std::string> tasks;
  for (int i = 0; i < 40; ++i) {
    const std::string name = "t" + std::to_string(i);
    this->post_at(name, (1 + i % 3) * second, [&](callback& c) {
      c.mount = i % 2 == 0 ? "suno" : "kie";
      if (i % 13 == 5) c.decided = outcome::bad_json;
    });
  }
  for (const std::size_t limit : {1u, 2u, 3u, 7u, 100u}) {
    for (const std::string_view provider : {"", "suno-api"}) {
      history_query query{.provider = std::string(provider), .limit = limit};
      std::set<std::string> seen;
      unix_micros last = 100 * second;
      for (;;) {
        const history_page got = this->page(query);
        for (const history_entry& e : got.entries) {
          EXPECT_TRUE(seen.insert(e.id).second) << e.task_id << " twice";
          EXPECT_LE(e.last_received_at, last);
          last = e.last_received_at;
        }
        if (!got.next) break;
        query.after = got.next;
      }
      EXPECT_EQ(seen.size(), 40u) << limit;
    }
  }
}

TYPED_TEST(EveryHistory, ComesToAnEndHoweverOftenAnEntryMoves) {
  for (int i = 0; i < 6; ++i) this->post_at("t" + std::to_string(i), (1 + i) * second);
  history_query query{.limit = 2};
  std::string names;
  for (int n = 0; n < 20; ++n) {
    const history_page got = this->page(query);
    for (const history_entry& e : got.entries) names += e.task_id + " ";
    this->post_at("t5", (100 + n) * second);
    if (!got.next) break;
    query.after = got.next;
  }
  EXPECT_EQ(names, "t5 t4 t3 t2 t1 t0 ");
}

TYPED_TEST(EveryHistory, GoesOnBehindAnEntryThatWasRemoved) {
  for (int i = 0; i < 4; ++i) this->post_at("t" + std::to_string(i), (1 + i) * second);
  history_query query{.limit = 2};
  const history_page first = this->page(query);
  EXPECT_TRUE(*this->store().remove(first.entries[1].id));
  query.after = first.next;
  EXPECT_EQ(this->walk(query), "t1 t0 ");
}

// --- single entries

TYPED_TEST(EveryHistory, RemembersTheLastRecordIdThatWasSaid) {
  for (const char* said : {"", "rec-1", "", "rec-2", ""})
    this->post_at("t", second, [&](callback& c) { c.record_id = said; });
  const history_entry e = this->only("t");
  EXPECT_EQ(e.record_id, "rec-2");
  EXPECT_EQ(this->only("rec-2").id, e.id);
  EXPECT_TRUE(this->found("rec-1").empty());
  EXPECT_EQ(this->list().at(0).record_id, "rec-2");
  this->post_at("none", second);
  EXPECT_TRUE(this->found("").empty()) << "no record id is no name";
}

TYPED_TEST(EveryHistory, FindsAnEntryOnceThatFitsByTwoNames) {
  this->post_at("same", second, [](callback& c) { c.record_id = "same"; });
  EXPECT_EQ(this->found("same").size(), 1u);
}

TYPED_TEST(EveryHistory, FindsNoMoreThanAsked) {
  for (int i = 0; i < 5; ++i)
    this->post_at("t" + std::to_string(i), second, [](callback& c) { c.record_id = "rec"; });
  this->post_at("rec", second, [](callback& c) { c.decided = outcome::bad_json; });
  EXPECT_EQ(this->found("rec").size(), 6u);
  EXPECT_TRUE(this->found("rec").back().quarantined) << "tasks come first";
  EXPECT_EQ(this->store().find("rec", "", 3)->size(), 3u);
  EXPECT_EQ(this->store().find("rec", "suno-api", 10)->size(), 6u);
  EXPECT_EQ(this->store().find("rec", "kie", 10)->size(), 0u);
}

TYPED_TEST(EveryHistory, TellsNothingOfAnEntryThatIsNotThere) {
  this->post_at("t", second);
  EXPECT_FALSE(this->store().entry("t")->has_value()) << "no entry id";
  EXPECT_FALSE(this->store().entry("")->has_value());
  EXPECT_FALSE(this->store().raw("t", 0)->has_value());
  EXPECT_FALSE(*this->store().remove("t"));
}

TYPED_TEST(EveryHistory, KeepsTheNewestPartOfALongTimeline) {
  const auto bound = static_cast<std::int64_t>(limits::max_timeline_events);
  for (std::int64_t i = 0; i < bound; ++i) this->post_at("t", second);
  EXPECT_FALSE(this->only("t").timeline_truncated);
  this->post_at("t", second);
  const history_entry e = this->only("t");
  EXPECT_TRUE(e.timeline_truncated);
  ASSERT_EQ(e.timeline.size(), limits::max_timeline_events);
  EXPECT_EQ(e.timeline.front().sequence, 2);
  EXPECT_EQ(e.timeline.back().sequence, bound + 1);
  EXPECT_EQ(e.callbacks, bound + 1);
}

TYPED_TEST(EveryHistory, GivesTheRawBodyOfAnyEventOfAnEntry) {
  for (const char* raw : {"one", "two"}) {
    this->post_at("t", second, [&](callback& c) {
      c.raw = raw;
      c.rank = raw == std::string_view("one") ? 3 : 1;
    });
  }
  this->post_at("other", second);
  this->post_at("q", second, [](callback& c) { c.decided = outcome::bad_json, c.raw = "\0\xff"; });
  const std::string id = this->only("t").id;
  EXPECT_EQ(this->store().raw(id, 0).value(), "one") << "of the event that set the stage";
  EXPECT_EQ(this->store().raw(id, 1).value(), "one");
  EXPECT_EQ(this->store().raw(id, 2).value(), "two");
  EXPECT_FALSE(this->store().raw(id, 3)->has_value()) << "another task's";
  EXPECT_FALSE(this->store().raw(id, 99)->has_value());
  const std::string body = this->only("q").id;
  EXPECT_EQ(this->store().raw(body, 0).value(), callback{.raw = "\0\xff"}.raw);
  EXPECT_FALSE(this->store().raw(body, 1)->has_value()) << "it is no event";
}

TYPED_TEST(EveryHistory, NamesTheMountsOfAProvider) {
  this->fill();
  this->post_at("s", second, [](callback& c) { c.mount = "second"; });
  using names = std::vector<std::string>;
  EXPECT_EQ(*this->store().mounts(""), (names{"kie", "second", "suno"}));
  EXPECT_EQ(*this->store().mounts("suno-api"), (names{"second", "suno"}));
  EXPECT_EQ(*this->store().mounts("kie"), names{"kie"});
  EXPECT_EQ(*this->store().mounts("nobody"), names{});
}

// --- removing

TYPED_TEST(EveryHistory, RemovesOneEntryAndNothingElse) {
  this->fill();
  this->post_at("b", 9 * second);
  EXPECT_TRUE(*this->store().remove(this->only("b").id));
  EXPECT_TRUE(*this->store().remove(this->only("q").id));
  EXPECT_EQ(this->walk({}), "c a ");
  EXPECT_EQ(this->store().read_events("suno", 0, 100)->size(), 1u) << "a's";
  EXPECT_EQ(this->store().evicted(), 0) << "nobody pushed it out";
}

TYPED_TEST(EveryHistory, KnowsADeliveryAgainWhoseEntryWasRemoved) {
  callback c;
  c.key = "k";
  const std::int64_t first = this->post(c).sequence;
  EXPECT_TRUE(*this->store().remove(this->only("task-1").id));
  const posted again = this->post(c);
  EXPECT_EQ(again.result, outcome::duplicate);
  EXPECT_EQ(again.sequence, first);
  EXPECT_TRUE(this->found("task-1").empty());
}

TYPED_TEST(EveryHistory, CountsTheQuarantineRightAfterABodyWasRemoved) {
  for (int i = 0; i < 3; ++i)
    this->post_at("q" + std::to_string(i), second, [](callback& c) {
      c.decided = outcome::bad_json;
      c.raw = std::string(300, 'x');
    });
  EXPECT_TRUE(*this->store().remove(this->only("q1").id));
  this->post_at("q3", second, [](callback& c) { c.decided = outcome::bad_json; });
  EXPECT_EQ(this->store().evicted(), 0) << "there was room for three";
}

// --- event feed

TYPED_TEST(EveryHistory, FeedsTheEventsOfAllMountsInOrder) {
  this->fill();
  this->post_at("b", 5 * second, [](callback& c) { c.raw = "late", c.message = "again"; });
  const auto all = this->store().feed({});
  ASSERT_EQ(all->events.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_EQ(all->events[i].sequence, static_cast<std::int64_t>(i + 1));
  EXPECT_EQ(all->events[2].mount, "kie");
  EXPECT_EQ(all->events[2].task_id, "c");
  EXPECT_EQ(all->events[3].record_id, "Rec-B");
  EXPECT_EQ(all->events[3].raw, "late");
  EXPECT_EQ(all->events[3].message, "again");
  EXPECT_EQ(all->next_after, 4);
  EXPECT_EQ(all->last_sequence, 4);
  EXPECT_EQ(this->store().feed({.after = 3})->events.size(), 1u);
}

TYPED_TEST(EveryHistory, SaysWhereTheFeedGoesOn) {
  this->fill();
  const auto cut = this->store().feed({.limit = 2});
  EXPECT_EQ(cut->events.size(), 2u);
  EXPECT_EQ(cut->next_after, 2);
  const auto none = this->store().feed({.provider = "nobody"});
  EXPECT_TRUE(none->events.empty());
  EXPECT_EQ(none->next_after, 3) << "past what others have";
  EXPECT_EQ(this->store().feed({.provider = "suno-api"})->next_after, 3);
  EXPECT_EQ(this->store().feed({.provider = "suno-api", .limit = 1})->next_after, 1);
  EXPECT_EQ(this->store().feed({.provider = "kie"})->events.at(0).sequence, 3);
  const auto ahead = this->store().feed({.after = 50});
  EXPECT_EQ(ahead->next_after, 50);
  EXPECT_EQ(ahead->last_sequence, 3);
}

TYPED_TEST(EveryHistory, MergesTheMountsOfAProviderInTheFeed) {
  for (int i = 1; i <= 9; ++i)
    this->post_at("t", second, [&](callback& c) {
      c.mount = "m" + std::to_string(i % 3);
      c.provider = i % 3 == 0 ? "other" : "suno-api";
    });
  std::string sequences;
  for (event_query query{.provider = "suno-api", .limit = 2};;) {
    const auto batch = this->store().feed(query).value();
    if (batch.events.empty()) break;
    for (const auto& e : batch.events) sequences += std::to_string(e.sequence) + " ";
    query.after = batch.next_after;
  }
  EXPECT_EQ(sequences, "1 2 4 5 7 8 ");
}

TYPED_TEST(EveryHistory, BoundsTheFeedByBytesButGivesOneEventAlways) {
  for (int i = 0; i < 4; ++i)
    this->post_at("t", second, [](callback& c) { c.raw = std::string(100, 'x'); });
  for (const auto& [bytes, events] : {std::pair{1u, 1u}, {100u, 1u}, {299u, 2u}, {300u, 3u}}) {
    const auto batch = this->store().feed({.max_bytes = bytes});
    EXPECT_EQ(batch->events.size(), events) << bytes;
    EXPECT_EQ(batch->next_after, static_cast<std::int64_t>(events)) << bytes;
  }
}

TYPED_TEST(EveryHistory, LeavesHolesInTheFeedWhereEventsWereRemoved) {
  for (const char* task : {"a", "b", "a", "b"}) this->post_at(task, second);
  EXPECT_TRUE(*this->store().remove(this->only("b").id));
  const auto batch = this->store().feed({});
  ASSERT_EQ(batch->events.size(), 2u);
  EXPECT_EQ(batch->events[0].sequence, 1);
  EXPECT_EQ(batch->events[1].sequence, 3);
  EXPECT_EQ(batch->next_after, 4);
}

TYPED_TEST(EveryHistory, TellsNothingAfterAStop) {
  this->store().stop();
  EXPECT_EQ(this->store().entry("x").error(), store::errc::stopped);
  EXPECT_EQ(this->store().raw("x", 0).error(), store::errc::stopped);
  EXPECT_EQ(this->store().mounts("").error(), store::errc::stopped);
  EXPECT_EQ(this->store().feed({}).error(), store::errc::stopped);
  EXPECT_EQ(this->store().remove("x").error(), store::errc::stopped);
}

}  // namespace
}  // namespace callgate::testing
