// SPDX-License-Identifier: MIT
#pragma once
// MailSink: an SMTP relay on loopback that takes everything at once, and remembers who got what
// when. One thread of its own.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tripos::loadtest {

struct ArrivedMail {
    std::string to;
    std::string subject;
    std::int64_t at = 0;  ///< milliseconds since 1970, when it was accepted
};

/// Thread-safe. It listens from its construction on; throws SystemError when it cannot.
class MailSink {
  public:
    MailSink();
    ~MailSink();
    MailSink(const MailSink&) = delete;
    MailSink& operator=(const MailSink&) = delete;

    std::uint16_t port() const;
    std::size_t count() const;
    std::vector<ArrivedMail> arrived() const;

  private:
    class Listener;
    std::unique_ptr<Listener> listener_;
};

}  // namespace tripos::loadtest
