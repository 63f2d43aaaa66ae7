// SPDX-License-Identifier: Apache-2.0
// A disk that fails on demand: wraps SQLite's own file system while it lives.
#pragma once

#include <callgate/store/sqlite_connection.hpp>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace callgate::testing {

// Every connection opened while it lives goes through it; close them before it goes. One at a time.
class fault_vfs {
 public:
  // What to break; each may be set at any time from any thread.
  std::atomic<bool> full{false};            // every write to the log says: no space left
  std::atomic<int> failing_log_syncs{0};    // so many syncs of the log fail
  std::atomic<std::int64_t> fail_at{-1};    // the operation with this number fails, once
  std::atomic<bool> skip_syncs{false};      // they work without being done: faster
  std::atomic<std::int64_t> operations{0};  // writes, syncs and truncations so far
  std::atomic<std::int64_t> log_syncs{0};   // that worked
  std::atomic<std::int64_t> log_writes{0};  // that worked

  fault_vfs() {
    real_ = sqlite3_vfs_find(nullptr);
    vfs_ = *real_;
    vfs_.zName = "callgate-fault";
    vfs_.szOsFile = static_cast<int>(sizeof(file)) + real_->szOsFile;
    vfs_.pAppData = this;
    vfs_.xOpen = &open;
    sqlite3_vfs_register(&vfs_, 1);
  }
  ~fault_vfs() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(real_, 1);
  }
  fault_vfs(const fault_vfs&) = delete;
  fault_vfs& operator=(const fault_vfs&) = delete;

 private:
  struct file {
    sqlite3_file base;
    fault_vfs* owner;
    bool log;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };

  static file& of(sqlite3_file* f) { return *reinterpret_cast<file*>(f); }
  static sqlite3_file* real(sqlite3_file* f) { return of(f).real(); }
  static const sqlite3_io_methods* methods(sqlite3_file* f) { return real(f)->pMethods; }

  bool fails_now() { return operations.fetch_add(1) == fail_at.load(); }

  static int open(sqlite3_vfs* self, const char* name, sqlite3_file* f, int flags, int* out) {
    auto* owner = static_cast<fault_vfs*>(self->pAppData);
    file& made = of(f);
    made.owner = owner;
    made.log = (flags & SQLITE_OPEN_WAL) != 0;
    std::memset(static_cast<void*>(made.real()), 0, sizeof(sqlite3_file));
    const int code = owner->real_->xOpen(owner->real_, name, made.real(), flags, out);
    made.base.pMethods = made.real()->pMethods == nullptr ? nullptr : &wrapped();
    return code;
  }

  static int write(sqlite3_file* f, const void* data, int size, sqlite3_int64 at) {
    fault_vfs& o = *of(f).owner;
    if (o.fails_now()) return SQLITE_IOERR_WRITE;
    if (of(f).log && o.full.load()) return SQLITE_FULL;
    const int code = methods(f)->xWrite(real(f), data, size, at);
    if (of(f).log && code == SQLITE_OK) o.log_writes.fetch_add(1);
    return code;
  }

  static int sync(sqlite3_file* f, int flags) {
    fault_vfs& o = *of(f).owner;
    if (o.fails_now()) return SQLITE_IOERR_FSYNC;
    if (of(f).log && o.failing_log_syncs.load() > 0) {
      o.failing_log_syncs.fetch_sub(1);
      return SQLITE_IOERR_FSYNC;
    }
    const int code = o.skip_syncs.load() ? SQLITE_OK : methods(f)->xSync(real(f), flags);
    if (of(f).log && code == SQLITE_OK) o.log_syncs.fetch_add(1);
    return code;
  }

  static int truncate(sqlite3_file* f, sqlite3_int64 size) {
    if (of(f).owner->fails_now()) return SQLITE_IOERR_TRUNCATE;
    return methods(f)->xTruncate(real(f), size);
  }

  // Everything else goes straight through. Version 2: shared memory, no memory-mapped reads.
  static const sqlite3_io_methods& wrapped() {
    static const sqlite3_io_methods table = [] {
      sqlite3_io_methods m{};
      m.iVersion = 2;
      m.xClose = [](sqlite3_file* f) { return methods(f)->xClose(real(f)); };
      m.xRead = [](sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
        return methods(f)->xRead(real(f), to, size, at);
      };
      m.xWrite = &write;
      m.xTruncate = &truncate;
      m.xSync = &sync;
      m.xFileSize = [](sqlite3_file* f, sqlite3_int64* s) {
        return methods(f)->xFileSize(real(f), s);
      };
      m.xLock = [](sqlite3_file* f, int l) { return methods(f)->xLock(real(f), l); };
      m.xUnlock = [](sqlite3_file* f, int l) { return methods(f)->xUnlock(real(f), l); };
      m.xCheckReservedLock = [](sqlite3_file* f, int* l) {
        return methods(f)->xCheckReservedLock(real(f), l);
      };
      m.xFileControl = [](sqlite3_file* f, int op, void* arg) {
        return methods(f)->xFileControl(real(f), op, arg);
      };
      m.xSectorSize = [](sqlite3_file* f) { return methods(f)->xSectorSize(real(f)); };
      m.xDeviceCharacteristics = [](sqlite3_file* f) {
        return methods(f)->xDeviceCharacteristics(real(f));
      };
      m.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** to) {
        return methods(f)->xShmMap(real(f), page, size, extend, to);
      };
      m.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) {
        return methods(f)->xShmLock(real(f), offset, n, flags);
      };
      m.xShmBarrier = [](sqlite3_file* f) { methods(f)->xShmBarrier(real(f)); };
      m.xShmUnmap = [](sqlite3_file* f, int remove) {
        return methods(f)->xShmUnmap(real(f), remove);
      };
      return m;
    }();
    return table;
  }

  sqlite3_vfs* real_ = nullptr;
  sqlite3_vfs vfs_{};
};

}  // namespace callgate::testing
