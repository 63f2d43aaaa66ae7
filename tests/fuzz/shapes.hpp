// SPDX-License-Identifier: Apache-2.0
// What an input of the reader's fuzzer is read as: its first byte names the struct and the options.
#pragma once

#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/schemas/tts_error.hpp>

#include "tests/support/json_payload.hpp"

#include <callgate/json/read_options.hpp>

#include <cstddef>
#include <tuple>

namespace callgate::fuzz {

template <class T, json::read_options O>
struct shape {
  using payload = T;
  static constexpr json::read_options options = O;
};

template <class P>
using provider_shape = shape<typename P::payload, P::tolerance>;

using shapes = std::tuple<
    shape<test::payload, json::read_options{}>,
    shape<test::payload,
          json::read_options{.nulls_absent = false, .unknown = json::unknown_members::reject}>,
    shape<test::payload, json::read_options{.empty_strings_absent = true,
                                            .numbers_in_strings = true,
                                            .drop_invalid_members = true}>,
    shape<test::payload, json::read_options{.drop_invalid_members = true, .max_depth = 4}>,
    provider_shape<schemas::suno::provider>, provider_shape<schemas::kie::provider>,
    provider_shape<schemas::job_worker::provider>, provider_shape<schemas::tts_error::provider>>;

inline constexpr std::size_t shape_count = std::tuple_size_v<shapes>;

}  // namespace callgate::fuzz
