// SPDX-License-Identifier: Apache-2.0
// LD_PRELOAD: the wall clock shows what a file says. Monotonic clocks, and so all timers, go on.
//
//   CALLGATE_SHIM_CLOCK  file of one 64-bit number: microseconds since 1970 at which the wall clock
//                        stands still; 0: it goes as it does. The test changes it at any time.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const _Atomic int64_t* the_clock;

__attribute__((constructor)) static void start(void) {
  const char* path = getenv("CALLGATE_SHIM_CLOCK");
  if (path == NULL) return;
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) abort();  // the test makes the file: without it, it would prove nothing
  void* place = mmap(NULL, sizeof *the_clock, PROT_READ, MAP_SHARED, fd, 0);
  if (place == MAP_FAILED) abort();
  close(fd);
  the_clock = place;
}

// By system call: nothing here may come back to a function that this file replaces.
int clock_gettime(clockid_t which, struct timespec* out) {
  const int64_t still = which == CLOCK_REALTIME && the_clock != NULL ? *the_clock : 0;
  if (still == 0) return (int)syscall(SYS_clock_gettime, which, out);
  out->tv_sec = (time_t)(still / 1000000);
  out->tv_nsec = (long)(still % 1000000) * 1000;
  return 0;
}

int gettimeofday(struct timeval* restrict out, void* restrict zone) {
  (void)zone;  // obsolete, and nobody passes one
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  out->tv_sec = now.tv_sec;
  out->tv_usec = (suseconds_t)(now.tv_nsec / 1000);
  return 0;
}

time_t time(time_t* out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != NULL) *out = now.tv_sec;
  return now.tv_sec;
}
