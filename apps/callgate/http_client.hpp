// SPDX-License-Identifier: Apache-2.0
// Sends one request and waits for its answer.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

struct http_answer {
  long status = 0;
  std::string body;
};

// One connection, kept alive. Threads: one at a time.
class http_client {
 public:
  http_client() : handle_(curl_easy_init(), &curl_easy_cleanup) {}

  // Errors: runtime_error when no answer came.
  http_answer send(const std::string& method, const std::string& url,
                   const std::vector<std::string>& fields, std::string_view body) {
    http_answer out;
    CURL* const h = handle_.get();
    curl_easy_reset(h);
    curl_easy_setopt(h, CURLOPT_URL, url.c_str());
    curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, method.c_str());
    curl_easy_setopt(h, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, timeout_ms);
    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    if (method != "GET") {
      curl_easy_setopt(h, CURLOPT_POSTFIELDS, body.data());
      curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    }
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, &http_client::take);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, &out.body);
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> list(make_list(fields),
                                                                           &curl_slist_free_all);
    curl_easy_setopt(h, CURLOPT_HTTPHEADER, list.get());
    if (const CURLcode code = curl_easy_perform(h); code != CURLE_OK)
      throw std::runtime_error(url + ": " + curl_easy_strerror(code) +
                               ": is the receiver running there? (--url)");
    curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &out.status);
    return out;
  }

  [[nodiscard]] std::string escape(std::string_view text) const {
    const std::unique_ptr<char, decltype(&curl_free)> escaped(
        curl_easy_escape(handle_.get(), text.data(), static_cast<int>(text.size())), &curl_free);
    return escaped.get();
  }

 private:
  static constexpr long timeout_ms = 20'000;

  static std::size_t take(char* bytes, std::size_t size, std::size_t count, void* out) {
    static_cast<std::string*>(out)->append(bytes, size * count);
    return size * count;
  }

  static curl_slist* make_list(const std::vector<std::string>& fields) {
    curl_slist* list =
        curl_slist_append(nullptr, "Expect:");  // a callback's body is small: no waiting for 100
    for (const std::string& field : fields) list = curl_slist_append(list, field.c_str());
    return list;
  }

  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_;
};
