// SPDX-License-Identifier: Apache-2.0
// The bundled providers as data: what send and the samples go through.
#pragma once

#include <callgate/auth/scheme.hpp>
#include <callgate/provider/example.hpp>
#include <callgate/schemas/job_worker.examples.hpp>
#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/kie.examples.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.examples.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/schemas/tts_error.examples.hpp>
#include <callgate/schemas/tts_error.hpp>

#include <array>
#include <span>
#include <string_view>

struct catalog_entry {
  std::string_view name;
  callgate::auth::scheme auth;
  std::span<const callgate::example> examples;
};

inline constexpr std::array<catalog_entry, 4> catalog{{
    {callgate::schemas::suno::provider::name, callgate::schemas::suno::provider::auth,
     callgate::schemas::suno::examples},
    {callgate::schemas::kie::provider::name, callgate::schemas::kie::provider::auth,
     callgate::schemas::kie::examples},
    {callgate::schemas::tts_error::provider::name, callgate::schemas::tts_error::provider::auth,
     callgate::schemas::tts_error::examples},
    {callgate::schemas::job_worker::provider::name, callgate::schemas::job_worker::provider::auth,
     callgate::schemas::job_worker::examples},
}};
