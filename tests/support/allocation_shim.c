// SPDX-License-Identifier: Apache-2.0
// LD_PRELOAD: counts heap allocations, those of I/O threads apart, and remembers where they came
// from.
//
//   CALLGATE_SHIM_ALLOCATIONS    file that is mapped, as struct tally
//   CALLGATE_SHIM_NOT_OPENSSL=1  what OpenSSL takes for itself is not counted
//
// An I/O thread is one that names itself callgate-io.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { max_traces = 32, max_frames = 24 };

struct tally {
  _Atomic uint64_t everywhere;
  _Atomic uint64_t on_io_threads;
  _Atomic uint64_t io_threads;
  _Atomic uint64_t
      tracing;  // set by the test: allocations of I/O threads leave a trace from now on
  _Atomic uint64_t traces;
  uint64_t frames[max_traces][max_frames];  // return addresses, 0 at the end
};

extern void* __libc_malloc(size_t);
extern void* __libc_calloc(size_t, size_t);
extern void* __libc_realloc(void*, size_t);
extern void* __libc_memalign(size_t, size_t);
extern void __libc_free(void*);

typedef void* (*openssl_malloc)(size_t, const char*, int);
typedef void* (*openssl_realloc)(void*, size_t, const char*, int);
typedef void (*openssl_free)(void*, const char*, int);
typedef int (*openssl_set)(openssl_malloc, openssl_realloc, openssl_free);

static struct tally* the_tally;
static _Thread_local int on_io_thread __attribute__((tls_model("initial-exec")));
static _Thread_local int inside __attribute__((tls_model("initial-exec")));

static void* take(size_t size, const char* file, int line) {
  (void)file, (void)line;
  return __libc_malloc(size);
}

static void* retake(void* place, size_t size, const char* file, int line) {
  (void)file, (void)line;
  return __libc_realloc(place, size);
}

static void give(void* place, const char* file, int line) {
  (void)file, (void)line;
  __libc_free(place);
}

// OpenSSL takes other functions only as long as it has allocated nothing: it is loaded with the
// program, and called later.
static void let_openssl_go_uncounted(void) {
  const openssl_set set = (openssl_set)dlsym(RTLD_DEFAULT, "CRYPTO_set_mem_functions");
  if (set == NULL || set(take, retake, give) != 1) abort();
}

__attribute__((constructor)) static void start(void) {
  const char* path = getenv("CALLGATE_SHIM_ALLOCATIONS");
  if (path == NULL) return;
  void* warm[1];
  (void)backtrace(warm, 1);  // allocates the first time
  const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate(fd, sizeof(struct tally)) != 0) abort();
  void* place = mmap(NULL, sizeof(struct tally), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (place == MAP_FAILED) abort();
  close(fd);
  the_tally = place;
  if (getenv("CALLGATE_SHIM_NOT_OPENSSL") != NULL) let_openssl_go_uncounted();
}

static void trace(void) {
  if (inside || !atomic_load(&the_tally->tracing)) return;
  const uint64_t at = atomic_fetch_add(&the_tally->traces, 1);
  if (at >= max_traces) return;
  inside = 1;
  void* frames[max_frames] = {0};
  (void)backtrace(frames, max_frames);
  for (size_t i = 0; i < max_frames; ++i) the_tally->frames[at][i] = (uint64_t)(uintptr_t)frames[i];
  inside = 0;
}

static void count(void) {
  if (the_tally == NULL) return;
  atomic_fetch_add_explicit(&the_tally->everywhere, 1, memory_order_relaxed);
  if (!on_io_thread) return;
  atomic_fetch_add(&the_tally->on_io_threads, 1);
  trace();
}

void* malloc(size_t size) {
  count();
  return __libc_malloc(size);
}

void* calloc(size_t number, size_t size) {
  count();
  return __libc_calloc(number, size);
}

void* realloc(void* place, size_t size) {
  count();
  return __libc_realloc(place, size);
}

void* memalign(size_t alignment, size_t size) {
  count();
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(size_t alignment, size_t size) {
  count();
  return __libc_memalign(alignment, size);
}

int posix_memalign(void** out, size_t alignment, size_t size) {
  count();
  void* place = __libc_memalign(alignment, size);
  if (place == NULL) return ENOMEM;
  *out = place;
  return 0;
}

// A thread that takes the name is an I/O thread from here on: what was allocated to start it does
// not count.
int pthread_setname_np(pthread_t thread, const char* name) {
  if (the_tally != NULL && pthread_equal(thread, pthread_self()) &&
      strcmp(name, "callgate-io") == 0) {
    on_io_thread = 1;
    atomic_fetch_add(&the_tally->io_threads, 1);
  }
  return ((int (*)(pthread_t, const char*))dlsym(RTLD_NEXT, "pthread_setname_np"))(thread, name);
}
