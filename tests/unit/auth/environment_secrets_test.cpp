// SPDX-License-Identifier: Apache-2.0
// Secrets from the environment and from files.
#include <callgate/auth/environment_secrets.hpp>

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include <unistd.h>

namespace callgate::auth {
namespace {

constexpr const char* name = "CALLGATE_TEST_SECRET";
constexpr const char* file_name = "CALLGATE_TEST_SECRET_FILE";

class EnvironmentSecrets : public testing::Test {
 protected:
  EnvironmentSecrets() { clear(); }
  ~EnvironmentSecrets() override {
    clear();
    std::remove(path_.c_str());
  }

  // A file with this content, named by the _FILE variable.
  void point_to_file(std::string_view content) {
    std::FILE* file = std::fopen(path_.c_str(), "wb");
    ASSERT_NE(file, nullptr);
    std::fwrite(content.data(), 1, content.size(), file);
    std::fclose(file);
    setenv(file_name, path_.c_str(), 1);
  }

  static std::string failure_text() {
    try {
      (void)environment_secrets{}(name);
    } catch (const startup_error& error) {
      return error.what();
    }
    return "no startup_error";
  }

  static std::optional<std::string> read() { return environment_secrets{}(name); }

  static void clear() {
    unsetenv(name);
    unsetenv(file_name);
  }

  std::string path_ = testing::TempDir() + "callgate_secret_" + std::to_string(getpid());
};

TEST_F(EnvironmentSecrets, AreAbsentWithoutAVariable) {
  EXPECT_EQ(read(), std::nullopt);
}

TEST_F(EnvironmentSecrets, ComeFromTheVariableAsTheyAre) {
  setenv(name, " a secret with blanks ", 1);
  EXPECT_EQ(read(), " a secret with blanks ");
}

TEST_F(EnvironmentSecrets, AreAbsentWhenTheVariableIsEmpty) {
  setenv(name, "", 1);
  EXPECT_EQ(read(), std::nullopt);
  setenv(file_name, "", 1);
  EXPECT_EQ(read(), std::nullopt);
}

TEST_F(EnvironmentSecrets, ComeFromAFilesFirstLine) {
  point_to_file("secret");
  EXPECT_EQ(read(), "secret");
  point_to_file("secret\n");
  EXPECT_EQ(read(), "secret") << "a final newline is the editor's";
  point_to_file("secret\r\n");
  EXPECT_EQ(read(), "secret");
  point_to_file("secret\nand a comment\n");
  EXPECT_EQ(read(), "secret");
}

TEST_F(EnvironmentSecrets, PreferTheVariableToTheFile) {
  point_to_file("from the file");
  setenv(name, "from the variable", 1);
  EXPECT_EQ(read(), "from the variable");
}

TEST_F(EnvironmentSecrets, RefuseAFileThatIsNotThere) {
  setenv(file_name, "/nowhere/secret", 1);
  EXPECT_EQ(failure_text(),
            "CALLGATE_TEST_SECRET_FILE names '/nowhere/secret', which cannot be read or is empty: "
            "check the path and "
            "its mode");
}

TEST_F(EnvironmentSecrets, RefuseAFolder) {
  setenv(file_name, testing::TempDir().c_str(), 1);
  EXPECT_NE(failure_text(), "no startup_error");
}

// An empty secret would count as "not configured", and some schemas then let everything pass.
TEST_F(EnvironmentSecrets, RefuseAFileWithoutASecretInIt) {
  point_to_file("");
  EXPECT_NE(failure_text(), "no startup_error");
  point_to_file("\nsecret\n");
  EXPECT_NE(failure_text(), "no startup_error");
}

TEST_F(EnvironmentSecrets, RefuseAFileThatIsTooLongInsteadOfCuttingIt) {
  point_to_file(std::string(environment_secrets::max_secret_bytes, 's') + "\n");
  EXPECT_EQ(read(), std::string(environment_secrets::max_secret_bytes, 's'));
  point_to_file(std::string(environment_secrets::max_secret_bytes + 1, 's'));
  EXPECT_EQ(failure_text(),
            "CALLGATE_TEST_SECRET_FILE names '" + path_ +
                "', whose first line is longer than 4096 bytes: is it the right file?");
}

// --- the one before

TEST_F(EnvironmentSecrets, HaveNoneBeforeUnlessOneIsNamed) {
  setenv(name, "new", 1);
  EXPECT_EQ(environment_secrets{}.previous(name), std::nullopt);
  setenv((std::string(name) + "_PREVIOUS").c_str(), "old", 1);
  EXPECT_EQ(environment_secrets{}.previous(name), "old");
  unsetenv((std::string(name) + "_PREVIOUS").c_str());
}

TEST_F(EnvironmentSecrets, HaveOneBeforeAsLongAsItsFileHoldsIt) {
  const std::string variable = std::string(name) + "_PREVIOUS_FILE";
  point_to_file("old\n");
  setenv(variable.c_str(), path_.c_str(), 1);
  EXPECT_EQ(environment_secrets{}.previous(name), "old");
  point_to_file("");
  EXPECT_EQ(environment_secrets{}.previous(name), std::nullopt);
  std::remove(path_.c_str());
  EXPECT_EQ(environment_secrets{}.previous(name), std::nullopt);
  point_to_file(std::string(environment_secrets::max_secret_bytes + 1, 's'));
  EXPECT_THROW((void)environment_secrets{}.previous(name), startup_error);
  unsetenv(variable.c_str());
}

}  // namespace
}  // namespace callgate::auth
