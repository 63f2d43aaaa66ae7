// SPDX-License-Identifier: Apache-2.0
// The callgate program: what the command line says, done.
#include "explain.hpp"
#include "send.hpp"
#include "serve.hpp"
#include "serve_flags.hpp"
#include "sign.hpp"
#include "verify.hpp"

#include <callgate/core/startup_error.hpp>
#include <callgate/version.hpp>

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

namespace {

constexpr int usage_error = 2;  // also for whatever keeps the program from starting

void add_serve(CLI::App& app, serve_options& how) {
  CLI::App& serve = *app.add_subcommand("serve", "Receive callbacks of all bundled providers");
  serve.add_option("--listen", how.server.listen, "IP address to listen on")
      ->envname("CALLGATE_LISTEN")
      ->capture_default_str();
  serve.add_option("--port", how.server.port, "TCP port; 0 takes a free one")
      ->envname("CALLGATE_PORT")
      ->capture_default_str();
  serve.add_option("--data", how.data, "Folder of the database")
      ->envname("CALLGATE_DATA")
      ->capture_default_str();
  serve.add_option("--store", how.store, "sqlite, or memory to keep nothing")
      ->envname("CALLGATE_STORE")
      ->check(CLI::IsMember({"sqlite", "memory"}))
      ->capture_default_str();
  serve.add_option("--threads", how.server.threads, "I/O threads; 0 takes one per core")
      ->envname("CALLGATE_THREADS")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  serve
      .add_option("--disk-floor", how.disk_floor_bytes,
                  "Free bytes on the disk below which callbacks are refused; 0: none")
      ->envname("CALLGATE_DISK_FLOOR")
      ->capture_default_str();
  CLI::Option* standby = serve.add_flag(
      "--standby", how.standby,
      "Share port and folder with a running receiver: keep callbacks in a spool, take over when "
      "it ends");
  serve.add_flag("--reuse-port", how.reuse_port,
                 "Share the port with a running receiver, for a rolling restart; with sqlite the "
                 "folder, too, as --standby does");
  add_server_flags(serve, how.server);
  CLI::Option* samples = serve.add_flag(
      "--samples", how.samples,
      "Send every example to itself, on 127.0.0.1, in a temporary folder, with fresh "
      "secrets; --listen, --data and --store do not apply");
  samples->excludes(standby);
  serve.add_flag("--once", how.once, "End after the samples; exit 0 if all were as expected")
      ->needs(samples);
}

void add_send(CLI::App& app, send_options& how) {
  CLI::App& send = *app.add_subcommand("send", "Sign an example of a schema and send it");
  send.add_option("provider", how.provider, "Provider's name")->required();
  send.add_option("example", how.example, "Example's name; without it, the names are listed");
  send.add_option("--url", how.url, "Receiver's address")
      ->envname("CALLGATE_URL")
      ->capture_default_str();
}

// What sign, verify and explain are asked about.
void add_body(CLI::App& command, callback_input& what) {
  command.add_option("provider", what.provider, "Provider's name")->required();
  command.add_option("body", what.file, "File with the body; - or nothing reads standard input");
}

void add_callback(CLI::App& command, callback_input& what) {
  add_body(command, what);
  command.add_option("--secret-env", what.secret_env,
                     "Environment variable of the secret (NAME_FILE names a file), instead of the "
                     "schema's");
}

void add_sign(CLI::App& app, sign_options& how) {
  CLI::App& sign = *app.add_subcommand("sign", "Print the header fields a body must come with");
  add_callback(sign, how.callback);
  sign.add_flag("--curl", how.curl, "Print a curl command that sends it");
  sign.add_option("--url", how.url, "Receiver's address, for --curl")
      ->envname("CALLGATE_URL")
      ->capture_default_str();
}

void add_verify(CLI::App& app, verify_options& how) {
  CLI::App& verify = *app.add_subcommand(
      "verify", "Say whether the receiver would believe a callback; exit 0 if it is verified");
  add_callback(verify, how.callback);
  verify.add_option("--header", how.fields, "A header field that came, 'Name: value'; repeatable")
      ->allow_extra_args(false);
  verify.add_option("--query", how.query, "The query that came, without '?'");
}

void add_explain(CLI::App& app, callback_input& what) {
  CLI::App& explain = *app.add_subcommand(
      "explain", "Say everything that a schema finds wrong with a body; exit 0 if nothing");
  add_body(explain, what);
}

// One line that names the cause and the remedy.
int fail(const std::string& what) {
  std::fprintf(stderr, "callgate: %s\n", what.c_str());
  return usage_error;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed log must not end the receiver
  serve_options serving;
  send_options sending;
  sign_options signing;
  verify_options verifying;
  callback_input explaining;
  CLI::App app("Receives callbacks: verified, validated, de-duplicated, stored and answered",
               "callgate");
  app.set_version_flag("--version", std::string(callgate::version));
  app.require_subcommand(1);
  add_serve(app, serving);
  add_send(app, sending);
  add_sign(app, signing);
  add_verify(app, verifying);
  add_explain(app, explaining);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    return fail(std::string(error.what()) + ": see callgate --help");
  }
  try {
    if (const char* token = std::getenv("CALLGATE_API_TOKEN"); token != nullptr)
      serving.server.api_token = sending.api_token = token;
    if (app.got_subcommand("sign")) return sign(signing);
    if (app.got_subcommand("verify")) return verify(verifying);
    if (app.got_subcommand("explain")) return explain(explaining);
    return app.got_subcommand("serve") ? serve(serving) : send(sending);
  } catch (const std::exception& error) {
    return fail(error.what());
  }
}
