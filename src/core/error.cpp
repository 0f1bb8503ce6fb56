// SPDX-License-Identifier: MIT
#include "core/error.hpp"

#include "core/assert.hpp"

namespace tripos {

namespace {

Error make(ErrorKind kind, std::string code, std::string message) {
    return Error{.kind = kind, .code = std::move(code), .message = std::move(message)};
}

}  // namespace

Error invalid(std::string code, std::string message) {
    return make(ErrorKind::invalid, std::move(code), std::move(message));
}

Error invalid_field(std::string field, std::string message) {
    return invalid_fields({FieldError{.field = std::move(field), .message = std::move(message)}});
}

Error invalid_fields(std::vector<FieldError> fields) {
    TRIPOS_ASSERT(!fields.empty());
    auto error = make(ErrorKind::invalid, "validation_failed", fields.front().message);
    error.fields = std::move(fields);
    return error;
}

Error unauthorized(std::string message) {
    return make(ErrorKind::unauthorized, "unauthorized", std::move(message));
}

Error forbidden(std::string code, std::string message) {
    return make(ErrorKind::forbidden, std::move(code), std::move(message));
}

Error not_found(std::string message) {
    return make(ErrorKind::not_found, "not_found", std::move(message));
}

Error conflict(std::string code, std::string message) {
    return make(ErrorKind::conflict, std::move(code), std::move(message));
}

Error rate_limited(std::string message, std::chrono::seconds retry_after) {
    auto error = make(ErrorKind::rate_limited, "rate_limited", std::move(message));
    error.retry_after = retry_after;
    return error;
}

Error unavailable(std::string message, std::chrono::seconds retry_after) {
    auto error = make(ErrorKind::unavailable, "unavailable", std::move(message));
    error.retry_after = retry_after;
    return error;
}

SystemError::SystemError(std::string operation, const std::string& detail)
    : std::runtime_error(operation + ": " + detail), operation_(std::move(operation)) {}

Overloaded::Overloaded(std::string operation, const std::string& detail,
                       std::chrono::seconds retry_after)
    : SystemError(std::move(operation), detail), retry_after_(retry_after) {}

Away::Away(std::string subject, std::string operation, const std::string& detail,
           std::chrono::seconds retry_after)
    : Overloaded(std::move(operation), detail, retry_after), subject_(std::move(subject)) {}

}  // namespace tripos
