// SPDX-License-Identifier: MIT
#include "http/operation.hpp"

namespace tripos::http {

Operation::Operation(std::string tag_name, std::string summary_line)
    : tag(std::move(tag_name)), summary(std::move(summary_line)) {}

Operation& Operation::details(std::string text) {
    description = std::move(text);
    return *this;
}

Operation& Operation::asks(std::string name, Schema schema, std::string text) {
    query.push_back(QueryParameter{std::move(name), std::move(schema), std::move(text)});
    return *this;
}

Operation& Operation::paged() {
    asks("page", schema::integer().with("minimum", 1), "Which page, from 1");
    return asks("limit", schema::integer().with("minimum", 1).with("maximum", 100),
                "Entries per page");
}

Operation& Operation::takes(const Members& members) {
    return takes(schema::object(members));
}

Operation& Operation::takes(Schema shape) {
    body = std::move(shape);
    return *this;
}

Operation& Operation::may_take(const Members& members) {
    needs_body = false;
    return takes(members);
}

Operation& Operation::answers(int status, std::string text, Members members) {
    members.insert(members.begin(), {{"success", schema::always(true)},
                                     {"message", schema::text().says("For people")}});
    all_answers.push_back(
        Answer{.status = status, .text = std::move(text), .body = schema::object(members)});
    return *this;
}

Operation& Operation::sends(int status, std::string media_type, std::string text, Schema shape) {
    all_answers.push_back(Answer{.status = status,
                                 .text = std::move(text),
                                 .media_type = std::move(media_type),
                                 .body = std::move(shape)});
    return *this;
}

Operation& Operation::refuses(int status, std::vector<std::string> codes, Members members) {
    refusals.push_back(Refusal{status, std::move(codes), std::move(members)});
    return *this;
}

Operation& Operation::limited(std::vector<RateLimit> all) {
    limits = std::move(all);
    return refuses(429, {"rate_limited"});
}

Operation& Operation::unlimited(std::string why) {
    why_unlimited = std::move(why);
    return *this;
}

}  // namespace tripos::http
