// SPDX-License-Identifier: MIT
#include "exams/exams_module.hpp"

#include "core/error.hpp"

namespace tripos::exams {

namespace {

Tools tools(const ExamsDependencies& given, const ExamKeys& keys) {
    return {.database = given.database,
            .departed = given.departed,
            .cache = given.cache,
            .keys = keys,
            .clock = given.clock,
            .random = given.random};
}

TimeZone find_zone(const std::string& name) {
    const std::optional<TimeZone> zone = TimeZone::find(name);
    if (!zone) {
        throw SystemError("EXAM_TIMEZONE", "unknown time zone '" + name +
                                               "'; use a name such as Asia/Kolkata or UTC");
    }
    return *zone;
}

NegativeMarks rule(const ExamsOptions& options) {
    return options.clamp_negative ? NegativeMarks::clamp_to_zero : NegativeMarks::count;
}

}  // namespace

ExamsModule::ExamsModule(ExamsDependencies dependencies, const ExamsOptions& options)
    : keys_(dependencies.cache, options.lifetimes),
      zone_(find_zone(options.time_zone)),
      metrics_(dependencies.metrics),
      finisher_(tools(dependencies, keys_), rule(options), metrics_),
      papers_(tools(dependencies, keys_)),
      questions_(tools(dependencies, keys_)),
      exams_(tools(dependencies, keys_)),
      attempts_(tools(dependencies, keys_), papers_, finisher_, metrics_),
      control_(tools(dependencies, keys_), exams_, finisher_, metrics_),
      results_(tools(dependencies, keys_), exams_, attempts_),
      candidate_export_(tools(dependencies, keys_),
                        {.exams = exams_, .attempts = attempts_, .results = results_}),
      question_api_(questions_),
      exam_api_(exams_, attempts_, zone_, dependencies.clock),
      attempt_api_(attempts_, dependencies.clock),
      control_api_(control_),
      result_api_(results_),
      deadlines_(finisher_, dependencies.clock, dependencies.background) {
    attempts_.on_deadline([this](Timestamp at) { deadlines_.expect(at); });
}

void ExamsModule::add_routes(http::Router& router, const accounts::Guard& guard) {
    question_api_.add_routes(router, guard);
    exam_api_.add_routes(router, guard);
    attempt_api_.add_routes(router, guard);
    control_api_.add_routes(router, guard);
    result_api_.add_routes(router, guard);
}

Task<Result<std::vector<std::string>>> ExamsModule::warm(std::string exam_id) {
    const auto exam = co_await exams_.find(exam_id);
    if (!exam) {
        co_return not_found("Exam not found");
    }
    std::vector<std::string> names(1, std::string(keys_.all_exams().name()));
    co_await exams_.details(exam_id);
    names.emplace_back(keys_.exam(exam_id).name());
    const auto paper = co_await papers_.get(exam_id);
    if (paper) {
        names.emplace_back(keys_.exam_questions(exam_id).name());
    }
    co_return names;
}

void ExamsModule::start() {
    deadlines_.start();
}

Task<> ExamsModule::stop() {
    co_await deadlines_.stop();
}

}  // namespace tripos::exams
