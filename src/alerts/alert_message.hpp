// SPDX-License-Identifier: MIT
#pragma once
// The words of a message: JSON as Alertmanager sends it to webhooks, with a text for chats, and the
// same text for a mail. Pure functions.

#include <string>

#include "alerts/announcer.hpp"

namespace tripos::alerts {

/// What is told at once.
struct AlertMessage {
    std::string subject;  ///< one line
    std::string text;     ///< every alert with its cure
    std::string json;     ///< version 4 of Alertmanager's webhooks, and a member `text`
};

/// `site`: PUBLIC_URL. Requires: there are notes, of rules that exist.
AlertMessage write_message(const Notes& notes, const std::string& site, Timestamp now);

/// The first 16 digits of a digest of the rule and the labels.
std::string fingerprint(const AlertKey& key);

}  // namespace tripos::alerts
