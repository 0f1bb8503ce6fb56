// SPDX-License-Identifier: MIT
#include "app/site_migrations.hpp"

#include "accounts/accounts_module.hpp"
#include "alerts/alerts_module.hpp"
#include "app/audit_module.hpp"
#include "app/backup_module.hpp"
#include "app/clock_module.hpp"
#include "app/invalidation_log.hpp"
#include "app/mail_module.hpp"
#include "app/restore_hold.hpp"
#include "attempts/attempts_module.hpp"
#include "exams/exams_module.hpp"
#include "newsletters/newsletters_module.hpp"
#include "operations/operations_module.hpp"
#include "questions/questions_module.hpp"
#include "results/results_module.hpp"
#include "rosters/rosters_module.hpp"
#include "work/work_module.hpp"

namespace tripos::app {

std::vector<sql::Migration> site_migrations() {
    return migrations_of<InvalidationLog, ClockModule, RestoreHold, AuditModule, MailModule,
                         accounts::AccountsModule, work::WorkModule, alerts::AlertsModule,
                         questions::QuestionsModule, rosters::RostersModule, exams::ExamsModule,
                         attempts::AttemptsModule, results::ResultsModule,
                         newsletters::NewslettersModule, operations::OperationsModule,
                         BackupModule>();
}

}  // namespace tripos::app
