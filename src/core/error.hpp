// SPDX-License-Identifier: MIT
#pragma once
// The two kinds of failure that are not bugs.
//
// Error is an expected outcome that the caller branches on (not found, invalid, conflict): it
// travels in Result<T>. SystemError is a failure of the machinery (connection reset, disk full,
// time-out): it is thrown and caught only at the few edges named in ARCHITECTURE.md. Both are plain
// values without global state. Thread-safe.

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tripos {

/// What kind of expected failure it is; http/ maps each kind to one status.
enum class ErrorKind {
    invalid,       ///< the input breaks a rule: 400
    unauthorized,  ///< not logged in, or the token is no good: 401
    forbidden,     ///< known, but not allowed: 403
    not_found,     ///< no such thing, or not visible to the caller: 404
    conflict,      ///< collides with what exists: 409
    rate_limited,  ///< too many tries: 429, with retry_after
    unavailable,   ///< overloaded or a dependency is down: 503, with retry_after
};

/// One field of the input and what to do about it.
struct FieldError {
    std::string field;    ///< as the input names it
    std::string message;  ///< what is wrong and what to do
};

/// An expected failure. `message` is shown to people; `code` is stable and for programs.
struct Error {
    ErrorKind kind = ErrorKind::invalid;  ///< decides the status of an answer
    std::string code;                     ///< snake_case, for example "email_taken"
    std::string message;                  ///< one sentence that says the cure where there is one
    std::vector<FieldError> fields = {};  ///< per-field problems of a validation
    std::optional<std::chrono::seconds> retry_after = {};  ///< for those who may try again
    /// Further members of the answer's body: name, and its value as JSON text.
    std::vector<std::pair<std::string, std::string>> extra = {};
};

Error invalid(std::string code, std::string message);
/// A validation error of one field; the message doubles as the overall one.
Error invalid_field(std::string field, std::string message);
/// A validation error of several fields; the overall message is the first field's. Requires: not
/// empty.
Error invalid_fields(std::vector<FieldError> fields);
Error unauthorized(std::string message);
Error forbidden(std::string code, std::string message);
Error not_found(std::string message);
Error conflict(std::string code, std::string message);
Error rate_limited(std::string message, std::chrono::seconds retry_after);
Error unavailable(std::string message, std::chrono::seconds retry_after);

/// A failure of the machinery. what() reads "<operation>: <detail>".
class SystemError : public std::runtime_error {
  public:
    /// What was being done, and what went wrong.
    SystemError(std::string operation, const std::string& detail);
    const std::string& operation() const { return operation_; }  ///< what was being done

  private:
    std::string operation_;
};

/// The machinery refuses work to protect itself (queue full, waited too long). The HTTP edge
/// answers 503.
class Overloaded : public SystemError {
  public:
    /// When to try again.
    Overloaded(std::string operation, const std::string& detail, std::chrono::seconds retry_after);
    std::chrono::seconds retry_after() const { return retry_after_; }  ///< when to try again

  private:
    std::chrono::seconds retry_after_;
};

/// What the work needs is away: an outage, not too much work. The HTTP edge says what it is.
class Away : public Overloaded {
  public:
    /// `subject`: "Redis", "The database".
    Away(std::string subject, std::string operation, const std::string& detail,
         std::chrono::seconds retry_after);
    const std::string& subject() const { return subject_; }  ///< what is away

  private:
    std::string subject_;
};

}  // namespace tripos
