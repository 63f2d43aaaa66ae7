// SPDX-License-Identifier: Apache-2.0
// LD_PRELOAD: makes syncs slow, by as much as a file says at the moment.
//
//   CALLGATE_SHIM_DELAY  file of four 32-bit numbers: least and most milliseconds, syncs begun,
//   syncs delayed.
//                        The test changes the first two while the program runs.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct control {
  _Atomic uint32_t min_ms;
  _Atomic uint32_t max_ms;
  _Atomic uint32_t begun;
  _Atomic uint32_t delayed;
};

static struct control* the_control;

__attribute__((constructor)) static void start(void) {
  const char* path = getenv("CALLGATE_SHIM_DELAY");
  if (path == NULL) return;
  const int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) abort();  // the test makes the file: without it, it would prove nothing
  void* place = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (place == MAP_FAILED) abort();
  close(fd);
  the_control = place;
}

static void delay(void) {
  if (the_control == NULL) return;
  static _Thread_local unsigned seed = 1;
  atomic_fetch_add(&the_control->begun, 1);
  const uint32_t least = the_control->min_ms;
  const uint32_t most = the_control->max_ms;
  const uint32_t ms = most > least ? least + (uint32_t)rand_r(&seed) % (most - least + 1) : least;
  if (ms == 0) return;
  atomic_fetch_add(&the_control->delayed, 1);
  struct timespec rest = {ms / 1000, (long)(ms % 1000) * 1000000};
  while (nanosleep(&rest, &rest) != 0) continue;
}

int fdatasync(int fd) {
  delay();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}

int fsync(int fd) {
  delay();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}
