// SPDX-License-Identifier: Apache-2.0
// A receiver whose handlers append each task id to a file, with two mounts of one provider: what
// tests of handlers and of mounts start and kill.
#include <callgate/callgate.hpp>
#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/store/sqlite.hpp>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
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

int serve(const char* folder, const char* effects, std::size_t threads) {
  const line_file lines(effects);
  callgate::store::sqlite store({.folder = folder});
  const auto note = [&lines](const auto& event) { lines.append(event.task_id); };
  auto second_account = callgate::mount<schemas::suno::provider>(note);
  second_account.name = "suno-second";
  second_account.path = "/callbacks/suno-second";
  second_account.secret_env = "SUNO_SECOND_WEBHOOK_SECRET";
  callgate::server receiver(callgate::options{.port = 0, .threads = threads}, store,
                            callgate::mount<schemas::suno::provider>(note), second_account,
                            callgate::mount<schemas::kie::provider>(note),
                            callgate::mount<schemas::job_worker::provider>(note));
  std::printf("{\"message\":\"HTTP server starting on port %d\"}\n", int{receiver.port()});
  std::fflush(stdout);
  return receiver.run();
}

}  // namespace

// handler_server DATA_FOLDER EFFECTS_FILE [THREADS]
int main(int argc, char** argv) try {
  if (argc != 3 && argc != 4) return 2;
  return serve(argv[1], argv[2], argc == 4 ? std::strtoul(argv[3], nullptr, 10) : 2);
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 2;
}
