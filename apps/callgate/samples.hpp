// SPDX-License-Identifier: Apache-2.0
// The samples: every example of every schema, sent over real HTTP and compared with what it should
// become.
#pragma once

#include <callgate/server/callback_record.hpp>

#include <cstdint>
#include <mutex>
#include <string>

// What the server says became of the last callback. The samples are sent one at a time.
// Threads: note() on I/O threads, last() on the sender's.
class sample_recorder {
 public:
  struct seen {
    callgate::outcome result{};
    std::string task_id;    // empty: none
    std::string record_id;  // empty: none
    std::string stage;
    std::string code_name;  // empty: none
    std::string error;
    std::int64_t sequence = 0;
  };

  void note(const callgate::callback_record& record) {
    const callgate::facts& known = record.known;
    const std::lock_guard lock(mutex_);
    last_ = {known.result,
             std::string(known.task_id.value_or("")),
             std::string(known.record_id.value_or("")),
             std::string(known.stage.value_or("")),
             std::string(known.known_code ? known.known_code->name : ""),
             std::string(known.error),
             known.sequence};
  }
  [[nodiscard]] seen last() {
    const std::lock_guard lock(mutex_);
    return last_;
  }

 private:
  std::mutex mutex_;
  seen last_;
};

// Sets a fresh random secret in the environment for every provider that wants one.
void make_sample_secrets();

// Prints one line per callback. Returns how many were not as expected.
int send_samples(std::uint16_t port, sample_recorder& recorder);
