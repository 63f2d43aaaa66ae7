# SPDX-License-Identifier: Apache-2.0
# Warnings and sanitizers of our own programs and tests: link callgate_develop, privately.
add_library(callgate_develop INTERFACE)
target_compile_options(callgate_develop INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-missing-field-initializers -Werror)
if(CALLGATE_SANITIZE)
  target_compile_options(callgate_develop INTERFACE
    -fsanitize=${CALLGATE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(callgate_develop INTERFACE -fsanitize=${CALLGATE_SANITIZE})
  if(CALLGATE_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(callgate_develop INTERFACE -Wno-tsan)  # of Asio's fences; we have none
  endif()
endif()
