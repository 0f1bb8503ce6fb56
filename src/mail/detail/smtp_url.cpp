// SPDX-License-Identifier: MIT
#include "mail/detail/smtp_url.hpp"

#include <curl/curl.h>

#include <boost/asio/ip/address_v4.hpp>
#include <memory>

#include "core/text.hpp"

namespace tripos::mail::detail {

namespace asio = boost::asio;

namespace {

using Url = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, flags) != CURLUE_OK) {
        return {};
    }
    std::string copy = text;
    curl_free(text);
    return copy;
}

Error refused(const std::string& setting, const char* why) {
    return invalid_field(setting, setting + " " + why +
                                      "; it must look like "
                                      "smtp://user:password@relay.example.org:587");
}

}  // namespace

bool SmtpUrl::is_loopback() const {
    boost::system::error_code not_an_address;
    const auto address = asio::ip::make_address_v4(host, not_an_address);
    return host == "localhost" || host == "[::1]" || (!not_an_address && address.is_loopback());
}

std::string SmtpUrl::display() const {
    return (is_tls ? "smtps://" : "smtp://") + host + ":" + std::to_string(port);
}

Result<SmtpUrl> parse_smtp_url(const std::string& setting, const Secret& text) {
    const std::string& clear = text.reveal();
    if (has_control_characters(clear) || clear.find(' ') != std::string::npos) {
        return refused(setting, "holds a space or a control character");
    }
    const Url url(curl_url(), &curl_url_cleanup);
    if (!url || curl_url_set(url.get(), CURLUPART_URL, clear.c_str(), 0) != CURLUE_OK) {
        return refused(
            setting,
            "is not a URL (special characters in user and password are written as %40 and the "
            "like)");
    }
    const std::string scheme = part_of(url.get(), CURLUPART_SCHEME);
    if (scheme != "smtp" && scheme != "smtps") {
        return refused(setting, "must begin with smtp:// or smtps://");
    }
    const std::string path = part_of(url.get(), CURLUPART_PATH);
    if (path.size() > 1 || !part_of(url.get(), CURLUPART_QUERY).empty() ||
        !part_of(url.get(), CURLUPART_FRAGMENT).empty() ||
        !part_of(url.get(), CURLUPART_OPTIONS).empty()) {
        return refused(setting, "must end after host and port");
    }
    SmtpUrl parsed;
    parsed.is_tls = scheme == "smtps";
    parsed.host = to_lower(part_of(url.get(), CURLUPART_HOST));
    parsed.user = part_of(url.get(), CURLUPART_USER, CURLU_URLDECODE);
    parsed.password = Secret(part_of(url.get(), CURLUPART_PASSWORD, CURLU_URLDECODE));
    if (parsed.user.empty() != parsed.password.empty()) {
        return refused(setting, "needs both user and password, or neither");
    }
    if (has_control_characters(parsed.user) || has_control_characters(parsed.password.reveal())) {
        return refused(setting, "holds a control character");
    }
    const auto port = parse_int(part_of(url.get(), CURLUPART_PORT));
    parsed.port = static_cast<std::uint16_t>(port.value_or(parsed.is_tls ? 465 : 587));
    if (parsed.port == 0) {
        return refused(setting, "has port 0");
    }
    return parsed;
}

}  // namespace tripos::mail::detail
