// SPDX-License-Identifier: MIT
#include "exams/exams_module.hpp"

#include "exams/exam_store.hpp"

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
                         questions::QuestionService& questions, const ExamsOptions& options)
    : guard_(guard),
      zone_(find_zone(options.time_zone)),
      clock_(parts.clock),
      exams_(parts, options.lifetimes) {
    questions.used_by(exams_);
}

std::vector<sql::Migration> ExamsModule::migrations() const {
    return exam_store::migrations();
}

void ExamsModule::add_routes(http::Router& router) {
    add_exam_routes(router, guard_, {.exams = exams_, .zone = zone_, .clock = clock_});
}

}  // namespace tripos::exams
