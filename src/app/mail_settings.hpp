// SPDX-License-Identifier: MIT
#pragma once
// The settings of mail that say more than one value: DKIM_KEYS, DEV_INBOX_FAILURES. Read when the
// settings are checked, so that a bad one stops the start before anything runs.

#include <memory>
#include <string>
#include <vector>

#include "mail/dev_failures.hpp"
#include "mail/dkim.hpp"

namespace tripos::app {

/// "selector=path" each, for MAIL_FROM's domain; nothing to sign with when there are none. Reads
/// the files.
Result<std::unique_ptr<mail::DkimSigner>> read_dkim_keys(const std::vector<std::string>& keys,
                                                         const std::string& mail_from);

/// "rcpt 10% 451 4.3.0 later" each.
Result<std::vector<mail::DevFailure>> read_dev_failures(const std::vector<std::string>& rules);

}  // namespace tripos::app
