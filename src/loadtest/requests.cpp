// SPDX-License-Identifier: MIT
#include "loadtest/requests.hpp"

#include "loadtest/dial.hpp"

namespace tripos::loadtest {

namespace {

std::string saved(const PlannedAnswer& answer, const Paper& paper) {
    const auto& question = paper.questions[answer.question % paper.questions.size()];
    return R"({"questionId":")" + question.id + R"(","selectedOptionIds":[")" +
           question.option_ids[answer.choice % question.option_ids.size()] + R"("]})";
}

std::string post(const std::string& path, const std::string& token, const std::string& body) {
    return head_of("POST", path, token) +
           "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

std::string get(const std::string& path, const std::string& token) {
    return head_of("GET", path, token) + "\r\n";
}

std::string saves(const Step& step, const Paper& paper) {
    std::string body = R"({"saves":[)";
    for (std::uint32_t i = 0; i < answers_of(step); ++i) {
        body += (i == 0 ? "" : ",") + saved(answer_of(step, i), paper);
    }
    return body + "]}";
}

}  // namespace

bool is_taken(int status) {
    return status >= 200 && status < 300;
}

bool is_right_end(Ask ask, int status, int tries) {
    switch (ask) {
        case Ask::metrics:  // nobody waits for it; who has no token is refused
            return true;
        case Ask::late_save:
            return status == 403;
        case Ask::submit:  // one whose first answer was lost is told that it was there already
            return is_taken(status) || (tries > 1 && status == 403);
        default:
            return is_taken(status);
    }
}

std::uint32_t answers_of(const Step& step) {
    return step.ask == Ask::replay                               ? kReplayed
           : step.ask == Ask::save || step.ask == Ask::late_save ? 1
                                                                 : 0;
}

PlannedAnswer answer_of(const Step& step, std::uint32_t index) {
    return {.question = static_cast<std::uint16_t>(step.question + index),
            .choice = static_cast<std::uint8_t>((step.choice + index) % kOptions)};
}

std::string request_of(const Step& step, const Subject& subject, const std::string& token,
                       const std::optional<Paper>& paper) {
    const auto attempt = "/api/exam-attempt/" + subject.exam_id;
    switch (step.ask) {
        case Ask::log_in:
            return post("/api/auth/login", "",
                        R"({"email":")" + subject.emails[step.candidate] + R"(","password":")" +
                            subject.password + R"("})");
        case Ask::list:
            return get("/api/exam/live", token);
        case Ask::forgotten:
            return post("/api/auth/forgot-password", "",
                        R"({"email":")" + subject.emails[step.candidate] + R"("})");
        case Ask::start:
            return post(attempt + "/start", token, "{}");
        case Ask::paper:
            return get(attempt + "/attempt", token);
        case Ask::save:
        case Ask::late_save:
            return post(attempt + "/save", token, saved(answer_of(step, 0), *paper));
        case Ask::replay:
            return post(attempt + "/saves", token, saves(step, *paper));
        case Ask::status:
            return get(attempt + "/status", token);
        case Ask::submit:
            return post(attempt + "/submit", token, "{}");
        case Ask::score:
            return get("/api/result/" + subject.exam_id + "/score", token);
        case Ask::analysis:
            return get("/api/result/" + subject.exam_id + "/analysis", token);
        case Ask::metrics:
            return get("/metrics", subject.metrics_token);
    }
    return {};
}

}  // namespace tripos::loadtest
