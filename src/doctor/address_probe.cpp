// SPDX-License-Identifier: MIT
#include "doctor/address_probe.hpp"

#include <curl/curl.h>

#include <memory>

#include "core/assert.hpp"
#include "core/error.hpp"
#include "core/text.hpp"

namespace tripos::doctor {

namespace {

/// An answer of /healthz is a few hundred bytes, one of /readyz a few thousand.
constexpr std::size_t kLongestAnswer = 16U << 10;

template <class T>
void set_option(CURL* handle, CURLoption option, T value) {
    TRIPOS_ASSERT(curl_easy_setopt(handle, option, value) == CURLE_OK);
}

std::size_t on_bytes(char* bytes, std::size_t size, std::size_t count, void* body) {
    auto& text = *static_cast<std::string*>(body);
    const auto room = kLongestAnswer - text.size();
    text.append(bytes, std::min(room, size * count));
    return size * count > room ? 0 : size * count;
}

/// "Expire date:Feb 27 10:00:00 2027 GMT" of the first certificate.
std::optional<Timestamp> end_of_certificate(CURL* handle) {
    curl_certinfo* chain = nullptr;
    if (curl_easy_getinfo(handle, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == nullptr ||
        chain->num_of_certs == 0) {
        return std::nullopt;
    }
    constexpr std::string_view label = "Expire date:";
    for (const auto* line = chain->certinfo[0]; line != nullptr; line = line->next) {
        if (const std::string_view text = line->data; text.starts_with(label)) {
            const auto at = curl_getdate(line->data + label.size(), nullptr);
            return at < 0 ? std::nullopt : std::optional(from_millis(std::int64_t{at} * 1'000));
        }
    }
    return std::nullopt;
}

/// The value of a member that is a plain string; empty: there is none. What answers may be
/// anything.
std::string member_of(std::string_view body, const std::string& name) {
    const auto begin = body.find('"' + name + "\":\"");
    if (begin == std::string_view::npos) {
        return {};
    }
    const auto value = body.substr(begin + name.size() + 4);
    return std::string(value.substr(0, value.find('"')));
}

}  // namespace

AddressLook look_at_address(const std::string& url, std::string_view path,
                            std::chrono::milliseconds limit) {
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> owner(curl_easy_init(),
                                                                    &curl_easy_cleanup);
    if (!owner) {
        throw SystemError("doctor", "libcurl gives no handle");
    }
    CURL* const handle = owner.get();
    AddressLook seen;
    seen.url = url;
    std::string body;
    const auto whole = url + std::string(path);
    set_option(handle, CURLOPT_URL, whole.c_str());
    set_option(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    set_option(handle, CURLOPT_PROXY, "");
    set_option(handle, CURLOPT_NOSIGNAL, 1L);
    set_option(handle, CURLOPT_QUICK_EXIT, 1L);  // a name that DNS is slow to resolve
    set_option(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(limit.count()));
    set_option(handle, CURLOPT_CERTINFO, 1L);
    set_option(handle, CURLOPT_WRITEFUNCTION, &on_bytes);
    set_option(handle, CURLOPT_WRITEDATA, &body);
    const CURLcode result = curl_easy_perform(handle);
    seen.is_untrusted = result == CURLE_PEER_FAILED_VERIFICATION;
    // Longer than any answer of ours: what came of it tells that it is another's.
    const bool has_answered = result == CURLE_OK || result == CURLE_WRITE_ERROR;
    seen.problem = has_answered ? "" : curl_easy_strerror(result);
    if (seen.is_untrusted) {  // its date may be why; nothing is asked of it
        set_option(handle, CURLOPT_SSL_VERIFYPEER, 0L);
        set_option(handle, CURLOPT_SSL_VERIFYHOST, 0L);
        set_option(handle, CURLOPT_CONNECT_ONLY, 1L);
        curl_easy_perform(handle);
    }
    seen.certificate_ends = end_of_certificate(handle);
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    seen.status = static_cast<int>(status);
    seen.instance = member_of(body, "instance");
    seen.ignores_proxy = member_of(body, "proxy") == "untrusted";
    return seen;
}

}  // namespace tripos::doctor
