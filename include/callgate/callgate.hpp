// SPDX-License-Identifier: Apache-2.0
// Everything that a receiver's main() needs, apart from its store and its providers.
#pragma once

#include <callgate/server/server.hpp>
#include <callgate/version.hpp>
