// SPDX-License-Identifier: MIT
#include "support/test_certificates.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace tripos::test {

TestCertificates::TestCertificates()
    : directory_((std::filesystem::temp_directory_path() / "tripos-tls-XXXXXX").string()) {
    const auto script = std::filesystem::path(__FILE__).replace_filename("make_certificates.py");
    if (mkdtemp(directory_.data()) == nullptr ||
        std::system(("/usr/bin/python3 " + script.string() + " " + directory_).c_str()) != 0) {
        throw std::runtime_error("cannot make certificates; is openssl installed?");
    }
}

TestCertificates::~TestCertificates() {
    std::error_code ignored;  // a leftover in the temporary directory harms nobody
    std::filesystem::remove_all(directory_, ignored);
}

}  // namespace tripos::test
