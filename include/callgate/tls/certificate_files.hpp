// SPDX-License-Identifier: Apache-2.0
// Where a server's certificate and its key are.
#pragma once

#include <string>

namespace callgate::tls {

// Both in PEM form, as Let's Encrypt and most authorities give them.
struct certificate_files {
  std::string certificate_chain;  // the server's own certificate first, then those that signed it
  std::string private_key;        // without a pass phrase
};

}  // namespace callgate::tls
