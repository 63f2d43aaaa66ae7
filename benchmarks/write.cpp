// SPDX-License-Identifier: Apache-2.0
// Nanoseconds to write documents, by the library's writers and by the peers that are installed.
#include <callgate/json/string_writer.hpp>
#include <callgate/json/writer.hpp>

#if __has_include(<rapidjson/writer.h>)
#define RAPIDJSON_SSE2  // for the writer that does not check; the one that does has no use for it
#include <rapidjson/rapidjson.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#define HAS_RAPIDJSON 1
#else
#define HAS_RAPIDJSON 0
#endif
#if __has_include(<nlohmann/json.hpp>)
#include <nlohmann/json.hpp>
#define HAS_NLOHMANN 1
#else
#define HAS_NLOHMANN 0
#endif

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace {

// What a document is written by: a kind of { } [ ] k s i d t f n, and its value.
struct step {
  char kind;
  std::string text{};  // of k (a key) and s
  std::int64_t integer = 0;
  double number = 0;
};
using document = std::vector<step>;

std::vector<document> read_documents(const char* path) {
  std::ifstream file(path, std::ios::binary);
  const std::string all{std::istreambuf_iterator<char>(file), {}};
  std::vector<document> out(1);
  for (std::size_t at = 0; at + 5 <= all.size();) {  // kind, length in 4 bytes, text
    std::uint32_t length;
    std::memcpy(&length, all.data() + at + 1, sizeof length);
    step one{all[at], all.substr(at + 5, length)};
    at += 5 + length;
    if (one.kind == 'i') one.integer = std::stoll(one.text);
    if (one.kind == 'd') one.number = std::stod(one.text);
    if (one.kind == 'E')
      out.emplace_back();
    else
      out.back().push_back(std::move(one));
  }
  out.pop_back();
  return out;
}

// --- ours

template <class Writer>
void write(Writer& w, const document& steps) {
  for (const step& s : steps) switch (s.kind) {
      case '{': w.begin_object(); break;
      case '}': w.end_object(); break;
      case '[': w.begin_array(); break;
      case ']': w.end_array(); break;
      case 'k': w.key(s.text); break;
      case 's': w.string(s.text); break;
      case 'i': w.integer(s.integer); break;
      case 'd': w.number(s.number); break;
      case 't': w.boolean(true); break;
      case 'f': w.boolean(false); break;
      default: w.null();
    }
}

struct into_buffer {
  static constexpr const char* name = "writer";
  std::vector<char> room = std::vector<char>(1 << 20);

  std::string_view operator()(const document& steps, std::size_t) {
    callgate::json::writer w(room);
    write(w, steps);
    return w.view();
  }
};

struct into_string {
  static constexpr const char* name = "string_writer";
  std::string room{};

  std::string_view operator()(const document& steps, std::size_t) {
    room.clear();
    callgate::json::string_writer w(room);
    write(w, steps);
    return w.view();
  }
};

// --- the others

#if HAS_RAPIDJSON
template <class Writer>
void write_rapidjson(Writer& w, const document& steps) {
  const auto length = [](const step& s) { return static_cast<rapidjson::SizeType>(s.text.size()); };
  for (const step& s : steps) switch (s.kind) {
      case '{': w.StartObject(); break;
      case '}': w.EndObject(); break;
      case '[': w.StartArray(); break;
      case ']': w.EndArray(); break;
      case 'k': w.Key(s.text.data(), length(s)); break;
      case 's': w.String(s.text.data(), length(s)); break;
      case 'i': w.Int64(s.integer); break;
      case 'd': w.Double(s.number); break;
      case 't': w.Bool(true); break;
      case 'f': w.Bool(false); break;
      default: w.Null();
    }
}

template <class Writer>
struct rapidjson_writer {
  rapidjson::StringBuffer room{};
  Writer w{room};

  std::string_view operator()(const document& steps, std::size_t) {
    room.Clear();
    w.Reset(room);
    write_rapidjson(w, steps);
    return {room.GetString(), room.GetSize()};
  }
};

using utf8 = rapidjson::UTF8<>;
struct rapidjson_strict
    : rapidjson_writer<
          rapidjson::Writer<rapidjson::StringBuffer, utf8, utf8, rapidjson::CrtAllocator,
                            rapidjson::kWriteValidateEncodingFlag>> {
  static constexpr const char* name = "rapidjson";
};
struct rapidjson_unchecked : rapidjson_writer<rapidjson::Writer<rapidjson::StringBuffer>> {
  static constexpr const char* name = "rapidjson_unchecked";
};
#endif

#if HAS_NLOHMANN
struct nlohmann_dump {
  static constexpr const char* name = "nlohmann";
  std::vector<nlohmann::ordered_json> values;  // made before the clock runs
  std::string room{};

  explicit nlohmann_dump(const std::vector<document>& all) {
    for (const document& steps : all)
      values.push_back(nlohmann::ordered_json::parse(into_string{}(steps, 0)));
  }
  std::string_view operator()(const document&, std::size_t index) {
    return room = values[index].dump();
  }
};
#endif

// --- measuring

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

volatile std::size_t sink;  // so that nothing is left out

template <class Library>
double nanoseconds(Library& library, const std::vector<document>& all, std::size_t turns) {
  const double start = seconds();
  std::size_t bytes = 0;
  for (std::size_t turn = 0; turn < turns; ++turn)
    for (std::size_t i = 0; i < all.size(); ++i) bytes += library(all[i], i).size();
  sink = bytes;
  return (seconds() - start) * 1e9 / static_cast<double>(turns * all.size());
}

// A line for each library and document.
template <class Library>
void print_texts(Library& library, const std::vector<document>& all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string_view text = library(all[i], i);
    std::printf("%s %.*s\n", library.name, static_cast<int>(text.size()), text.data());
  }
}

// A line for each library: the least of rounds in which all take turns.
template <class... Library>
void print_times(const std::vector<document>& all, std::size_t rounds, Library&... library) {
  std::size_t bytes = 0;
  for (const document& steps : all)
    for (const step& s : steps) bytes += s.text.size() + 4;
  const std::size_t turns = 1 + 400'000 / bytes;  // short, so that few rounds are interrupted
  std::array<double, sizeof...(Library)> least{};
  least.fill(1e18);
  for (std::size_t round = 0; round < rounds; ++round) {
    std::size_t i = 0;
    ((least[i] = std::min(least[i], nanoseconds(library, all, turns)), ++i), ...);
  }
  std::size_t i = 0;
  (std::printf("%s %.1f\n", library.name, least[i++]), ...);
}

}  // namespace

// write FILE ROUNDS: times; with no rounds, texts.
int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::vector<document> all = read_documents(argv[1]);
  const std::size_t rounds = std::stoul(argv[2]);
  into_buffer buffer;
  into_string string;
#if HAS_RAPIDJSON
  rapidjson_strict strict;
  rapidjson_unchecked unchecked;
#endif
#if HAS_NLOHMANN
  nlohmann_dump dump(all);
#endif
  const auto libraries = std::tuple_cat(std::tie(buffer, string)
#if HAS_RAPIDJSON
                                            ,
                                        std::tie(strict, unchecked)
#endif
#if HAS_NLOHMANN
                                            ,
                                        std::tie(dump)
#endif
  );
  std::apply(
      [&](auto&... library) {
        if (rounds == 0)
          (print_texts(library, all), ...);
        else
          print_times(all, rounds, library...);
      },
      libraries);
}
