// SPDX-License-Identifier: Apache-2.0
// The folder that holds a store's files, held by one process at a time.
#pragma once

#include <callgate/core/startup_error.hpp>

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace callgate::store {

// Makes what was created, renamed or removed in a folder durable. Returns 0 or errno.
[[nodiscard]] inline int sync_folder(const std::string& path) noexcept {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  // Searchable but not readable: cannot be synced, the file system decides.
  if (folder < 0) return errno == EACCES ? 0 : errno;
  const int failed = ::fsync(folder) != 0 ? errno : 0;
  ::close(folder);
  return failed == EIO || failed == ENOSPC ? failed : 0;
}

// Creates the folder when it is missing (mode 0700) and holds its file `lock` until release() or
// destruction. The lock goes with the process, however that ends; the pid inside is for people.
// Nothing is synced here: see sync_parent().
class data_folder {
 public:
  struct unheld {};  // creates the folder and leaves the lock to try_hold()

  // Errors: startup_error when the folder cannot be made or written, or when another process holds
  // it.
  explicit data_folder(std::string path) : data_folder(std::move(path), unheld{}) {
    if (!try_hold())
      throw startup_error("data folder '" + path_ + "' is in use by " + holder_name() +
                          ": stop it or choose another with --data");
  }
  data_folder(std::string path, unheld) : path_(std::move(path)) {
    if (path_.empty()) throw startup_error("no data folder is given: name one with --data");
    create();
    descriptor_ = ::open(file("lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor_ < 0)
      refuse("cannot be written", errno, "change its owner or mode, or choose another with --data");
  }
  ~data_folder() { release(); }
  data_folder(const data_folder&) = delete;
  data_folder& operator=(const data_folder&) = delete;

  // False while another process holds it. Never waits.
  [[nodiscard]] bool try_hold() noexcept {
    if (held_ || descriptor_ < 0) return held_;
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) return false;
    held_ = true;
    write_pid();
    return true;
  }
  [[nodiscard]] bool is_held() const noexcept { return held_; }

  // The process that holds it, as that says of itself; 0: it does not.
  [[nodiscard]] std::int64_t holder() const noexcept {
    char text[24];
    const ssize_t n = ::pread(descriptor_, text, sizeof text, 0);
    std::int64_t pid = 0;
    if (n > 0) std::from_chars(text, text + n, pid);
    return pid;
  }

  void release() noexcept {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
    held_ = false;
  }

  // A new folder must outlive a power cut as surely as the callbacks in it, also when the process
  // that made it ended before it got here. Returns 0 or errno.
  [[nodiscard]] int sync_parent() const noexcept { return sync_folder(path_ + "/.."); }

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

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
    if (::mkdir(path_.c_str(), 0700) == 0) return;
    if (errno != EEXIST)
      refuse("cannot be created", errno, "create it by hand or choose another with --data");
    struct stat about {};
    if (::stat(path_.c_str(), &about) != 0 || !S_ISDIR(about.st_mode))
      refuse("is not a folder", ENOTDIR, "move that file away or choose another with --data");
  }

  // For people: a full disk must not keep anybody from starting.
  void write_pid() const noexcept {
    char text[24];
    char* const end = std::to_chars(text, text + sizeof text - 1, ::getpid()).ptr;
    *end = '\n';
    const auto size = static_cast<std::size_t>(end + 1 - text);
    if (::ftruncate(descriptor_, 0) == 0) (void)!::pwrite(descriptor_, text, size, 0);
  }

  [[nodiscard]] std::string holder_name() const {
    const std::int64_t pid = holder();
    return pid == 0 ? std::string{"another process"} : "process " + std::to_string(pid);
  }

  [[noreturn]] void refuse(const char* what, int error, const char* remedy) const {
    throw startup_error("data folder '" + path_ + "' " + what + " (" +
                        std::generic_category().message(error) + "): " + remedy);
  }

  std::string path_;
  int descriptor_ = -1;
  bool held_ = false;
};

}  // namespace callgate::store
