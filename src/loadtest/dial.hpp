// SPDX-License-Identifier: MIT
#pragma once
// Dial: sockets to the target, and requests one may wait for.

#include <cstdint>
#include <string>

#include "loadtest/target.hpp"

namespace tripos::loadtest {

/// A descriptor that closes itself.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor() { reset(); }

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    void reset();

  private:
    int fd_ = -1;
};

/// Resolved once.
class Dial {
  public:
    explicit Dial(const Address& address);  ///< throws SystemError when the name is not known

    Descriptor start() const;  ///< non-blocking, perhaps still connecting; none: refused at once
    Descriptor wait() const;   ///< connected, or none

  private:
    Descriptor open(int flags) const;

    std::uint32_t ip_ = 0;  // in the order of the network
    std::uint16_t port_ = 0;
};

/// What came back. Status 0: nothing did.
struct Answer {
    int status = 0;
    std::string body;
};

/// What the request says, from its method to its path.
std::string head_of(const char* method, const std::string& path, const std::string& token);

/// One request on a connection of its own, waited for at most a minute. `body`: JSON, or empty.
Answer ask(const Dial& dial, const char* method, const std::string& path, const std::string& token,
           const std::string& body = {});

}  // namespace tripos::loadtest
