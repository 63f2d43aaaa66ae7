// SPDX-License-Identifier: Apache-2.0
#include "serve.hpp"

#include "log_line.hpp"
#include "log_queue.hpp"
#include "notice_log.hpp"
#include "samples.hpp"

#include <callgate/callgate.hpp>
#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/schemas/tts_error.hpp>
#include <callgate/server/hangup_signal.hpp>
#include <callgate/store/memory.hpp>
#include <callgate/store/sqlite.hpp>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace {

namespace schemas = callgate::schemas;

// A folder that goes when the program ends.
class temporary_folder {
 public:
  temporary_folder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "callgate-samples-XXXXXX").string();
    const char* made = mkdtemp(pattern.data());
    if (made == nullptr)
      throw callgate::startup_error("no temporary folder can be made in " + pattern +
                                    ": set TMPDIR");
    path_ = made;
  }
  ~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

// The samples speak for themselves: while they run, no log line is written for their callbacks.
struct observer {
  log_queue& log;
  sample_recorder& samples;
  std::atomic<bool> sampling{false};

  void operator()(const callgate::callback_record& record) {
    if (sampling.load(std::memory_order_relaxed))
      samples.note(record);
    else
      log_line::callback(log, record);
  }
};

template <class Store>
void wait_until_ready(Store& store) {
  using namespace std::chrono_literals;
  for (int i = 0; i < 1000 && store.state() == callgate::store::condition::opening; ++i)
    std::this_thread::sleep_for(10ms);
}

template <class Server>
void say_addresses(log_queue& log, const callgate::options& how, const Server& receiver) {
  for (const callgate::callback_url& each : receiver.callback_urls())
    log_line::say(
        log, "info",
        "callbacks of '" + each.mount + "': " + std::string(each.method) + " " + each.url);
  if (!how.admin_listen.empty())
    log_line::say(log, "info", "health and API on " + receiver.admin_address());
}

template <class Server>
void warn_of_certificate(const Server& receiver, log_queue& log) {
  if (const std::string why = receiver.tls_warning(); !why.empty())
    log_line::say(log, "warning", why);
}

// On SIGHUP.
template <class Server>
void reload(Server& receiver, log_queue& log) {
  const std::vector<std::string> kept = receiver.reload();
  for (const std::string& why : kept) log_line::say(log, "warning", why);
  warn_of_certificate(receiver, log);
  log_line::say(log, "info", "secrets and certificates read again");
}

template <class Store>
int serve_with(const serve_options& how, Store& store, log_queue& log, notice_log& notices) {
  using namespace callgate;
  sample_recorder recorder;
  observer watch{log, recorder};
  options settings = how.server;
  settings.on_callback = [&watch](const callback_record& record) { watch(record); };

  server receiver(settings, store, mount<schemas::suno::provider>(),
                  mount<schemas::kie::provider>(), mount<schemas::tts_error::provider>(),
                  mount<schemas::job_worker::provider>());
  log_line::say(log, "info", "HTTP server starting on port " + std::to_string(receiver.port()));
  say_addresses(log, settings, receiver);
  if (how.standby) log_line::say(log, "info", "lock acquisition started in background");
  notices.begin();
  for (const std::string& name : receiver.unprotected())
    log_line::say(log, "warning",
                  "callbacks of '" + name + "' are not verified: its secret is not set");
  warn_of_certificate(receiver, log);
  stop_signal signal;
  hangup_signal again([&receiver, &log] { reload(receiver, log); });
  receiver.start();

  int result = 0;
  if (how.samples) {
    wait_until_ready(store);
    watch.sampling = true;
    result = send_samples(receiver.port(), recorder) == 0 ? 0 : 1;
    watch.sampling = false;
  }
  if (!how.once) signal.wait();
  log_line::say(log, "info", "stopping");
  receiver.stop();
  return result;
}

// On the store's thread.
void warn(void* log, std::string_view text) {
  log_line::say(*static_cast<log_queue*>(log), "warning", text);
}

int serve_sqlite(const serve_options& how, const std::string& folder) {
  log_queue log;
  notice_log notices(log);
  callgate::store::sqlite store({.folder = folder,
                                 .standby = how.standby,
                                 .disk_floor_bytes = how.disk_floor_bytes,
                                 .on_refusal = {&warn, &log},
                                 .on_notice = &notice_log::hear,
                                 .notice_owner = &notices});
  return serve_with(how, store, log, notices);
}

int serve_memory(const serve_options& how) {
  if (how.standby)
    throw callgate::startup_error("--standby needs a data folder: leave out --store memory");
  log_queue log;
  notice_log notices(log);
  callgate::store::memory store;
  return serve_with(how, store, log, notices);
}

}  // namespace

int serve(serve_options how) {
  if (how.samples) {
    const temporary_folder folder;
    make_sample_secrets();
    how.server.listen = "127.0.0.1";  // where the samples are sent, and where the history is open
    how.server.admin_listen.clear();
    how.server.tls_certificate.clear();
    how.server.tls_key.clear();
    how.server.rates = {};
    how.server.api_token.clear();
    return serve_sqlite(how, folder.path());
  }
  how.server.share_port = how.standby || how.reuse_port;
  how.standby = how.standby || (how.reuse_port && how.store == "sqlite");
  if (how.store == "sqlite") return serve_sqlite(how, how.data);
  return serve_memory(how);
}
