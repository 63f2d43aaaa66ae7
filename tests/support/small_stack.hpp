// SPDX-License-Identifier: Apache-2.0
// Runs something on a thread whose stack has just that size.
#pragma once

#include <cstddef>
#include <cstdlib>

#include <pthread.h>

namespace callgate::test {

template <class Run>
void with_stack(std::size_t bytes, Run run) {
  pthread_attr_t attributes;
  pthread_t thread;
  void* (*const start)(void*) = [](void* what) -> void* {
    (*static_cast<Run*>(what))();
    return nullptr;
  };
  if (pthread_attr_init(&attributes) != 0 || pthread_attr_setstacksize(&attributes, bytes) != 0 ||
      pthread_create(&thread, &attributes, start, &run) != 0)
    std::abort();
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

}  // namespace callgate::test
