// SPDX-License-Identifier: Apache-2.0
// What a store is given, and what is made of its reply.
#include <callgate/pipeline/storing.hpp>

#include <callgate/auth/digest_openssl.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.hpp>
#include <tests/support/fake_store.hpp>
#include <tests/support/received.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace callgate {
namespace {

using suno = schemas::suno::provider;
using storing_suno = storing<suno, auth::sha256>;
using testing::fake_store;
using testing::kept;
using on_its_way = testing::on_its_way<suno>;

constexpr std::string_view text_body =
    R"({"code":200,"msg":"said","data":{"callbackType":"text","task_id":"t1","data":null}})";
constexpr std::string_view remix_body =
    R"({"code":200,"msg":"said","data":{"callbackType":"remix","task_id":"t1","data":null}})";
constexpr std::string_view complete_body =
    R"({"code":200,"msg":"said","data":{"callbackType":"complete","task_id":"t1",)"
    R"("data":[{"id":"a"}]}})";

// A callback that comes as far as the store.
struct arrival {
  on_its_way way;
  receipt note{};
  std::optional<settled_event<suno>> event{};

  arrival(fake_store& store, std::string_view body, std::string_view fields = "")
      : way("/callbacks/suno", fields) {
    const auto valid = way.validated(body);
    if (!valid) throw std::runtime_error("not valid");
    note.known = way.known;
    event = storing_suno::keep(store, *valid, way.request, way.memory, note);
  }
};

TEST(Storing, GivesTheStoreEverything) {
  fake_store store;
  const arrival done(store, complete_body);
  ASSERT_TRUE(done.event);
  EXPECT_EQ(done.event->result(), outcome::accepted);
  ASSERT_EQ(store.appended().size(), 1U);
  const kept one = store.appended()[0];
  EXPECT_EQ(one.decided, outcome::accepted);
  EXPECT_EQ(one.mount, "main");
  EXPECT_EQ(one.provider, "suno");
  EXPECT_EQ(one.task_id, "t1");
  EXPECT_EQ(one.stage, "complete");
  EXPECT_EQ(one.rank, 4);
  EXPECT_EQ(one.status, task_status::completed);
  EXPECT_TRUE(one.terminal);
  EXPECT_EQ(one.code, 200);
  EXPECT_EQ(one.message, "said");
  EXPECT_EQ(one.reason, "");
  EXPECT_EQ(one.raw, complete_body);
  EXPECT_EQ(one.received_at, 1);
  EXPECT_EQ(one.ttl_us, suno::deduplication_ttl.count());
  EXPECT_EQ(one.digest, body_digest(auth::sha256{}, complete_body));
}

TEST(Storing, GivesTheStoreTheRecordIdToo) {
  using kie = schemas::kie::provider;
  fake_store store;
  for (const char* body : {R"({"taskId":"t1","recordId":"r1"})", R"({"taskId":"t1"})"}) {
    testing::on_its_way<kie> way;
    const auto valid = way.validated(body);
    ASSERT_TRUE(valid);
    receipt note{.known = way.known};
    (void)storing<kie, auth::sha256>::keep(store, *valid, way.request, way.memory, note);
  }
  EXPECT_EQ(store.appended().at(0).task_id, "t1");
  EXPECT_EQ(store.appended().at(0).record_id, "r1");
  EXPECT_EQ(store.appended().at(1).record_id, "");
}

constexpr std::string_view bare_body =
    R"({"code":200,"msg":"said","data":{"callbackType":"complete","task_id":"t1","data":null}})";

TEST(Storing, TellsTheStoreWhatACallbackBringsAndWhatItLacks) {
  fake_store store;
  const arrival brings(store, complete_body);
  const arrival requires_nothing(store, text_body);
  const arrival lacks(store, bare_body);
  EXPECT_TRUE(store.appended()[0].furnishes);
  EXPECT_EQ(store.appended()[0].needs_earlier_us, 0);
  EXPECT_FALSE(store.appended()[1].furnishes);
  EXPECT_EQ(store.appended()[1].needs_earlier_us, 0);
  EXPECT_FALSE(store.appended()[2].furnishes) << "it rests on another";
  EXPECT_EQ(store.appended()[2].needs_earlier_us, 30 * 60 * 1'000'000LL);
  EXPECT_EQ(lacks.event.value().result(), outcome::accepted);
  EXPECT_EQ(lacks.note.known.error, "") << "nothing is wrong with it";
}

TEST(Storing, RefusesWhatNoEarlierCallbackBrought) {
  fake_store store;
  store.furnished = false;
  const arrival lacks(store, bare_body);
  EXPECT_EQ(lacks.event.value().result(), outcome::schema_error);
  EXPECT_EQ(lacks.note.known.result, outcome::schema_error);
  EXPECT_EQ(lacks.note.known.error, "/data/data: required in stage complete");
  EXPECT_EQ(store.appended()[0].reason, "/data/data: required in stage complete");
}

TEST(Storing, TakesOverWhatTheStoreMadeOfIt) {
  fake_store store;
  const arrival plain(store, text_body);
  EXPECT_EQ(plain.note.known.result, outcome::accepted);
  EXPECT_EQ(plain.note.known.sequence, 1);
  store.result = outcome::duplicate;
  const arrival again(store, text_body);
  EXPECT_EQ(again.note.known.result, outcome::duplicate);
  store.result = outcome::store_error;
  EXPECT_EQ(arrival(store, text_body).note.known.result, outcome::store_error);
}

TEST(Storing, TakesOverWhatTheAnswerTellsAndOnlyOnceTheStoreHasSpoken) {
  fake_store store;
  store.reply = store::submission::queued;
  arrival waiting(store, text_body);
  ASSERT_EQ(waiting.note.append.told, &waiting.note.told);
  waiting.note.told.add(scalar_of(std::string_view("sdxl")));
  EXPECT_TRUE(waiting.note.known.told.empty()) << "the writer may be at it";
  (void)storing_suno::settle(waiting.note);
  ASSERT_EQ(waiting.note.known.told.size(), 1U);
  EXPECT_EQ(waiting.note.known.told[0].text, "sdxl");
}

TEST(Storing, TellsNothingOfTheRequestBefore) {
  fake_store store;
  receipt note{};
  note.told.add(scalar_of(7));
  (void)storing_suno::keep(store, refusal{outcome::bad_json, "bad"}, "bad", note);
  EXPECT_TRUE(note.known.told.empty());
}

TEST(Storing, WaitsForAStoreThatQueues) {
  fake_store store;
  store.reply = store::submission::queued;
  arrival waiting(store, text_body);
  EXPECT_FALSE(waiting.event);
  waiting.note.append.result = outcome::duplicate;
  waiting.note.append.sequence = 9;
  EXPECT_EQ(storing_suno::settle(waiting.note).result(), outcome::duplicate);
  EXPECT_EQ(waiting.note.known.result, outcome::duplicate);
  EXPECT_EQ(waiting.note.known.sequence, 9);
}

TEST(Storing, SaysWhyTheStoreDerivedNoRecords) {
  fake_store store;
  store.reply = store::submission::queued;
  arrival waiting(store, text_body);
  waiting.note.append.result = outcome::processing_failed;
  waiting.note.failure = "record 'track': no";
  EXPECT_EQ(storing_suno::settle(waiting.note).result(), outcome::processing_failed);
  EXPECT_EQ(waiting.note.known.error, "record 'track': no");
}

TEST(Storing, SaysWhyTheStoreTookNothing) {
  fake_store store;
  store.reply = store::submission::full;
  const arrival full(store, text_body);
  EXPECT_EQ(full.event.value().result(), outcome::queue_full);
  EXPECT_EQ(full.note.known.result, outcome::queue_full);
  EXPECT_EQ(full.note.known.sequence, 0);
  store.reply = store::submission::unavailable;
  EXPECT_EQ(arrival(store, text_body).note.known.result, outcome::store_error);
}

TEST(Storing, GivesAnUnknownStageNoRank) {
  fake_store store;
  const arrival done(store, remix_body);
  const kept one = store.appended().at(0);
  EXPECT_EQ(one.decided, outcome::unknown_type);
  EXPECT_EQ(one.stage, "remix");
  EXPECT_EQ(one.rank, 0);
  EXPECT_FALSE(one.terminal);
  EXPECT_EQ(one.status, task_status::pending);
}

TEST(Storing, DerivesAKeyWhereNoDeliveryIdCame) {
  fake_store store;
  (void)arrival(store, text_body);
  (void)arrival(store, text_body);
  (void)arrival(store, remix_body);
  const auto all = store.appended();
  EXPECT_EQ(all.at(0).key, all.at(1).key);
  EXPECT_NE(all.at(0).key, all.at(2).key);
  EXPECT_FALSE(all.at(0).conflicts) << "another body under a derived key is another event";
}

TEST(Storing, PrefersTheDeliveryId) {
  fake_store store;
  (void)arrival(store, text_body, "x-delivery-id: d1\r\n");
  (void)arrival(store, remix_body, "X-Delivery-Id: d1\r\n");
  (void)arrival(store, text_body, "x-delivery-id: d2\r\n");
  (void)arrival(store, text_body, "x-webhook-id: d1\r\n");
  (void)arrival(store, text_body, "x-delivery-id:\r\n");
  const auto all = store.appended();
  EXPECT_TRUE(all.at(0).conflicts);
  EXPECT_EQ(all.at(0).key, all.at(1).key) << "whatever the body";
  EXPECT_NE(all.at(0).digest, all.at(1).digest);
  EXPECT_NE(all.at(0).key, all.at(2).key);
  EXPECT_EQ(all.at(0).key, all.at(3).key);
  EXPECT_FALSE(all.at(4).conflicts) << "an empty id is none";
}

TEST(Storing, QuarantinesWhatWasRefusedByteForByte) {
  fake_store store;
  receipt note{};
  note.known = {.provider = "suno", .mount = "main", .received_at = 5};
  const std::string_view body("bad\0json", 8);
  EXPECT_TRUE(storing_suno::keep(store, refusal{outcome::bad_json, "why"}, body, note));
  const kept one = store.appended().at(0);
  EXPECT_EQ(one.decided, outcome::bad_json);
  EXPECT_EQ(one.raw, body);
  EXPECT_EQ(one.reason, "why");
  EXPECT_EQ(one.task_id, "");
  EXPECT_EQ(one.rank, 0);
  EXPECT_EQ(note.known.result, outcome::bad_json);
  EXPECT_EQ(note.known.error, "why");
  EXPECT_EQ(note.known.sequence, 1);
}

TEST(Storing, KeepsEveryRefusalWhereItBelongs) {
  for (std::size_t i = 0; i < outcome_count; ++i) {
    const auto o = static_cast<outcome>(i);
    if (placement_of(o) == placement::event) continue;
    fake_store store;
    receipt note{};
    EXPECT_EQ(storing_suno::keep(store, refusal{o, "why"}, "x", note).value().result(), o);
    EXPECT_EQ(store.appended().size(), placement_of(o) == placement::quarantine ? 1U : 0U)
        << enum_name(o);
    EXPECT_EQ(note.known.result, o);
  }
}

// Whoever is told "bad_json, kept" must be able to rely on "kept".
TEST(Storing, SaysQueueFullWhenARefusalCannotBeKept) {
  fake_store store;
  store.reply = store::submission::full;
  receipt note{};
  const auto event = storing_suno::keep(store, refusal{outcome::bad_json, "why"}, "x", note);
  EXPECT_EQ(event.value().result(), outcome::queue_full);
  EXPECT_EQ(note.known.result, outcome::queue_full);
}

// A receipt that the store has not filled in yet says so.
TEST(Storing, SettlesNothingBeforeTheStoreHasSpoken) {
  fake_store store;
  store.reply = store::submission::unavailable;
  arrival early(store, text_body);
  EXPECT_EQ(storing_suno::settle(early.note).result(), outcome::store_error);
}

TEST(Storing, LetsNobodyClaimThatSomethingIsKept) {
  for (std::size_t i = 0; i < outcome_count; ++i) {
    const auto o = static_cast<outcome>(i);
    facts known{};
    const outcome said = storing_suno::unstored({o, "why"}, known).result();
    EXPECT_EQ(said, placement_of(o) == placement::nowhere ? o : outcome::store_error);
    EXPECT_EQ(known.result, said);
  }
}

}  // namespace
}  // namespace callgate
