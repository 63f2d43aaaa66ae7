// SPDX-License-Identifier: Apache-2.0
// Compares what libraries make of documents, then measures how long they take.
//
//   modules, folders of documents -> values, compared -> rounds, in which all take turns -> figures
//
// measure ROUNDS MODULE... -- NAME PROVIDER FOLDER [NAME PROVIDER FOLDER]...
// Without rounds values are compared, and nothing is measured.
// Writes lines of fields between tabs, which benchmarks/parse.py reads.
#include "../heap.hpp"
#include "instructions.hpp"
#include "task.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parse_benchmark {
namespace {

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "parse: %s\n", what.c_str());
  std::exit(1);
}

struct documents {
  std::string name, provider;
  std::vector<std::string> files;       // where they came from
  std::vector<std::string> buffers;     // with padding
  std::vector<std::string_view> texts;  // into buffers
  std::size_t bytes = 0, longest = 0;
};

// A way to parse a set, and the best that it did.
struct contest {
  const documents* set = nullptr;
  const method* by = nullptr;
  const job* task = nullptr;
  std::size_t turns = 1;  // over all documents, so that the clock does not matter
  double nanoseconds = 1e18;
  std::size_t allocated = 0;
  std::optional<std::uint64_t> instructions{};
};

documents load(std::string name, std::string provider, const std::filesystem::path& folder) {
  documents made{std::move(name), std::move(provider), {}, {}, {}};
  for (const auto& entry : std::filesystem::directory_iterator{folder})
    if (entry.path().extension() == ".json") made.files.push_back(entry.path().string());
  std::sort(made.files.begin(), made.files.end());
  if (made.files.empty()) fail(folder.string() + " has no *.json");
  for (const auto& file : made.files) {
    std::ifstream in{file, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    const std::size_t size = text.size();
    made.bytes += size;
    made.longest = std::max(made.longest, size);
    made.buffers.push_back(std::move(text.append(padding_bytes, '\0')));
  }
  for (const auto& buffer : made.buffers)
    made.texts.emplace_back(buffer.data(), buffer.size() - padding_bytes);
  return made;
}

std::vector<method> methods_of(std::span<char* const> modules) {
  std::vector<method> made;
  for (const char* const path : modules) {
    void* const module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (module == nullptr) fail(dlerror());
    void* const found = dlsym(module, "parse_benchmark_methods");
    if (found == nullptr) fail(dlerror());
    reinterpret_cast<decltype(&parse_benchmark_methods)>(found)(made);
  }
  return made;
}

// --- comparing

// What differs, in words; empty if nothing does.
std::string difference(std::span<const member_text> a, std::span<const member_text> b) {
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const bool ends = i >= a.size() || i >= b.size();
    if (!ends && a[i].where == b[i].where && a[i].what == b[i].what) continue;
    const auto& here = i < b.size() ? b[i] : a[i];
    const auto shown = [&](std::span<const member_text> of) {
      return i < of.size() ? of[i].where + " = '" + of[i].what + '\'' : std::string{"nothing"};
    };
    return "member " + here.where + ": " + shown(a) + " against " + shown(b);
  }
  return {};
}

void compare(const documents& set, std::span<const contest> contests) {
  for (std::size_t i = 0; i < set.texts.size(); ++i) {
    std::vector<member_text> wanted;
    for (const contest& one : contests) {
      if (one.set != &set) continue;
      std::vector<member_text> found;
      const std::string who =
          "set " + set.name + ", " + one.by->name + ", document " + set.files[i] + ": ";
      if (!one.task->values(set.texts[i], found)) fail(who + found.front().what);
      if (!one.by->promises.fills) continue;
      if (wanted.empty()) wanted = found;
      if (const auto what = difference(wanted, found); !what.empty()) fail(who + what);
    }
  }
}

// --- measuring

// operator new is another library's, as malloc's callers in modules are.
void demand_counted_allocations() {
  const std::size_t before = benchmark::allocations();
  ::operator delete(::operator new(1));
  if (benchmark::allocations() == before) fail("allocations of libraries are not counted");
}

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void run(const contest& one, std::size_t turns) {
  for (std::size_t turn = 0; turn < turns; ++turn)
    if (one.task->parse_all(one.set->texts) != one.set->texts.size())
      fail(one.by->name + " refuses what it took before, in set " + one.set->name);
}

void warm_up(contest& one, const instruction_counter& counter) {
  run(one, 2);
  constexpr double wanted_seconds = 1e-3;
  const double start = seconds();
  run(one, 1);
  one.turns = 1 + static_cast<std::size_t>(wanted_seconds / (seconds() - start));
  const std::size_t allocated = benchmark::allocations();
  const auto before = counter.now();
  run(one, 1);
  const auto after = counter.now();
  if (before && after) one.instructions = *after - *before;
  one.allocated = benchmark::allocations() - allocated;
}

void measure(std::vector<contest>& contests, std::size_t rounds) {
  for (std::size_t round = 0; round < rounds; ++round) {
    for (contest& one : contests) {
      run(one, one.turns);  // as long: code, memory and branches are as they would stay
      const double start = seconds();
      run(one, one.turns);
      const double spent = (seconds() - start) * 1e9;
      const auto parsed = static_cast<double>(one.turns * one.set->texts.size());
      one.nanoseconds = std::min(one.nanoseconds, spent / parsed);
    }
  }
}

// --- telling

void tell(const method& one) {
  const contract& has = one.promises;
  std::printf("method\t%s\t%s\t%s\t%d\t%d%d%d%d%d\n", one.name.c_str(), one.version.c_str(),
              one.instructions.c_str(), one.ours, has.decodes, has.checks_utf8, has.checks_trailing,
              has.checks_skipped, has.fills);
}

void tell(const contest& one) {
  const auto count = static_cast<double>(one.set->texts.size());
  const auto bytes = static_cast<double>(one.set->bytes);
  std::printf("figure\t%s\t%.1f\t%.0f\t%s\t%.2f\t%.4f\t", one.set->name.c_str(), bytes / count,
              count, one.by->name.c_str(), one.nanoseconds,
              static_cast<double>(one.allocated) / count);
  if (one.instructions)
    std::printf("%.3f\n", static_cast<double>(*one.instructions) / bytes);
  else
    std::puts("-");
}

std::vector<contest> contests_of(std::span<const documents> sets, std::span<const method> methods) {
  std::vector<contest> made;
  for (const documents& set : sets)
    for (const method& by : methods)
      for (const job& task : by.jobs)
        if (task.provider == set.provider) made.push_back({&set, &by, &task});
  return made;
}

void measure_all(std::size_t rounds, std::span<char* const> modules, std::span<char* const> words) {
  demand_counted_allocations();
  std::vector<documents> sets;
  for (; words.size() >= 3; words = words.subspan(3))
    sets.push_back(load(words[0], words[1], words[2]));
  const std::vector<method> methods = methods_of(modules);
  std::vector<contest> contests = contests_of(sets, methods);
  std::size_t longest = 0;
  for (const documents& set : sets) longest = std::max(longest, set.longest);
  for (const contest& one : contests) one.task->prepare(longest);
  for (const documents& set : sets) compare(set, contests);
  for (const method& one : methods) tell(one);
  if (rounds == 0) return;
  const instruction_counter counter;
  for (contest& one : contests) warm_up(one, counter);
  measure(contests, rounds);
  for (const contest& one : contests) tell(one);
}

}  // namespace
}  // namespace parse_benchmark

int main(int count, char** words) {
  const std::span all{words, static_cast<std::size_t>(count)};
  const auto divider = std::find(all.begin(), all.end(), std::string_view{"--"});
  if (count < 2 || divider == all.end()) {
    std::fprintf(stderr, "usage: %s ROUNDS MODULE... -- NAME PROVIDER FOLDER...\n", words[0]);
    return 2;
  }
  const auto rounds = std::strtoull(words[1], nullptr, 10);
  parse_benchmark::measure_all(rounds, {all.begin() + 2, divider}, {divider + 1, all.end()});
}
