// SPDX-License-Identifier: Apache-2.0
// The folder that holds a store's files, held by one process at a time.
#pragma once

#include <callgate/core/startup_error.hpp>

#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace callgate::store {

// Creates the folder when it is missing (mode 0700) and holds its file `lock` until release() or
// destruction. The lock goes with the process, however that ends; the pid inside is for people.
class data_folder {
 public:
  // Errors: startup_error when the folder cannot be made or written, or when another process holds
  // it.
  explicit data_folder(std::string path) : path_(std::move(path)) {
    if (path_.empty()) throw startup_error("no data folder is given: name one with --data");
    create();
    descriptor_ = ::open(file("lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor_ < 0)
      refuse("cannot be written", errno, "change its owner or mode, or choose another with --data");
    try {
      hold();
    } catch (...) {
      ::close(descriptor_);
      throw;
    }
  }
  ~data_folder() { release(); }
  data_folder(const data_folder&) = delete;
  data_folder& operator=(const data_folder&) = delete;

  void release() noexcept {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }

  // The path of a file in the folder. Created empty and for the owner only when it is missing,
  // since the folder itself may be older and open to others.
  [[nodiscard]] std::string private_file(std::string_view name) const {
    std::string path = file(name);
    const int made = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made >= 0)
      ::close(made);
    else if (errno != EEXIST)
      refuse("cannot be written", errno, "change its owner or mode, or choose another with --data");
    return path;
  }

 private:
  [[nodiscard]] std::string file(std::string_view name) const {
    return path_ + '/' + std::string{name};
  }

  void create() const {
    if (::mkdir(path_.c_str(), 0700) == 0) return sync_parent();
    if (errno != EEXIST)
      refuse("cannot be created", errno, "create it by hand or choose another with --data");
    struct stat about {};
    if (::stat(path_.c_str(), &about) != 0 || !S_ISDIR(about.st_mode))
      refuse("is not a folder", ENOTDIR, "move that file away or choose another with --data");
  }

  // A new folder must outlive a power cut as surely as the callbacks in it.
  void sync_parent() const {
    const int parent = ::open((path_ + "/..").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (parent < 0)
      return;  // searchable but not readable: cannot be synced, the file system decides
    const int failed = ::fsync(parent) != 0 ? errno : 0;
    ::close(parent);
    if (failed == EIO || failed == ENOSPC)
      refuse("cannot be synced", failed, "check the disk or choose another with --data");
  }

  void hold() const {
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) refuse("cannot be locked", errno, "choose another with --data");
      throw startup_error("data folder '" + path_ + "' is in use by " + holder() +
                          ": stop it or choose another with --data");
    }
    const std::string pid = std::to_string(::getpid()) + '\n';
    if (::ftruncate(descriptor_, 0) != 0 || ::pwrite(descriptor_, pid.data(), pid.size(), 0) < 0)
      refuse("cannot be written", errno, "free some space or choose another with --data");
  }

  [[nodiscard]] std::string holder() const {
    char text[24];
    const ssize_t n = ::pread(descriptor_, text, sizeof text, 0);
    std::string_view pid{text, n > 0 ? static_cast<std::size_t>(n) : 0};
    pid = pid.substr(0, pid.find_first_not_of("0123456789"));
    return pid.empty() ? std::string{"another process"} : "process " + std::string{pid};
  }

  [[noreturn]] void refuse(const char* what, int error, const char* remedy) const {
    throw startup_error("data folder '" + path_ + "' " + what + " (" +
                        std::generic_category().message(error) + "): " + remedy);
  }

  std::string path_;
  int descriptor_ = -1;
};

}  // namespace callgate::store
