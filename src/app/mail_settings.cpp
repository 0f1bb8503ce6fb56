// SPDX-License-Identifier: MIT
#include "app/mail_settings.hpp"

#include <algorithm>

#include "core/file.hpp"
#include "notices/mail_job.hpp"

namespace tripos::app {

Result<std::unique_ptr<mail::DkimSigner>> read_dkim_keys(const std::vector<std::string>& keys,
                                                         const std::string& mail_from) {
    if (keys.empty()) {
        return std::unique_ptr<mail::DkimSigner>();
    }
    const auto sender = notices::parse_sender(mail_from);
    if (!sender) {
        return sender.error();
    }
    std::vector<mail::DkimKey> read;
    for (const auto& entry : keys) {
        const auto equals = std::min(entry.find('='), entry.size());
        auto pem = read_file(entry.substr(std::min(equals + 1, entry.size())));
        if (!pem) {
            return invalid_field(
                "DKIM_KEYS", "must read selector=path, and the file must be readable: " + entry);
        }
        read.push_back({.selector = entry.substr(0, equals), .pem = Secret(std::move(*pem))});
    }
    return mail::DkimSigner::create(sender->domain, read);
}

Result<std::vector<mail::DevFailure>> read_dev_failures(const std::vector<std::string>& rules) {
    std::vector<mail::DevFailure> failures;
    for (const auto& rule : rules) {
        auto failure = mail::parse_dev_failure(rule);
        if (!failure) {
            return invalid_field("DEV_INBOX_FAILURES", failure.error().message);
        }
        failures.push_back(std::move(*failure));
    }
    return failures;
}

}  // namespace tripos::app
