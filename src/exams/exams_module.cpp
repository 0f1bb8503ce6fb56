// SPDX-License-Identifier: MIT
#include "exams/exams_module.hpp"

#include "exams/exam_store.hpp"
#include "sql/in_pages.hpp"

namespace tripos::exams {

namespace {

TimeZone find_zone(const std::string& name) {
    const std::optional<TimeZone> zone = TimeZone::find(name);
    if (!zone) {
        throw SystemError("EXAM_TIMEZONE", "unknown time zone '" + name +
                                               "'; use a name such as Asia/Kolkata or UTC");
    }
    return *zone;
}

}  // namespace

ExamsModule::ExamsModule(const Parts& parts, const accounts::Guard& guard,
                         questions::QuestionService& questions, rosters::CohortService& cohorts,
                         const ExamsOptions& options)
    : parts_(parts),
      guard_(guard),
      zone_(find_zone(options.time_zone)),
      negative_marks_(options.negative_marks),
      cohorts_(cohorts),
      exams_(parts, options.lifetimes, options.negative_marks),
      staff_(parts, exams_),
      staff_api_(staff_) {
    questions.used_by(exams_);
}

std::vector<sql::Migration> ExamsModule::migrations() {
    return exam_store::migrations();
}

void ExamsModule::add_routes(http::Router& router) {
    add_exam_routes(router, guard_,
                    {.exams = exams_, .cohorts = cohorts_, .zone = zone_, .clock = parts_.clock});
    add_access_routes(router, guard_, {parts_, cohorts_});
    staff_api_.add_routes(router, guard_);
}

Task<> ExamsModule::start() {
    std::function<std::int64_t(sql::Session&, std::int64_t)> page = exam_store::move_old_audit;
    co_await sql::in_pages(parts_.database, std::move(page));
    std::function<std::int64_t(sql::Session&, std::int64_t)> pin =
        [rule = negative_marks_](sql::Session& session, std::int64_t rows) {
            return exam_store::pin_older(session, rule, rows);
        };
    co_await sql::in_pages(parts_.database, std::move(pin));
}

}  // namespace tripos::exams
