// SPDX-License-Identifier: MIT
#pragma once
// Secret: text that must not reach a log, an error body or a listing. It has no stream operator and
// no implicit conversion; reveal() marks each place that uses the clear text.

#include <string>
#include <string_view>
#include <utility>

namespace tripos {

/// Text that is shown only where reveal() stands.
class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}  ///< from then on it is secret

    const std::string& reveal() const { return text_; }  ///< the clear text
    bool empty() const { return text_.empty(); }         ///< there is none

  private:
    std::string text_;
};

/// Compares in a time that does not tell where the texts differ. Thread-safe.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace tripos
