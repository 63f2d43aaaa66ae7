// SPDX-License-Identifier: Apache-2.0
// Names without their definitions.
#pragma once

namespace callgate {

class arena;
struct stage;
struct route;
struct answer;
struct code;

template <class T>
struct reflect;

}  // namespace callgate
