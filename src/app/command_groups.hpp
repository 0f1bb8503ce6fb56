// SPDX-License-Identifier: MIT
#pragma once
// The commands that have commands of their own: `tripos user ...` and the like. Each function adds
// one to `program`; parsing fills `arguments`, which outlives `program`.

#include "app/alerts_command.hpp"
#include "app/backup_command.hpp"
#include "app/cache_command.hpp"
#include "app/doctor_command.hpp"
#include "app/loadtest_command.hpp"
#include "app/mail_command.hpp"
#include "app/queue_command.hpp"
#include "app/restore_command.hpp"
#include "app/user_command.hpp"

namespace CLI {
class App;
}

namespace tripos::app {

void add_user_commands(CLI::App& program, UserArguments& arguments);
void add_backup_commands(CLI::App& program, BackupArguments& arguments);
void add_restore_commands(CLI::App& program, RestoreArguments& arguments);
void add_queue_commands(CLI::App& program, QueueArguments& arguments);
void add_cache_commands(CLI::App& program, CacheArguments& arguments);
void add_mail_commands(CLI::App& program, MailArguments& arguments);
void add_alerts_commands(CLI::App& program, AlertsArguments& arguments);
void add_doctor_command(CLI::App& program, DoctorArguments& arguments);
void add_loadtest_command(CLI::App& program, LoadtestArguments& arguments);

}  // namespace tripos::app
