// SPDX-License-Identifier: Apache-2.0
// LD_PRELOAD: logs the order of file writes, syncs and 2xx answers; can take the syncs out of
// commits.
//
//   CALLGATE_SHIM_LOG          file of records, see below; without it nothing is logged
//   CALLGATE_SHIM_FOLDER       files that are opened below it count
//   CALLGATE_SHIM_SYNCHRONOUS  NORMAL: "PRAGMA synchronous = FULL" becomes NORMAL on its way into
//   SQLite
//
// The log is a shared mapping: a count of records (64 bits), then records of 64 bits: kind in the
// lowest byte, a value above it. The order of the slots is the order of things: a write is noted
// when it has returned, a sync when it begins (s) and when it has succeeded (S), an answer before
// it is sent. So S after s after W means: the sync covers the write.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

enum { max_records = 1 << 22, max_descriptors = 1 << 16, marker_digits = 6, max_answer = 1 << 16 };

struct order_log {
  _Atomic uint64_t count;
  uint64_t records[max_records];
};

static struct order_log* the_log;
static const char* folder;
static atomic_bool watched[max_descriptors];

__attribute__((constructor)) static void start(void) {
  const char* path = getenv("CALLGATE_SHIM_LOG");
  folder = getenv("CALLGATE_SHIM_FOLDER");
  if (path == NULL || folder == NULL) return;
  const int fd = REAL(open)(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate(fd, sizeof(struct order_log)) != 0) abort();
  void* place = mmap(NULL, sizeof(struct order_log), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (place == MAP_FAILED) abort();
  close(fd);
  the_log = place;
}

static void note(char kind, uint64_t value) {
  if (the_log == NULL) return;
  const uint64_t at = atomic_fetch_add(&the_log->count, 1);
  if (at < max_records) the_log->records[at] = (value << 8) | (unsigned char)kind;
}

static int is_watched(int fd) {
  return fd >= 0 && fd < max_descriptors && atomic_load(&watched[fd]);
}

// Notes every "order-NNNNNN" in the bytes.
static void note_markers(char kind, const char* bytes, size_t size) {
  static const char mark[] = "order-";
  const size_t length = sizeof mark - 1;
  const char* end = bytes + size;
  for (const char* p = bytes; (size_t)(end - p) >= length + marker_digits;) {
    p = memmem(p, (size_t)(end - p), mark, length);
    if (p == NULL || (size_t)(end - p) < length + marker_digits) return;
    p += length;
    uint64_t number = 0;
    int digits = 0;
    for (; digits < marker_digits && p[digits] >= '0' && p[digits] <= '9'; ++digits)
      number = 10 * number + (uint64_t)(p[digits] - '0');
    if (digits == marker_digits) note(kind, number);
  }
}

// --- files

static int opened(int fd, const char* path) {
  if (fd < 0 || fd >= max_descriptors || folder == NULL) return fd;
  const size_t length = strlen(path);
  const int shared_memory = length > 4 && strcmp(path + length - 4, "-shm") == 0;
  atomic_store(&watched[fd], strncmp(path, folder, strlen(folder)) == 0 && !shared_memory);
  return fd;
}

static mode_t mode_of(int flags, va_list more) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
}

int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = mode_of(flags, more);
  va_end(more);
  return opened(REAL(open)(path, flags, mode), path);
}

int open64(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = mode_of(flags, more);
  va_end(more);
  return opened(REAL(open64)(path, flags, mode), path);
}

int openat(int at, const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = mode_of(flags, more);
  va_end(more);
  return opened(REAL(openat)(at, path, flags, mode), path);
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  const ssize_t n = REAL(pwrite)(fd, bytes, size, at);
  if (n > 0 && is_watched(fd)) note_markers('W', bytes, (size_t)n);
  return n;
}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
  const ssize_t n = REAL(pwrite64)(fd, bytes, size, at);
  if (n > 0 && is_watched(fd)) note_markers('W', bytes, (size_t)n);
  return n;
}

int fsync(int fd) {
  if (is_watched(fd)) note('s', (uint64_t)fd);
  const int failed = REAL(fsync)(fd);
  if (failed == 0 && is_watched(fd)) note('S', (uint64_t)fd);
  return failed;
}

int fdatasync(int fd) {
  if (is_watched(fd)) note('s', (uint64_t)fd);
  const int failed = REAL(fdatasync)(fd);
  if (failed == 0 && is_watched(fd)) note('S', (uint64_t)fd);
  return failed;
}

// --- answers, which may lie in several pieces

static void note_answer(const struct iovec* pieces, size_t count) {
  if (the_log == NULL) return;
  static _Thread_local char whole[max_answer];
  size_t size = 0;
  for (size_t i = 0; i < count; ++i) {
    const size_t room = sizeof whole - size;
    const size_t n = pieces[i].iov_len < room ? pieces[i].iov_len : room;
    if (n != 0) memcpy(whole + size, pieces[i].iov_base, n);
    size += n;
  }
  static const char success[] = "HTTP/1.1 2";
  if (size < sizeof success || memcmp(whole, success, sizeof success - 1) != 0) return;
  note_markers('A', whole, size);
}

ssize_t send(int fd, const void* bytes, size_t size, int flags) {
  note_answer(&(struct iovec){(void*)bytes, size}, 1);
  return REAL(send)(fd, bytes, size, flags);
}

ssize_t sendto(int fd, const void* bytes, size_t size, int flags, const struct sockaddr* to,
               socklen_t to_size) {
  note_answer(&(struct iovec){(void*)bytes, size}, 1);
  return REAL(sendto)(fd, bytes, size, flags, to, to_size);
}

ssize_t sendmsg(int fd, const struct msghdr* message, int flags) {
  note_answer(message->msg_iov, message->msg_iovlen);
  return REAL(sendmsg)(fd, message, flags);
}

ssize_t write(int fd, const void* bytes, size_t size) {
  if (!is_watched(fd)) note_answer(&(struct iovec){(void*)bytes, size}, 1);
  const ssize_t n = REAL(write)(fd, bytes, size);
  if (n > 0 && is_watched(fd)) note_markers('W', bytes, (size_t)n);
  return n;
}

ssize_t writev(int fd, const struct iovec* pieces, int count) {
  if (!is_watched(fd)) note_answer(pieces, (size_t)count);
  const ssize_t n = REAL(writev)(fd, pieces, count);
  if (n > 0 && is_watched(fd))
    for (int i = 0; i < count; ++i) note_markers('W', pieces[i].iov_base, pieces[i].iov_len);
  return n;
}

// --- the planted fault

// Returns sql, or a copy in room with NORMAL in place of FULL.
static const char* weaken(const char* sql, size_t size, char* room, size_t room_size) {
  const char* wanted = getenv("CALLGATE_SHIM_SYNCHRONOUS");
  if (wanted == NULL || strcasecmp(wanted, "NORMAL") != 0 || size + 8 > room_size) return sql;
  memcpy(room, sql, size);
  room[size] = '\0';
  if (strcasestr(room, "synchronous") == NULL) return sql;
  char* full = strcasestr(room, "FULL");
  if (full == NULL) return sql;
  memmove(full + 6, full + 4, strlen(full + 4) + 1);
  memcpy(full, "NORMAL", 6);
  note('N', 0);
  return room;
}

typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;
typedef int (*row_function)(void*, int, char**, char**);

int sqlite3_exec(sqlite3* base, const char* sql, row_function call, void* context, char** error) {
  char room[512];
  return REAL(sqlite3_exec)(base, weaken(sql, strlen(sql), room, sizeof room), call, context,
                            error);
}

int sqlite3_prepare_v2(sqlite3* base, const char* sql, int size, sqlite3_stmt** out,
                       const char** tail) {
  char room[512];
  const char* used = weaken(sql, size < 0 ? strlen(sql) : (size_t)size, room, sizeof room);
  return REAL(sqlite3_prepare_v2)(base, used, used == sql ? size : -1, out, tail);
}

int sqlite3_prepare_v3(sqlite3* base, const char* sql, int size, unsigned flags, sqlite3_stmt** out,
                       const char** tail) {
  char room[512];
  const char* used = weaken(sql, size < 0 ? strlen(sql) : (size_t)size, room, sizeof room);
  return REAL(sqlite3_prepare_v3)(base, used, used == sql ? size : -1, flags, out, tail);
}
