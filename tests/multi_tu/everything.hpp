// SPDX-License-Identifier: Apache-2.0
// Whatever a user can include, in one place: two sources of one program include all of it.
#pragma once

#include <callgate/callgate.hpp>
#include <callgate/config.hpp>
#include <callgate/fwd.hpp>
#include <callgate/json/find.hpp>
#include <callgate/json/parse.hpp>
#include <callgate/json/pointer_text.hpp>
#include <callgate/json/raw_value.hpp>
#include <callgate/json/string_writer.hpp>
#include <callgate/json/validate.hpp>
#include <callgate/json/writer.hpp>
#include <callgate/pipeline/explain.hpp>
#include <callgate/pipeline/records.hpp>
#include <callgate/schemas/job_worker.examples.hpp>
#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/kie.examples.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.examples.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/schemas/tts_error.examples.hpp>
#include <callgate/schemas/tts_error.hpp>
#include <callgate/store/memory.hpp>
#include <callgate/store/sqlite.hpp>
#include <callgate/tls/session.hpp>
#include <callgate/version.hpp>

namespace multi_tu {

// Uses what it can of one provider: what is not used is not linked, and would not be missed.
template <class Provider, class Store>
int serve_once(Store& store) {
  callgate::options how;
  how.port = 0;
  how.threads = 1;
  callgate::server server(how, store,
                          callgate::mount<Provider>([](const callgate::event<Provider>&) {}));
  server.start();
  const int served = server.port() != 0 ? 1 : 0;
  server.stop();
  return served;
}

int second();

}  // namespace multi_tu
