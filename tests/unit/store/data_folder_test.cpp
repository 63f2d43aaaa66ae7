// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/data_folder.hpp>

#include <tests/support/store_posts.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace callgate::testing {
namespace {

using store::data_folder;

std::string refusal(const std::string& path) {
  try {
    data_folder folder{path};
  } catch (const startup_error& e) {
    return e.what();
  }
  return "it was taken";
}

// Permissions do not bind root: as somebody else for the while, in a child process.
std::string refusal_as_nobody(const std::string& path) {
  int pipe[2];
  if (::pipe(pipe) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && (::setegid(65534) != 0 || ::seteuid(65534) != 0)) ::_exit(2);
    const std::string text = refusal(path);
    ::_exit(::write(pipe[1], text.data(), text.size()) < 0 ? 3 : 0);
  }
  ::close(pipe[1]);
  char text[1024];
  const ssize_t n = ::read(pipe[0], text, sizeof text);
  ::close(pipe[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0 && n > 0 ? std::string(text, static_cast<std::size_t>(n)) : "the child failed";
}

mode_t mode_of(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 ? about.st_mode & 0777 : 0;
}

TEST(DataFolder, IsMadeForItsOwnerOnly) {
  temporary_folder temporary;
  const std::string path = temporary.path + "/data";
  data_folder folder{path};
  EXPECT_EQ(mode_of(path), 0700u);
  EXPECT_EQ(mode_of(path + "/lock"), 0600u);
  const std::string file = folder.private_file("x.db");
  EXPECT_EQ(file, path + "/x.db");
  EXPECT_EQ(mode_of(file), 0600u);
}

TEST(DataFolder, LeavesAFileThatIsThereAsItIs) {
  temporary_folder temporary;
  std::ofstream{temporary.path + "/x.db"} << "content";
  EXPECT_EQ(::chmod((temporary.path + "/x.db").c_str(), 0640), 0);
  const data_folder folder{temporary.path};
  std::string text;
  std::ifstream{folder.private_file("x.db")} >> text;
  EXPECT_EQ(text, "content");
  EXPECT_EQ(mode_of(temporary.path + "/x.db"), 0640u);
}

TEST(DataFolder, IsHeldByOneOnlyAndLetGo) {
  temporary_folder temporary;
  data_folder first{temporary.path};
  EXPECT_EQ(refusal(temporary.path), "data folder '" + temporary.path + "' is in use by process " +
                                         std::to_string(::getpid()) +
                                         ": stop it or choose another with --data");
  first.release();
  EXPECT_EQ(refusal(temporary.path), "it was taken");
}

TEST(DataFolder, IsNotHeldUntilThatIsAskedForAndFree) {
  temporary_folder temporary;
  data_folder waiting{temporary.path + "/data", data_folder::unheld{}};
  EXPECT_FALSE(waiting.is_held());
  EXPECT_EQ(waiting.holder(), 0);
  {
    const data_folder first{temporary.path + "/data"};
    EXPECT_TRUE(first.is_held());
    EXPECT_FALSE(waiting.try_hold());
    EXPECT_EQ(waiting.holder(), ::getpid());
  }
  EXPECT_TRUE(waiting.try_hold());
  EXPECT_TRUE(waiting.try_hold()) << "it is held already";
  EXPECT_TRUE(waiting.is_held());
  waiting.release();
  EXPECT_FALSE(waiting.is_held());
  EXPECT_FALSE(waiting.try_hold()) << "it was let go for good";
}

TEST(DataFolder, IsSyncedWithItsParent) {
  temporary_folder temporary;
  const data_folder folder{temporary.path + "/data"};
  EXPECT_EQ(folder.sync_parent(), 0);
  EXPECT_EQ(store::sync_folder(folder.path()), 0);
  EXPECT_EQ(store::sync_folder(temporary.path + "/none"), ENOENT);
}

TEST(DataFolder, IsRefusedWhenTheHolderIsUnknown) {
  temporary_folder temporary;
  data_folder first{temporary.path};
  std::ofstream{temporary.path + "/lock", std::ios::trunc};
  EXPECT_EQ(refusal(temporary.path), "data folder '" + temporary.path +
                                         "' is in use by another process: stop it or choose "
                                         "another with --data");
}

TEST(DataFolder, IsRefusedWhenItIsReadOnly) {
  temporary_folder temporary;
  EXPECT_EQ(::chmod(temporary.path.c_str(), 0555), 0);
  EXPECT_EQ(refusal_as_nobody(temporary.path),
            "data folder '" + temporary.path +
                "' cannot be written (Permission denied): change its owner or mode, or choose "
                "another with --data");
}

TEST(DataFolder, IsRefusedWhenItCannotBeMade) {
  temporary_folder temporary;
  EXPECT_EQ(refusal(temporary.path + "/no/such"),
            "data folder '" + temporary.path +
                "/no/such' cannot be created (No such file or directory): create it by hand or "
                "choose another with --data");
  EXPECT_EQ(::chmod(temporary.path.c_str(), 0555), 0);
  EXPECT_NE(
      refusal_as_nobody(temporary.path + "/data").find("cannot be created (Permission denied)"),
      std::string::npos);
}

TEST(DataFolder, IsRefusedWhenItIsAFile) {
  temporary_folder temporary;
  const std::string path = temporary.path + "/file";
  std::ofstream{path} << "x";
  EXPECT_EQ(refusal(path), "data folder '" + path +
                               "' is not a folder (Not a directory): move that file away or choose "
                               "another with --data");
}

TEST(DataFolder, IsRefusedWithoutAName) {
  EXPECT_EQ(refusal(""), "no data folder is given: name one with --data");
}

}  // namespace
}  // namespace callgate::testing
