// SPDX-License-Identifier: Apache-2.0
// A model check of every bundled provider: its callbacks in every order, and every one of them
// twice in every order, come to the same task and the same records; registering the task is one of
// the steps.
#include <callgate/pipeline/receive.hpp>

#include <callgate/auth/digest_openssl.hpp>
#include <callgate/expression/conditions.hpp>
#include <callgate/expression/readers.hpp>
#include <callgate/expression/values.hpp>
#include <callgate/schemas/job_worker.examples.hpp>
#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/kie.examples.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.examples.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/schemas/tts_error.examples.hpp>
#include <callgate/schemas/tts_error.hpp>
#include <callgate/store/memory.hpp>
#include <callgate/store/sqlite.hpp>
#include <tests/support/record_sample.hpp>
#include <tests/support/sample_request.hpp>
#include <tests/support/store_posts.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {
namespace {

constexpr std::string_view task_id = "permuted-task";

struct trusting {
  auth::verdict verify(const request_credentials&, std::string_view, const auth::known_mac&) const {
    return auth::verdict::verified;
  }
};

// One callback per stage, taken from the schema's examples; all of one task.
struct step {
  std::string body;
  unix_micros at = 0;  // the same in every order, so that times can be compared
};

std::string renamed(std::string_view body, std::string_view id) {
  std::string text{body};
  for (std::size_t at = text.find(id); at != std::string::npos; at = text.find(id, at + 1)) {
    text.replace(at, id.size(), task_id);
    at += task_id.size();
  }
  return text;
}

template <provider P, class Examples>
std::vector<step> steps_of(const Examples& examples) {
  std::vector<step> found;
  for (const stage& wanted : P::stages) {
    const std::size_t before = found.size();
    for (const example& e : examples)
      for (const example_step& s : e.steps) {
        const bool fits = s.expected.result == outcome::accepted && s.query.empty() &&
                          s.expected.stage == wanted.name && s.expected.task_id &&
                          s.body.find(*s.expected.task_id) != std::string_view::npos;
        if (fits && found.size() == before)
          found.push_back({renamed(s.body, *s.expected.task_id), 1'000 * (wanted.rank + 1)});
      }
    EXPECT_EQ(found.size(), before + 1) << P::name << ": no example of " << wanted.name;
  }
  return found;
}

template <provider P, class Store>
class world {
 public:
  explicit world(Store& store) : store_(store) { store_.use_records(records_of<P>); }

  // Plays the steps by their numbers; one beyond the last registers the task.
  std::string state_after(const std::vector<step>& steps, const std::vector<int>& order) {
    const std::string mount = std::string{P::name} + "-" + std::to_string(++mounts_);
    for (const int number : order) {
      if (static_cast<std::size_t>(number) == steps.size())
        expect_task(mount);
      else
        post(mount, steps[static_cast<std::size_t>(number)]);
    }
    return describe(mount);
  }

 private:
  void post(const std::string& mount, const step& one) {
    std::vector<std::byte> room(256 * 1024);
    arena memory{room};
    testing::inbox in;
    receipt note{};
    note.append.completions = &in.queue;
    const testing::sample_request request(P::routes[0].path, "");
    const receiver<P, trusting, auth::sha256, Store> receiving(mount, trusting{}, store_);
    const auto checked = receiving.check(request, one.body, P::routes[0], one.at, memory, note);
    const bool waits = !receiving.keep(checked, request, one.body, memory, note);
    ASSERT_TRUE(!waits || in.take(1) != nullptr);
  }

  void expect_task(const std::string& mount) {
    std::vector<store::context_value> context;
    for (const context_field& field : P::context)
      context.push_back({field.name,
                         {.kind = scalar::type::text,
                          .text = field.names.empty() ? "someone" : field.names.front()}});
    const auto task = store_.register_task({.mount = mount,
                                            .task_id = task_id,
                                            .records = &records_of<P>,
                                            .context = context,
                                            .now = 1});
    ASSERT_TRUE(task);
  }

  std::string describe(const std::string& mount) {
    const auto entries = store_.find(task_id, mount, 9);  // tasks before quarantined bodies
    if (!entries || entries->empty() || entries->front().quarantined) return "no task";
    if (entries->size() > 1 && !(*entries)[1].quarantined) return "not one task";
    const store::history_entry& e = entries->front();
    std::string text = e.stage + " " + std::string{enum_name(e.status)} + " " +
                       std::to_string(e.code.value_or(0)) + " " + e.message + "\n";
    const auto rows = store_.records(records_of<P>, mount, task_id);
    return text + (rows ? testing::text_of(*rows) : "no rows");
  }

  Store& store_;
  int mounts_ = 0;
};

template <provider P, class Store, class Examples>
void check(Store& store, const Examples& examples, bool twice) {
  const std::vector<step> steps = steps_of<P>(examples);
  std::vector<int> order;
  for (int number = 0; number <= static_cast<int>(steps.size()); ++number) {
    order.push_back(number);
    if (twice && number < static_cast<int>(steps.size())) order.push_back(number);
  }
  world<P, Store> played(store);
  const std::string expected = played.state_after(steps, order);
  EXPECT_NE(expected.find(std::string{P::stages.back().name}), std::string::npos) << expected;
  do {
    const std::string got = played.state_after(steps, order);
    ASSERT_EQ(got, expected) << P::name << " after " << ::testing::PrintToString(order);
  } while (std::next_permutation(order.begin(), order.end()));
}

template <class Store>
void check_all(Store& store, bool twice) {
  check<schemas::suno::provider>(store, schemas::suno::examples, twice);
  check<schemas::kie::provider>(store, schemas::kie::examples, twice);
  check<schemas::tts_error::provider>(store, schemas::tts_error::examples, twice);
  check<schemas::job_worker::provider>(store, schemas::job_worker::examples, twice);
}

// Suno's callbacks with records of which a later stage says null: it clears what came before it,
// and nothing that comes late fills it again.
struct clearing : schemas::suno::provider {
  using tracks = source::body<&payload::data, &schemas::suno::callback_data::tracks>;
  using first_title = expression::body<&payload::data, &schemas::suno::callback_data::tracks,
                                       source::at{0}, &schemas::suno::track::title>;
  using id = expression::item<&schemas::suno::track::id>;
  static constexpr std::string_view name = "clearing";
  // The title of text and first, null with error (0b100), the title again with complete.
  static constexpr std::array<record_column, 3> task_columns{{
      {"title", column_type::text,
       &expression::read<payload, expression::first_of<
                                      expression::at_stage<0b100, expression::null>, first_title>>},
      {"error", column_type::text,
       &expression::read<payload, expression::first_of<
                                      expression::at_stage<0b100, expression::meta<slot::message>>,
                                      expression::at_stage<0b1000, expression::null>>>},
      {"stage", column_type::text,
       &expression::read<payload,
                         expression::first_of<expression::at_stage<0b1000, expression::null>,
                                              expression::meta<slot::stage>>>},
  }};
  static constexpr std::array<record_column, 2> track_columns{{
      {"id", column_type::text, &expression::read_item<payload, tracks, id>},
      {"title", column_type::text,
       &expression::read_item<payload, tracks, expression::at_stage<0b1010, expression::null>>},
  }};
  static constexpr std::array<record_plan, 2> records{{
      {.name = "task", .columns = task_columns},
      {.name = "track",
       .columns = track_columns,
       .key_columns = 1,
       .count_rows = &expression::count_items<payload, tracks>},
  }};
};

template <class Store>
void check_clearing(Store& store) {
  check<clearing>(store, schemas::suno::examples, false);
}

// Two failures of one story: what the last one says, and null where it says nothing; but metadata,
// which an empty one keeps. Every order, each of them also twice, with a registration in between.
template <class Store>
void check_failures(Store& store) {
  using tts = schemas::tts_error::provider;
  const std::array<std::string, 2> bodies{
      R"({"story_id":"permuted-task","error":"e1","error_details":"d1","metadata":{"a":1}})",
      R"({"story_id":"permuted-task","error":"e2","job_id":"j2","metadata":{}})"};
  const std::vector<step> steps{{bodies[0], 1'000}, {bodies[1], 1'000}};
  world<tts, Store> played(store);
  std::vector<int> order{0, 0, 1, 1, 2};  // a repetition is a duplicate and changes nothing
  do {
    const bool second_is_last =
        std::find(order.begin(), order.end(), 0) < std::find(order.begin(), order.end(), 1);
    EXPECT_EQ(played.state_after(steps, order),
              second_is_last
                  ? "failed failed 0 e2\nstory: audio_status=failed audio_error=e2 audio_job_id=j2"
                    " audio_error_metadata={\"a\":1} updated_at=1000;\n"
                  : "failed failed 0 e1\nstory: audio_status=failed audio_error=e1"
                    " audio_error_details=d1 audio_error_metadata={\"a\":1} updated_at=1000;\n")
        << ::testing::PrintToString(order);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(Permutations, OfCallbacksThatClearComeToOneState) {
  store::memory store;
  check_clearing(store);
  check_failures(store);
}

TEST(Permutations, OfCallbacksThatClearComeToOneStateInTheDatabase) {
  const testing::temporary_folder folder;
  store::sqlite store({.folder = folder.path});
  ASSERT_TRUE(testing::reaches(store, store::condition::ready));
  check_clearing(store);
  check_failures(store);
}

TEST(Permutations, OfCallbacksComeToOneState) {
  store::memory store;
  check_all(store, false);
}

TEST(Permutations, OfRepeatedCallbacksComeToOneState) {
  store::memory store;
  check<schemas::tts_error::provider>(store, schemas::tts_error::examples, true);
  check<schemas::job_worker::provider>(store, schemas::job_worker::examples, true);
}

TEST(Permutations, ComeToOneStateInTheDatabase) {
  const testing::temporary_folder folder;
  store::sqlite store({.folder = folder.path});
  ASSERT_TRUE(testing::reaches(store, store::condition::ready));
  check_all(store, false);
}

// Suno's callbacks, but complete brings no music: it rests on first.
std::vector<step> steps_without_the_last_music() {
  std::vector<step> steps = steps_of<schemas::suno::provider>(schemas::suno::examples);
  steps.back().body = R"({"code":200,"msg":"All generated successfully.","data":{)"
                      R"("callbackType":"complete","task_id":"permuted-task","data":null}})";
  return steps;
}

// The state after each order, and after each order that then comes a second time.
template <class Store>
std::vector<std::string> states_without_the_last_music(Store& store) {
  const std::vector<step> steps = steps_without_the_last_music();
  constexpr int first = 1, complete = 3;
  std::vector<int> order{0, first, 2, complete, 4};
  world<schemas::suno::provider, Store> played(store);
  std::vector<std::string> states;
  std::string final_state;
  do {
    const auto place = [&](int n) { return std::find(order.begin(), order.end(), n); };
    states.push_back(played.state_after(steps, order));
    EXPECT_EQ(states.back().starts_with("complete completed"), place(first) < place(complete))
        << ::testing::PrintToString(order) << states.back();
    std::vector<int> twice = order;
    twice.insert(twice.end(), order.begin(), order.end());
    states.push_back(played.state_after(steps, twice));
    if (final_state.empty()) final_state = states.back();
    EXPECT_EQ(states.back(), final_state) << ::testing::PrintToString(order);
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_TRUE(final_state.starts_with("complete completed")) << final_state;
  return states;
}

TEST(Permutations, OfCallbacksThatRestOnOthersComeToOneStateOnceAllAreRepeated) {
  const testing::temporary_folder folder;
  store::sqlite database({.folder = folder.path});
  ASSERT_TRUE(testing::reaches(database, store::condition::ready));
  store::memory memory;
  EXPECT_EQ(states_without_the_last_music(memory), states_without_the_last_music(database));
}

}  // namespace
}  // namespace callgate
