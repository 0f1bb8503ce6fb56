// SPDX-License-Identifier: MIT
#pragma once
// What a rediss:// address says about TLS. The server's certificate is verified - chain, dates and
// name - unless the address itself says otherwise.

#include <string>

#include "core/result.hpp"

namespace tripos::redis {

/// The files are PEM, and read at each connect: a renewed certificate needs no restart.
struct TlsOptions {
    std::string ca_file;           ///< authorities to trust; empty: the system's
    std::string certificate_file;  ///< our own, for servers that ask; empty: none
    std::string key_file;          ///< of our certificate
    std::string server_name;       ///< asked for (SNI) and verified; empty: the host
    bool verify = true;            ///< off: encrypted, but with whom nobody knows
};

/// Whether the files can be used; an invalid_field("url", ...) names the one that cannot.
Result<> check_tls_files(const TlsOptions& options);

}  // namespace tripos::redis
