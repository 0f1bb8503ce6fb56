// SPDX-License-Identifier: MIT
#include "attempts/confirmation.hpp"

#include "http/json_writer.hpp"

namespace tripos::attempts {

std::string read_confirmation(http::BodyReader& body) {
    const auto* const given = body.find("confirm");
    if (given != nullptr && given->is_int64()) {
        return std::to_string(given->get_int64());
    }
    return body.maybe_text("confirm", {.max_length = 1000}).value_or("");
}

std::optional<Error> unconfirmed(const std::string& confirmation, const exams::Exam& exam,
                                 std::int64_t candidates) {
    const auto number = std::to_string(candidates);
    if (confirmation == exam.title || confirmation == number) {
        return std::nullopt;
    }
    auto error = conflict("confirmation_required",
                          "This concerns many: repeat with `confirm`, the exam's title or the "
                          "number of candidates");
    error.extra.emplace_back("title", http::json_string(exam.title));
    error.extra.emplace_back("candidates", number);
    return error;
}

}  // namespace tripos::attempts
