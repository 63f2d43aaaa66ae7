// SPDX-License-Identifier: Apache-2.0
// A receiver whose handlers append each task id to a file: what tests of handlers start and kill.
#include <callgate/callgate.hpp>
#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/store/sqlite.hpp>

#include <cstdio>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

namespace {

namespace schemas = callgate::schemas;

// One line per event, in one write, so that a kill leaves whole lines.
class line_file {
 public:
  explicit line_file(const char* path)
      : descriptor_(::open(path, O_WRONLY | O_CREAT | O_APPEND, 0600)) {
    if (descriptor_ < 0) throw std::runtime_error("the file of effects cannot be opened");
  }
  void append(std::string_view line) const {
    const std::string whole = std::string(line) + '\n';
    if (::write(descriptor_, whole.data(), whole.size()) != static_cast<ssize_t>(whole.size()))
      throw std::runtime_error("the effect could not be written");
  }

 private:
  int descriptor_;
};

int serve(const char* folder, const char* effects) {
  const line_file lines(effects);
  callgate::store::sqlite store({.folder = folder});
  const auto note = [&lines](const auto& event) { lines.append(event.task_id); };
  callgate::server receiver(callgate::options{.port = 0, .threads = 2}, store,
                            callgate::mount<schemas::suno::provider>(note),
                            callgate::mount<schemas::kie::provider>(note),
                            callgate::mount<schemas::job_worker::provider>(note));
  std::printf("{\"message\":\"HTTP server starting on port %d\"}\n", int{receiver.port()});
  std::fflush(stdout);
  return receiver.run();
}

}  // namespace

// handler_server DATA_FOLDER EFFECTS_FILE
int main(int argc, char** argv) try {
  return argc == 3 ? serve(argv[1], argv[2]) : 2;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 2;
}
