// SPDX-License-Identifier: MIT
#include "alerts/web_call.hpp"

#include <curl/curl.h>

#include <memory>

#include "core/assert.hpp"

namespace tripos::alerts {

namespace {

constexpr long kLimitMillis = 5'000;

template <class T>
void set(CURL* handle, CURLoption option, T value) {
    TRIPOS_ASSERT(curl_easy_setopt(handle, option, value) == CURLE_OK);
}

std::size_t drop(char*, std::size_t size, std::size_t count, void*) {
    return size * count;
}

/// Not 0 ends the transfer; asked at least once a second.
int on_progress(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const std::atomic<bool>*>(stop)->load() ? 1 : 0;
}

}  // namespace

std::string call(const WebCall& what, const std::atomic<bool>& stop) {
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> owner(curl_easy_init(),
                                                                    &curl_easy_cleanup);
    if (!owner) {
        return "libcurl gives no handle";
    }
    CURL* const handle = owner.get();
    std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(nullptr,
                                                                        &curl_slist_free_all);
    for (const auto& [name, value] : what.headers) {
        headers.reset(curl_slist_append(headers.release(), (name + ": " + value).c_str()));
    }
    if (!what.body.empty()) {
        headers.reset(curl_slist_append(headers.release(), "Content-Type: application/json"));
        set(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(what.body.size()));
        set(handle, CURLOPT_POSTFIELDS, what.body.c_str());
    }
    set(handle, CURLOPT_HTTPHEADER, headers.get());
    set(handle, CURLOPT_URL, what.url.reveal().c_str());
    set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    set(handle, CURLOPT_PROXY, "");
    set(handle, CURLOPT_NOSIGNAL, 1L);
    // A look-up of the name that nobody answers would hold up the end.
    set(handle, CURLOPT_QUICK_EXIT, 1L);
    set(handle, CURLOPT_TIMEOUT_MS, kLimitMillis);
    set(handle, CURLOPT_USERAGENT, "tripos");
    set(handle, CURLOPT_WRITEFUNCTION, &drop);
    set(handle, CURLOPT_NOPROGRESS, 0L);
    set(handle, CURLOPT_XFERINFOFUNCTION, &on_progress);
    set(handle, CURLOPT_XFERINFODATA, &stop);
    const auto result = curl_easy_perform(handle);
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    if (result != CURLE_OK) {
        return curl_easy_strerror(result);
    }
    return status / 100 == 2 ? "" : "it answered with " + std::to_string(status);
}

}  // namespace tripos::alerts
