// SPDX-License-Identifier: Apache-2.0
// What the threads share: mounts with their secrets, routes, bounds.
#include <callgate/server/application.hpp>

#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/schemas/tts_error.hpp>
#include <tests/support/fake_store.hpp>
#include <tests/support/sample_request.hpp>
#include <tests/support/signed_request.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

namespace callgate {
namespace {

using suno = schemas::suno::provider;
using kie = schemas::kie::provider;
using tts_error = schemas::tts_error::provider;
using testing::fake_store;

template <class App>
const answer* take(const App& app, const typename App::receivers& with, std::size_t mount,
                   const http::request& request, std::string_view body, const route& arrived,
                   arena& memory, receipt& note) {
  const void* const checked = app.check(with, mount, request, body, arrived, 7, memory, note);
  EXPECT_NE(checked, nullptr) << "there was too little memory";
  return app.keep(with, mount, checked, request, body, memory, note);
}

class Application : public ::testing::Test {
 protected:
  Application() { setenv("SUNO_WEBHOOK_SECRET", std::string(testing::test_secret).c_str(), 1); }
  ~Application() override { unsetenv("SUNO_WEBHOOK_SECRET"); }

  template <class... Mounts>
  std::string failure_text(const Mounts&... mounts) {
    try {
      const application<fake_store, Mounts...> app(options{}, store, mounts...);
    } catch (const startup_error& error) {
      return error.what();
    }
    return "no startup_error";
  }

  fake_store store;
};

TEST_F(Application, RoutesToItsMounts) {
  const application<fake_store, mounted<suno, no_handler>, mounted<kie, no_handler>> app(
      options{}, store, mount<suno>(), mount<kie>());
  EXPECT_EQ(app.routes().find("/callbacks/suno")->callback("POST")->mount, 0U);
  EXPECT_EQ(app.routes().find("/callbacks/kie")->callback("POST")->mount, 1U);
  EXPECT_EQ(app.routes().find("/callback")->callback("POST")->mount, 1U)
      << "a provider may have several routes";
}

TEST_F(Application, SendsACallbackToTheMountsReceiver) {
  auto named = mount<suno>();
  named.name = "second account";
  const application<fake_store, mounted<kie, no_handler>, mounted<suno, no_handler>> app(
      options{}, store, mount<kie>(), named);
  const std::string body =
      R"({"code":200,"msg":"ok","data":{"callbackType":"text","task_id":"t1","data":null}})";
  const testing::sample_request request("/callbacks/suno", testing::suno_signature(body));
  std::vector<std::byte> room(app.memory_needed(1, body.size(), 0));
  arena memory(room);
  receipt note{};
  EXPECT_EQ(take(app, *app.secrets().latest(), 1, request, body, suno::routes[0], memory, note),
            &suno::answers[0]);
  EXPECT_EQ(note.known.result, outcome::accepted);
  EXPECT_EQ(store.appended().at(0).mount, "second account");
  EXPECT_EQ(store.appended().at(0).provider, "suno");
  const auto answer_at = [](outcome o) { return &suno::answers[static_cast<std::size_t>(o)]; };
  EXPECT_EQ(&app.refuse_unread(*app.secrets().latest(), 1, outcome::too_large, note),
            answer_at(outcome::too_large));
  EXPECT_EQ(note.known.result, outcome::too_large);
  EXPECT_EQ(note.known.mount, "second account");
  note.append.result = outcome::duplicate;
  EXPECT_EQ(&app.settle(1, note), answer_at(outcome::duplicate));
  EXPECT_EQ(&app.give_up(1, note.known), answer_at(outcome::deadline));
}

TEST_F(Application, TellsWhichMountsAreNotProtected) {
  const application<fake_store, mounted<suno, no_handler>, mounted<kie, no_handler>> app(
      options{}, store, mount<suno>(), mount<kie>());
  EXPECT_EQ(app.unprotected(), std::vector<std::string>{"kie"}) << "Suno's secret is set";
}

TEST_F(Application, KnowsWhatTheCodesOfItsProvidersMean) {
  auto named = mount<suno>();
  named.name = "second account";
  const application<fake_store, mounted<kie, no_handler>, mounted<suno, no_handler>,
                    mounted<tts_error, no_handler>>
      app(options{}, store, mount<kie>(), named, mount<tts_error>());
  EXPECT_EQ(app.code_of("kie", 400)->name, "validation_error");
  EXPECT_EQ(app.code_of("suno", 400)->name, "bad_request");
  EXPECT_EQ(app.code_of("suno", 402), &suno::unknown_code);
  EXPECT_EQ(app.code_of("tts_error", 400), nullptr) << "it has no codes";
  EXPECT_EQ(app.code_of("second account", 400), nullptr) << "that is a mount";
}

TEST_F(Application, RefusesTwoMountsOfOneName) {
  EXPECT_EQ(failure_text(mount<suno>(), mount<suno>()),
            "two mounts are named 'suno': mount one of them only, or give it another name");
  auto impostor = mount<kie>();
  impostor.name = "suno";
  EXPECT_NE(failure_text(mount<suno>(), impostor), "no startup_error");
}

struct strict : suno {
  static constexpr callgate::auth::scheme auth{.any_of = suno::auth_methods};
};

TEST_F(Application, RefusesTwoMountsAtOnePath) {
  auto second = mount<suno>();
  second.name = "second";
  EXPECT_EQ(
      failure_text(mount<suno>(), second),
      "two mounts receive POST at /callbacks/suno: mount one of them only, or give one a path "
      "of its own");
}

// Two accounts of one provider: each has its path, its secret and its name.
TEST_F(Application, MountsAProviderTwice) {
  setenv("SECOND_SECRET", "second secret", 1);
  auto second = mount<suno>();
  second.name = "second";
  second.path = "/callbacks/second";
  second.secret_env = "SECOND_SECRET";
  const application<fake_store, mounted<suno, no_handler>, mounted<suno, no_handler>> app(
      options{}, store, mount<suno>(), second);
  unsetenv("SECOND_SECRET");
  ASSERT_NE(app.routes().find("/callbacks/second"), nullptr);
  const route_entry* at = app.routes().find("/callbacks/second")->callback("POST");
  ASSERT_NE(at, nullptr);
  EXPECT_EQ(at->mount, 1U);
  EXPECT_EQ(at->how->max_body_bytes, suno::routes[0].max_body_bytes);
  EXPECT_EQ(app.routes().find("/callbacks/suno")->callback("POST")->mount, 0U);
  const std::string body =
      R"({"code":200,"msg":"ok","data":{"callbackType":"text","task_id":"t1","data":null}})";
  const auto outcome_at = [&](std::size_t mount, const char* secret) {
    const testing::sample_request request("/", testing::suno_signature(body, secret));
    std::vector<std::byte> room(app.memory_needed(mount, body.size(), 0));
    arena memory(room);
    receipt note{};
    take(app, *app.secrets().latest(), mount, request, body, *at->how, memory, note);
    return note.known.result;
  };
  EXPECT_EQ(outcome_at(1, "second secret"), outcome::accepted);
  EXPECT_EQ(outcome_at(0, "second secret"), outcome::invalid_signature);
  EXPECT_EQ(store.appended().at(0).mount, "second");
}

TEST_F(Application, RefusesAPathThatIsNone) {
  auto odd = mount<suno>();
  odd.path = "callbacks";
  EXPECT_EQ(failure_text(odd), "mount 'suno' has the path 'callbacks': it must begin with '/'");
}

TEST_F(Application, NamesTheVariableOfAMountsSecret) {
  auto second = mount<strict>();
  second.secret_env = "NOT_SET_ANYWHERE";
  EXPECT_NE(failure_text(second).find("set NOT_SET_ANYWHERE"), std::string::npos);
}

TEST_F(Application, RefusesToStartWithoutASecretThatTheSchemaDemands) {
  EXPECT_EQ(failure_text(mount<strict>()), "no startup_error");
  unsetenv("SUNO_WEBHOOK_SECRET");
  EXPECT_EQ(failure_text(mount<strict>()),
            "provider 'suno' has no secret: set SUNO_WEBHOOK_SECRET (or the same name with _FILE), "
            "or allow it with "
            "auth.on_missing_secret");
}

// Whatever a body of the largest size says, its arena must be one that the thread's buffers have.
template <class P>
void expect_leasable(const route& r) {
  fake_store store;
  const application<fake_store, mounted<P, no_handler>> app(options{}, store, mount<P>());
  EXPECT_LE(app.memory_needed(0, r.max_body_bytes, limits::max_target_bytes), std::size_t{4} << 20)
      << P::name;
  EXPECT_GE(app.memory_needed(0, 0, 0), sizeof(typename P::payload));
}

TEST_F(Application, NeedsNoMoreMemoryThanThereIs) {
  expect_leasable<suno>(suno::routes[0]);
  expect_leasable<kie>(kie::routes[0]);
  expect_leasable<tts_error>(tts_error::routes[0]);
  expect_leasable<schemas::job_worker::provider>(schemas::job_worker::provider::routes[0]);
}

// Both searches find what lies in strings within strings, each of which is decoded into the arena.
TEST_F(Application, KnowsWhatASearchNeeds) {
  const application<fake_store, mounted<kie, no_handler>> app(options{}, store, mount<kie>());
  const std::string nested = R"(["[\"[\\\"{\\\\\\\"recordId\\\\\\\":\\\\\\\"r\\\\\\\"}\\\"]\"]",)"
                             R"({"task_id":"t\u0031"}])";
  for (const std::size_t filling : {0U, 5'000U, 400'000U}) {
    const std::string body = nested + std::string(filling, ' ');
    const testing::sample_request request("/callback");
    const std::size_t bytes = app.memory_needed(0, body.size(), 0);
    const std::unique_ptr<std::byte[]> room{new std::byte[bytes]};
    arena memory({room.get(), bytes});
    receipt note{};
    EXPECT_NE(take(app, *app.secrets().latest(), 0, request, body, kie::routes[0], memory, note),
              nullptr);
    EXPECT_EQ(note.known.task_id, "t1");
    EXPECT_EQ(note.known.record_id, "r");
  }
}

struct greedy : tts_error {
  static constexpr std::array<route, 1> routes{
      {{.path = "/greedy", .method = "POST", .max_body_bytes = std::size_t{4} << 20}}};
};

// Otherwise every large callback would be refused as if the store were busy, for ever.
TEST_F(Application, RefusesASchemaWhosePayloadsNeedMoreMemoryThanThereIs) {
  EXPECT_EQ(failure_text(mount<greedy>()),
            "bodies at /greedy could need more memory than a request may take: lower max_body, or "
            "the maxItems of the schema's arrays");
}

// --- secrets that are read again

// Suno's secret in a file.
class Reload : public Application {
 protected:
  Reload() {
    unsetenv("SUNO_WEBHOOK_SECRET");
    setenv("SUNO_WEBHOOK_SECRET_FILE", path_.c_str(), 1);
    write("first");
  }
  ~Reload() override {
    unsetenv("SUNO_WEBHOOK_SECRET_FILE");
    std::remove(path_.c_str());
  }

  void write(std::string_view secret) { write(secret, path_); }
  static void write(std::string_view secret, const std::string& path) {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    ASSERT_NE(file, nullptr);
    std::fwrite(secret.data(), 1, secret.size(), file);
    std::fclose(file);
  }

  template <class App>
  static outcome outcome_of(const App& app, const typename App::receivers& with,
                            std::string_view secret) {
    const std::string body =
        R"({"code":200,"msg":"ok","data":{"callbackType":"text","task_id":"t1","data":null}})";
    const testing::sample_request request("/", testing::suno_signature(body, secret));
    std::vector<std::byte> room(app.memory_needed(0, body.size(), 0));
    arena memory(room);
    receipt note{};
    take(app, with, 0, request, body, suno::routes[0], memory, note);
    return note.known.result;
  }

  std::string path_ = ::testing::TempDir() + "callgate_reload_" + std::to_string(getpid());
};

TEST_F(Reload, TakesUpANewSecretAndLetsRequestsInWorkEndWithTheOld) {
  application<fake_store, mounted<suno, no_handler>> app(options{}, store, mount<suno>());
  using receivers = decltype(app)::receivers;
  generations<receivers>::reader reader(app.secrets());
  const receivers& in_work = reader.current();
  EXPECT_EQ(outcome_of(app, in_work, "first"), outcome::accepted);
  write("second");
  EXPECT_TRUE(app.reload().empty());
  EXPECT_EQ(outcome_of(app, in_work, "first"), outcome::accepted);
  EXPECT_EQ(outcome_of(app, reader.current(), "first"), outcome::invalid_signature);
  EXPECT_EQ(outcome_of(app, reader.current(), "second"), outcome::accepted);
}

TEST_F(Reload, KeepsTheSecretWhoseFileHasNoneAnyMoreAndSaysSo) {
  application<fake_store, mounted<suno, no_handler>> app(options{}, store, mount<suno>());
  for (const bool is_there : {true, false}) {
    write("");
    if (!is_there) std::remove(path_.c_str());
    const std::vector<std::string> kept = app.reload();
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0], "the secrets of 'suno' stay as they were: SUNO_WEBHOOK_SECRET_FILE names '" +
                           path_ +
                           "', which cannot be read or is empty: check the path and its mode");
    EXPECT_EQ(outcome_of(app, *app.secrets().latest(), "first"), outcome::accepted);
  }
}

TEST_F(Reload, ReadsTheFilesOfOtherMountsAllTheSame) {
  const std::string second_path = path_ + "_second";
  setenv("SECOND_SECRET_FILE", second_path.c_str(), 1);
  write("other", second_path);
  auto second = mount<suno>();
  second.name = "second", second.path = "/second", second.secret_env = "SECOND_SECRET";
  application<fake_store, mounted<suno, no_handler>, mounted<suno, no_handler>> app(
      options{}, store, mount<suno>(), second);
  std::remove(second_path.c_str());
  write("new");
  EXPECT_EQ(app.reload().size(), 1U);
  EXPECT_EQ(outcome_of(app, *app.secrets().latest(), "new"), outcome::accepted);
  unsetenv("SECOND_SECRET_FILE");
}

TEST_F(Application, KnowsItsApiToken) {
  options with_token;
  with_token.api_token = "s3cret";
  const application<fake_store> app(with_token, store);
  EXPECT_TRUE(app.is_api_token("s3cret"));
  EXPECT_FALSE(app.is_api_token("s3cre"));
  EXPECT_FALSE(app.is_api_token(""));
  const application<fake_store> without(options{}, store);
  EXPECT_FALSE(without.is_api_token("")) << "no token is no password";
}

}  // namespace
}  // namespace callgate
