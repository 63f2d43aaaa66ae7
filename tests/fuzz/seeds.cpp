// SPDX-License-Identifier: Apache-2.0
// Writes what the fuzzers begin with to the folder that is named: a folder of texts for each, and a
// dictionary of the test payload.
#include <callgate/schemas/job_worker.examples.hpp>
#include <callgate/schemas/kie.examples.hpp>
#include <callgate/schemas/suno.examples.hpp>
#include <callgate/schemas/tts_error.examples.hpp>

#include "tests/fuzz/shapes.hpp"
#include "tests/support/json_generator.hpp"
#include "tests/support/json_texts.hpp"
#include "tests/support/request_cases.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace {

using namespace callgate;

class folder {
 public:
  explicit folder(std::filesystem::path where) : where_(std::move(where)) {
    std::filesystem::create_directories(where_);
  }
  void add(std::string_view text) {
    std::ofstream{where_ / ("seed-" + std::to_string(count_++)), std::ios::binary} << text;
  }

 private:
  std::filesystem::path where_;
  std::size_t count_ = 0;
};

std::string of_shape(std::size_t shape, std::string_view text) {
  return static_cast<char>(shape) + std::string{text};
}

// Each as what it is: the other shapes would refuse it at once.
template <class P, std::size_t... I>
void add_examples(std::span<const example> examples, folder& reader, folder& syntax,
                  std::index_sequence<I...>) {
  for (const example& each : examples) {
    for (const example_step& step : each.steps) {
      syntax.add(step.body);
      const auto add = [&]<class Shape>(std::size_t i, Shape) {
        if constexpr (std::is_same_v<typename Shape::payload, typename P::payload>)
          reader.add(of_shape(i, step.body));
      };
      (add(I, std::tuple_element_t<I, fuzz::shapes>{}), ...);
    }
  }
}

template <std::size_t... I>
void add_documents(test::json_generator& random, folder& reader, std::index_sequence<I...>) {
  const auto add = [&]<class Shape>(std::size_t i, Shape) {
    for (int n = 0; n < 30; ++n)
      reader.add(of_shape(i, random.document<typename Shape::payload>()));
  };
  (add(I, std::tuple_element_t<I, fuzz::shapes>{}), ...);
}

// A text of the writer's fuzzer: eight bytes of numbers, then a string.
void add_written(folder& writer, double number, std::string_view text) {
  std::string out(sizeof number, '\0');
  std::memcpy(out.data(), &number, sizeof number);
  writer.add(out + std::string{text});
}

// Requests behind four bytes that say how they arrive; bodies of the chunked ones, too. Two after
// each other are pipelined.
void add_requests(folder& requests, folder& chunks) {
  constexpr std::size_t max_seed_bytes = 10'000;
  const std::string arrivals[]{{"\xff\xff\xff\0", 4}, {"\x20\0\x07\0", 4}, {"\x30\x01\xff\x20", 4}};
  std::string before;
  std::size_t n = 0;
  for (const http_test::request_case& each : http_test::read_request_cases()) {
    if (each.bytes.size() > max_seed_bytes) continue;
    requests.add(arrivals[++n % std::size(arrivals)] + each.bytes);
    if (each.error.empty()) requests.add(arrivals[n % std::size(arrivals)] + before + each.bytes);
    if (each.error.empty()) before = each.bytes;
    const std::size_t head = each.bytes.find("\r\n\r\n");
    if (each.bytes.find("chunked") < head && head != std::string::npos)
      chunks.add(arrivals[n % std::size(arrivals)] + each.bytes.substr(head + 4));
  }
}

// Bodies for which a leased buffer grows.
void add_large_requests(folder& requests) {
  std::string body, chunks;
  for (std::size_t n = 0; body.size() < 17'000; ++n) {
    const std::string piece(1000, static_cast<char>('a' + n));
    body += piece;
    chunks += "3e8\r\n" + piece + "\r\n";
  }
  const std::string arrival("\xff\x7f\xff\0", 4), head = "POST / HTTP/1.1\r\nHost: a\r\n";
  requests.add(arrival + head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
               body + head + "\r\n");
  requests.add(arrival + head + "Transfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n" + head +
               "\r\n");
}

// The names of members and the words that the rules list.
template <class T>
void add_names(std::ofstream& out) {
  const auto add = [&out](std::string_view word) { out << "\"\\\"" << word << "\\\"\"\n"; };
  const auto one = [&](const auto& m) {
    add(m.name);
    for (const auto alias : m.aliases) add(alias);
    for (const auto word : m.rules.strings) add(word);
  };
  std::apply([&](const auto&... m) { (one(m), ...); }, reflect<T>::members);
}

void write_dictionary(const std::filesystem::path& where) {
  std::ofstream out{where};
  out << "# Of the test payload: libFuzzer -dict=.\n";
  add_names<test::payload>(out);
  add_names<test::track>(out);
  add_names<test::inner>(out);
  for (const auto color : enum_names<test::color>::names) out << "\"\\\"" << color << "\\\"\"\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: fuzz_seeds FOLDER\n"), 2;
  const std::filesystem::path where{argv[1]};
  folder reader{where / "json_reader"}, syntax{where / "json_syntax"},
      writer{where / "json_writer"}, requests{where / "http_requests"},
      chunks{where / "http_chunks"};
  constexpr std::make_index_sequence<fuzz::shape_count> each_shape;
  write_dictionary(where / "payload.dict");
  add_requests(requests, chunks);
  add_large_requests(requests);
  add_examples<schemas::suno::provider>(schemas::suno::examples, reader, syntax, each_shape);
  add_examples<schemas::kie::provider>(schemas::kie::examples, reader, syntax, each_shape);
  add_examples<schemas::job_worker::provider>(schemas::job_worker::examples, reader, syntax,
                                              each_shape);
  add_examples<schemas::tts_error::provider>(schemas::tts_error::examples, reader, syntax,
                                             each_shape);

  test::json_generator random{1};
  add_documents(random, reader, each_shape);
  for (int n = 0; n < 200; ++n) syntax.add(random.any(5));
  const auto add_text = [&](std::string_view text) {
    syntax.add(text);
    reader.add(of_shape(7, R"({"story_id":"s","error":"e","x":)" + std::string{text} + "}"));
    add_written(writer, 1.5, text);
  };
  for (const test::malformed_text& each : test::json_texts::malformed) add_text(each.text);
  for (const std::string_view text : test::json_texts::valid) add_text(text);
  using limits_of = std::numeric_limits<double>;
  for (const double number :
       {0.0, -0.0, 0.1, 1e22, 1e23, limits_of::min(), limits_of::max(), limits_of::denorm_min(),
        limits_of::infinity(), limits_of::quiet_NaN()})
    add_written(writer, number, "text");
  return 0;
}
