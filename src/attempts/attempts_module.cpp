// SPDX-License-Identifier: MIT
#include "attempts/attempts_module.hpp"

#include "attempts/attempt_store.hpp"
#include "attempts/board_api.hpp"
#include "attempts/extension_store.hpp"
#include "attempts/forgetting.hpp"
#include "attempts/late_api.hpp"
#include "attempts/notice_api.hpp"
#include "sql/in_pages.hpp"

namespace tripos::attempts {

namespace {

/// An order for more time can be repeated with its key for so long.
constexpr std::chrono::hours kKeepOrders{30 * 24};

}  // namespace

AttemptsModule::AttemptsModule(const AttemptsParts& parts, const AttemptsOptions& options)
    : guard_(parts.guard),
      exams_(parts.exams),
      cohorts_(parts.cohorts),
      clock_(parts.clock),
      keys_(parts.cache, options.lifetimes),
      finisher_(parts, keys_, options.grace, parts.is_held),
      deadlines_(finisher_, parts.clock, parts.background),
      receipts_(options.receipt_seal, parts.random),
      presence_(parts.redis, parts.redis_prefix, parts.background),
      boards_(parts, presence_),
      notices_(parts, keys_),
      late_(parts, finisher_),
      papers_(parts, keys_),
      attempts_(parts, keys_, parts.departed, exams_, papers_, finisher_, deadlines_, presence_,
                receipts_),
      control_(parts, exams_, finisher_, parts.runner),
      accommodations_(parts, keys_, exams_, finisher_),
      zone_(parts.zone),
      site_(options.site),
      limits_(parts.limits),
      database_(parts.database) {
    parts.runner.add(forgetting(parts.database));
}

std::vector<sql::Migration> AttemptsModule::migrations() {
    return attempt_store::migrations();
}

void AttemptsModule::add_routes(http::Router& router) {
    const AttemptRoutesParts parts{.attempts = attempts_,
                                   .exams = exams_,
                                   .notices = notices_,
                                   .cohorts = cohorts_,
                                   .clock = clock_,
                                   .site = site_,
                                   .limits = limits_};
    add_attempt_routes(router, guard_, parts);
    add_save_routes(router, guard_, parts);
    add_lobby_routes(router, guard_,
                     {.attempts = attempts_,
                      .exams = exams_,
                      .cohorts = cohorts_,
                      .clock = clock_,
                      .lobby = lobby_});
    add_exam_control_routes(router, guard_, control_);
    add_board_routes(router, guard_, boards_);
    add_notice_routes(router, guard_, notices_);
    add_late_routes(router, guard_, late_);
    add_accommodation_routes(router, guard_, {.accommodations = accommodations_, .zone = zone_});
}

Task<> AttemptsModule::start() {
    presence_.start();
    co_return;
}

Task<> AttemptsModule::start_work() {
    deadlines_.start();
    co_return;
}

Task<> AttemptsModule::stop(std::chrono::milliseconds) {
    co_await presence_.stop();
    co_await deadlines_.stop();
}

std::vector<Chore> AttemptsModule::chores() {
    return {{.name = "delete-old-orders", .pattern = "30 3 * * *", .work = [this] {
                 return delete_old_orders();
             }}};
}

Task<std::int64_t> AttemptsModule::delete_old_orders() {
    std::function<std::int64_t(sql::Session&, std::int64_t)> page =
        [before = clock_.now() - kKeepOrders](sql::Session& session, std::int64_t rows) {
            return extension_store::delete_orders(session, before, rows);
        };
    co_return co_await sql::in_pages(database_, std::move(page));
}

Task<Result<std::vector<std::string>>> AttemptsModule::warm(std::string exam_id) {
    auto names = co_await exams_.warm(exam_id);
    if (names) {
        const auto paper = co_await papers_.get(exam_id);
        if (paper) {
            names->emplace_back(keys_.paper(exam_id).name());
        }
    }
    co_return names;
}

}  // namespace tripos::attempts
