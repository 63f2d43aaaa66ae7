// SPDX-License-Identifier: Apache-2.0
// The other one of two sources that include everything.
#include "everything.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

int multi_tu::second() {
  std::string folder =
      (std::filesystem::temp_directory_path() / "callgate-multi-tu-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return 0;
  int served = 0;
  {
    callgate::store::sqlite store({.folder = folder});
    served += serve_once<callgate::schemas::kie::provider>(store);
  }
  {
    callgate::store::memory store;
    served += serve_once<callgate::schemas::tts_error::provider>(store);
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return served;
}
