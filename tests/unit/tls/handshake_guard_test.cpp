// SPDX-License-Identifier: Apache-2.0
#include <callgate/tls/handshake_guard.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>

namespace callgate::testing {
namespace {

using tls::handshake_guard;

std::string number(std::size_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}
std::string record(int type, const std::string& content) {
  return static_cast<char>(type) + std::string("\x03\x03") + number(content.size(), 2) + content;
}
std::string message(std::size_t declared, std::size_t there) {
  return "\x01" + number(declared, 3) + std::string(there, 'x');
}
constexpr int change_cipher_spec = 20;
constexpr int handshake = 22;
constexpr int application_data = 23;

// In pieces of so many bytes.
bool takes(const std::string& bytes, std::size_t piece, bool is_tls_1_2 = false) {
  handshake_guard guard;
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    if (!guard.take(bytes.data() + at, std::min(piece, bytes.size() - at), is_tls_1_2))
      return false;
  return true;
}
void expect(bool is_taken, const std::string& bytes, bool is_tls_1_2 = false) {
  for (std::size_t piece = 1; piece <= std::min<std::size_t>(bytes.size(), 40); ++piece)
    EXPECT_EQ(takes(bytes, piece, is_tls_1_2), is_taken) << piece;
  EXPECT_EQ(takes(bytes, bytes.size(), is_tls_1_2), is_taken);
}

constexpr std::size_t limit = handshake_guard::max_message_bytes;

TEST(HandshakeGuard, TakesMessagesUpToTheLimit) {
  expect(true, record(handshake, message(limit, 100)));
  expect(false, record(handshake, message(limit + 1, 100)));
  expect(false, record(handshake, message(0xffffff, 0)));
}

TEST(HandshakeGuard, FindsALengthWhereverItStands) {
  const std::string huge = message(limit + 1, 10);
  expect(false, record(handshake, message(300, 300) + huge));                     // behind another
  expect(false, record(handshake, message(300, 300)) + record(handshake, huge));  // its own record
  expect(false, record(handshake, message(300, 200)) +
                    record(handshake, std::string(100, 'x') + huge));  // the first goes on
  for (std::size_t at = 1; at < 4; ++at)                               // the header is split
    expect(false, record(handshake, huge.substr(0, at)) + record(handshake, huge.substr(at)));
  expect(false, record(handshake, "") + record(handshake, huge));  // behind an empty record
  expect(false, record(handshake, message(0, 0) + huge));          // behind an empty message
}

TEST(HandshakeGuard, LeavesOtherRecordsAlone) {
  const std::string huge = message(limit + 1, 10);
  expect(true, record(application_data, huge));
  expect(true, record(handshake, message(20, 20)) + record(application_data, huge));
  // A message that goes on after it.
  expect(true, record(handshake, message(20, 10)) + record(application_data, huge) +
                   record(handshake, std::string(10, '\xff') + message(5, 5)));
}

TEST(HandshakeGuard, TakesWhatIsEncryptedInTls12) {
  const std::string end = record(change_cipher_spec, "\x01") +
                          record(handshake, std::string(40, '\xff'));  // the client's Finished
  expect(true, end, true);
  expect(false, end, false);  // TLS 1.3 has it between two hellos
}

}  // namespace
}  // namespace callgate::testing
