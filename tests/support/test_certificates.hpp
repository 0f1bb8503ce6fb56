// SPDX-License-Identifier: MIT
#pragma once
// The files of make_certificates.py in a directory of their own. Not thread-safe.

#include <string>

namespace tripos::test {

class TestCertificates {
  public:
    TestCertificates();
    ~TestCertificates();  ///< removes them
    TestCertificates(const TestCertificates&) = delete;
    TestCertificates& operator=(const TestCertificates&) = delete;

    /// "server.pem" and so on; make_certificates.py lists them.
    std::string path(const std::string& file) const { return directory_ + "/" + file; }

  private:
    std::string directory_;
};

}  // namespace tripos::test
