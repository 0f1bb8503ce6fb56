// SPDX-License-Identifier: MIT
#pragma once
// A server-side Lua script, called by its SHA1 and loaded again when the server has forgotten it.

#include <string>

namespace tripos::redis {

/// Immutable after construction; thread-safe.
class Script {
  public:
    Script(std::string name, std::string source);  ///< computes the hash

    const std::string& name() const { return name_; }      ///< for logs and errors
    const std::string& source() const { return source_; }  ///< Lua
    const std::string& sha1() const { return sha1_; }      ///< in hex, as EVALSHA takes it

  private:
    std::string name_;
    std::string source_;
    std::string sha1_;
};

}  // namespace tripos::redis
