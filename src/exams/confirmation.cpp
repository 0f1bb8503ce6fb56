// SPDX-License-Identifier: MIT
#include "exams/confirmation.hpp"

#include "http/json_writer.hpp"

namespace tripos::exams {

std::optional<std::string> read_confirmation(http::BodyReader& body) {
    return body.maybe_text("confirm", {.min_length = 0});
}

std::optional<Error> unless_confirmed(const std::optional<std::string>& confirmation,
                                      const Exam& exam, std::optional<std::int64_t> candidates) {
    const auto number = candidates ? std::to_string(*candidates) : std::string();
    if (confirmation == exam.title || (candidates && confirmation == number)) {
        return std::nullopt;
    }
    std::string wanted = "its title, \"" + exam.title + '"';
    if (candidates) {
        wanted += ", or the number of candidates this touches, " + number;
    }
    auto error =
        conflict("not_confirmed", "Look at which exam it is, and repeat with `confirm`: " + wanted);
    error.extra.emplace_back("examTitle", http::json_string(exam.title));
    if (candidates) {
        error.extra.emplace_back("candidates", number);
    }
    return error;
}

http::Members confirmation_wanted() {
    return {{"examTitle?", http::schema::text()}, {"candidates?", http::schema::integer()}};
}

}  // namespace tripos::exams
