// SPDX-License-Identifier: Apache-2.0
// The whole path with the bundled providers: every example of every schema, and every outcome.
#include <callgate/pipeline/receive.hpp>

#include <callgate/auth/verifier.hpp>
#include <callgate/json/validate.hpp>
#include <callgate/schemas/job_worker.examples.hpp>
#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/kie.examples.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.examples.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/schemas/tts_error.examples.hpp>
#include <callgate/schemas/tts_error.hpp>
#include <tests/support/fake_store.hpp>
#include <tests/support/sample_request.hpp>
#include <tests/support/signed_request.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {
namespace {

using testing::fake_store;
using testing::sample_request;
using suno = schemas::suno::provider;
using tts_error = schemas::tts_error::provider;

template <provider P>
using receiver_of = receiver<P, auth::verifier, auth::sha256, fake_store>;

template <provider P>
receiver_of<P> make(fake_store& store) {
  return {"main", auth::verifier(P::auth, P::name, testing::one_secret{}), store};
}

// What became of one callback, copied.
struct told {
  outcome result;
  std::uint16_t status;
  std::string body;
  std::string error;
  std::optional<std::string> task_id, record_id, stage;
  std::string code_name;
};

template <provider P>
told tell(const settled_event<P>& event, const facts& known) {
  std::array<char, 4096> room;
  const answer& how = receiver_of<P>::answer_of(event);
  const auto body = render_answer(how, known, room);
  const auto copied = [](const auto& text) {
    return text ? std::optional<std::string>(*text) : std::nullopt;
  };
  EXPECT_EQ(known.result, event.result());
  return {event.result(),
          how.status,
          std::string(body.value_or("does not fit")),
          std::string(known.error),
          copied(known.task_id),
          copied(known.record_id),
          copied(known.stage),
          std::string(known.known_code ? known.known_code->name : "")};
}

template <class Receiver>
auto take(const Receiver& by, const http::request& request, std::string_view body,
          const route& arrived, unix_micros now, arena& memory, receipt& note) {
  return by.keep(by.check(request, body, arrived, now, memory, note), request, body, memory, note);
}

template <provider P>
told post(fake_store& store, std::string_view body, std::string_view fields,
          std::string_view target = "/") {
  std::vector<std::byte> room(64 * 1024);
  arena memory(room);
  const sample_request request(target, fields);
  receipt note{};
  const auto event = take(make<P>(store), request, body, P::routes[0], 7, memory, note);
  return event ? tell<P>(*event, note.known) : throw std::logic_error("the store has it still");
}

told post_suno(fake_store& store, std::string_view body) {
  return post<suno>(store, body, testing::suno_signature(body));
}

constexpr std::string_view first_body =
    R"({"code":200,"msg":"ok","data":{"callbackType":"first","task_id":"t1","data":[{"id":"a"}]}})";

TEST(Receive, AcceptsACallbackAndAnswersAsTheSchemaSays) {
  fake_store store;
  const told answer = post_suno(store, first_body);
  EXPECT_EQ(answer.result, outcome::accepted);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"ok":true,"stage":"first"})");
  ASSERT_EQ(store.appended().size(), 1U);
  EXPECT_EQ(store.appended()[0].raw, first_body);
  EXPECT_EQ(store.appended()[0].received_at, 7);
  EXPECT_EQ(store.appended()[0].mount, "main");
}

TEST(Receive, AnswersWhatTheStoreDecides) {
  fake_store store;
  store.result = outcome::duplicate;
  EXPECT_EQ(post_suno(store, first_body).body, R"({"ok":true,"cached":true})");
  store.result = outcome::conflict;
  EXPECT_EQ(post_suno(store, first_body).result, outcome::conflict);
  store.result = outcome::store_error;
  EXPECT_EQ(post_suno(store, first_body).status, 503);
}

TEST(Receive, AnswersWhenNothingCanBeStored) {
  fake_store store;
  store.reply = store::submission::full;
  EXPECT_EQ(post_suno(store, first_body).result, outcome::queue_full);
  EXPECT_EQ(post_suno(store, first_body).status, 503);
  store.reply = store::submission::unavailable;
  EXPECT_EQ(post_suno(store, first_body).result, outcome::store_error);
}

TEST(Receive, WaitsForAStoreThatQueues) {
  fake_store store;
  store.reply = store::submission::queued;
  std::vector<std::byte> room(64 * 1024);
  arena memory(room);
  const sample_request request("/", testing::suno_signature(first_body));
  receipt note{};
  EXPECT_FALSE(take(make<suno>(store), request, first_body, suno::routes[0], 7, memory, note));
  EXPECT_EQ(receiver_of<suno>::settle(note).result(), outcome::accepted) << "it has decided";
  note.append.result = outcome::duplicate;
  const auto event = receiver_of<suno>::settle(note);
  EXPECT_EQ(tell<suno>(event, note.known).body, R"({"ok":true,"cached":true})");
}

TEST(Receive, TellsASenderThatCannotWaitThatNothingIsSure) {
  facts known{.provider = "suno", .mount = "main", .result = outcome::accepted};
  const told late = tell<suno>(receiver_of<suno>::give_up(known), known);
  EXPECT_EQ(late.result, outcome::deadline);
  EXPECT_EQ(late.status, 503);
}

// --- the order of the steps

TEST(Receive, VerifiesBeforeItParses) {
  fake_store store;
  const told forged = post<suno>(store, "bad json", "X-Suno-Signature: sha256=00\r\n");
  EXPECT_EQ(forged.result, outcome::invalid_signature);
  EXPECT_EQ(forged.status, 401);
  const told unsigned_one = post<suno>(store, "bad json", "");
  EXPECT_EQ(unsigned_one.result, outcome::missing_signature);
  ASSERT_EQ(store.appended().size(), 2U) << "both are kept, in quarantine";
  EXPECT_EQ(store.appended()[0].raw, "bad json");
  EXPECT_EQ(store.appended()[0].task_id, "");
}

TEST(Receive, VerifiesTheVeryBytes) {
  fake_store store;
  std::string changed(first_body);
  changed.back() = ' ';
  EXPECT_EQ(post<suno>(store, changed, testing::suno_signature(first_body)).result,
            outcome::invalid_signature);
  EXPECT_EQ(post<suno>(store, first_body, testing::suno_signature(first_body, "other")).result,
            outcome::invalid_signature);
}

// What an unverified body says must not come back, not even in the answer.
TEST(Receive, BelievesNothingOfAnUnverifiedBody) {
  fake_store store;
  const told forged = post<suno>(store, first_body, "X-Suno-Signature: sha256=00\r\n");
  EXPECT_EQ(forged.task_id, std::nullopt);
  EXPECT_EQ(forged.stage, std::nullopt);
  EXPECT_EQ(store.appended().at(0).stage, "");
  EXPECT_EQ(store.appended().at(0).rank, 0);
}

TEST(Receive, ParsesBeforeItValidates) {
  fake_store store;
  EXPECT_EQ(post_suno(store, "bad json").result, outcome::bad_json);
  EXPECT_EQ(post_suno(store, "").result, outcome::bad_json);
  EXPECT_EQ(post_suno(store, R"({"code":200,"msg":"ok"})").error, "/data: required");
  for (const auto& one : store.appended())
    EXPECT_EQ(placement_of(one.decided), placement::quarantine);
}

TEST(Receive, QuotesTheReasonWhereTheSchemaWantsItSo) {
  fake_store store;
  const told answer = post<tts_error>(store, R"({"story_id":"s1"})", "");
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.body, R"({"success":false,"error":"/error: required"})");
  EXPECT_EQ(store.appended().at(0).reason, "/error: required");
}

TEST(Receive, RefusesUnreadWithoutStoring) {
  fake_store store;
  for (const outcome o : {outcome::too_large, outcome::unsupported_media, outcome::rate_limited}) {
    receipt note{};
    const auto event = make<suno>(store).refuse_unread(o, 7, note);
    EXPECT_EQ(event.result(), o);
    EXPECT_EQ(note.known.provider, "suno");
    EXPECT_EQ(note.known.mount, "main");
    EXPECT_GE(tell<suno>(event, note.known).status, 400);
  }
  EXPECT_TRUE(store.appended().empty());
}

// A receipt is used for one request after another.
TEST(Receive, ForgetsTheRequestBefore) {
  fake_store store;
  std::vector<std::byte> room(64 * 1024);
  receipt note{};
  const auto receiving = make<tts_error>(store);
  const sample_request request;
  arena memory(room);
  (void)take(receiving, request, R"({"story_id":"s1","error":"e"})", tts_error::routes[0], 7,
             memory, note);
  memory.reset(room);
  (void)take(receiving, request, "bad", tts_error::routes[0], 8, memory, note);
  EXPECT_EQ(note.known.task_id, std::nullopt);
  EXPECT_EQ(note.known.stage, std::nullopt);
  EXPECT_EQ(note.known.payload, nullptr);
  EXPECT_EQ(note.known.message, std::nullopt);
  const auto second = store.appended().at(1);
  EXPECT_EQ(second.task_id, "");
  EXPECT_EQ(second.stage, "");
  EXPECT_EQ(second.raw, "bad");
  EXPECT_EQ(second.rank, 0) << "the rank of the request before";
}

TEST(Receive, SaysSoWhenAnAnswerDoesNotFit) {
  std::array<char, 4> room;
  EXPECT_EQ(render_answer(suno::answers[0], {.result = outcome::accepted}, room), std::nullopt);
}

// --- the examples of the schemas

template <provider P>
std::string credential(std::string_view body) {
  if (P::auth.any_of.empty()) return {};
  const auth::method& m = P::auth.any_of[0];
  switch (m.kind) {
    case auth::primitive::hmac_sha256:
      return std::string(m.header) + ": " + testing::hex_signature(body) + "\r\n";
    case auth::primitive::token:
      return std::string(m.header) + ": " + std::string(m.prefix) +
             std::string(testing::test_secret) + "\r\n";
    case auth::primitive::none: break;
  }
  return {};
}

template <provider P>
void expect_step(const example_step& step) {
  const expectation& want = step.expected;
  if (want.result == outcome::unsupported_media) return;  // decided before the path begins
  fake_store store;
  const bool by_store = want.result == outcome::duplicate || want.result == outcome::conflict ||
                        want.result == outcome::unknown_task;
  if (by_store) store.result = want.result;
  store.furnished = want.result != outcome::schema_error;
  std::string fields = step.is_signed ? credential<P>(step.body) : std::string();
  for (const answer_field& f : step.fields)
    fields += std::string(f.name) + ": " + std::string(f.value) + "\r\n";
  std::string target(step.path);
  if (!step.query.empty()) target += "?" + std::string(step.query);

  const told got = post<P>(store, step.body, fields, target);
  EXPECT_EQ(enum_name(got.result), enum_name(want.result)) << got.error;
  EXPECT_EQ(got.status, want.status);
  EXPECT_NE(got.body, "does not fit");
  if (want.task_id) {
    EXPECT_EQ(got.task_id.value_or(""), *want.task_id);
  }
  if (want.record_id) {
    EXPECT_EQ(got.record_id.value_or(""), *want.record_id);
  }
  if (want.stage) {
    EXPECT_EQ(got.stage.value_or(""), *want.stage);
  }
  if (want.code_name) {
    EXPECT_EQ(got.code_name, *want.code_name);
  }
  if (want.error) {
    EXPECT_TRUE(got.error.starts_with(*want.error)) << got.error;
  }
  const auto kept = store.appended();
  ASSERT_EQ(kept.size(), placement_of(want.result) == placement::nowhere ? 0U : 1U);
  EXPECT_EQ(kept[0].raw, step.body);
  EXPECT_EQ(kept[0].record_id, got.record_id.value_or(""));
  if (!by_store && store.furnished) {
    EXPECT_EQ(kept[0].decided, want.result);
  }
}

template <provider P, class Examples>
void expect_examples(const Examples& examples) {
  EXPECT_FALSE(examples.empty());
  for (const example& e : examples) {
    for (const example_step& step : e.steps) {
      SCOPED_TRACE(std::string(P::name) + " " + std::string(e.name));
      expect_step<P>(step);
    }
  }
}

// A reason within a text of the answer: quoted once, whatever it says.
TEST(Receive, AnswersWithJsonWhenABodyIsNone) {
  using job_worker = schemas::job_worker::provider;
  fake_store store;
  constexpr std::string_view body = R"({"a" 1})";
  const told answer = post<job_worker>(store, body, credential<job_worker>(body));
  EXPECT_EQ(answer.result, outcome::bad_json);
  EXPECT_TRUE(answer.body.starts_with(R"({"error":"The body is not JSON: )")) << answer.body;
  EXPECT_FALSE(json::validate(answer.body)) << answer.body;
}

TEST(Receive, DoesWhatTheSchemasExamplesSay) {
  expect_examples<suno>(schemas::suno::examples);
  expect_examples<schemas::kie::provider>(schemas::kie::examples);
  expect_examples<tts_error>(schemas::tts_error::examples);
  expect_examples<schemas::job_worker::provider>(schemas::job_worker::examples);
}

}  // namespace
}  // namespace callgate
