// SPDX-License-Identifier: Apache-2.0
// The flags of callgate serve for proxies, limits and times: groups of their own in its help.
#pragma once

#include <callgate/server/options.hpp>

#include <CLI/CLI.hpp>

// Their variables are CALLGATE_ and the flag's name, --trusted-proxy's is a list with commas.
void add_server_flags(CLI::App& serve, callgate::options& how);
