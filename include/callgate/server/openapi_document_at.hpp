// SPDX-License-Identifier: Apache-2.0
// The OpenAPI document with the URL of its server.
#pragma once

#include <callgate/server/openapi.hpp>
#include <callgate/server/public_url.hpp>

#include <string>

namespace callgate {

// Without a URL, the server is where the document came from. (A public_url is of characters that
// JSON takes as they are.)
[[nodiscard]] inline std::string openapi_document_at(const public_url& base) {
  std::string out(openapi_document);
  if (!base.empty())
    out.insert(out.find("\"info\""), "\"servers\": [{\"url\": \"" + base.text() + "\"}],\n ");
  return out;
}

}  // namespace callgate
