// SPDX-License-Identifier: MIT
#pragma once
// What alerts keep in SQL: what was told, silences, and which process of a site tells. The
// functions run inside the caller's transaction.

#include "alerts/announcer.hpp"
#include "sql/migrations.hpp"
#include "sql/session.hpp"

namespace tripos::alerts::alert_store {

std::vector<sql::Migration> migrations();

/// Of rules that this program does not know, nothing.
Notes load_notes(sql::Session& session);
/// In place of all that were kept.
void save_notes(sql::Session& session, const Notes& notes);

/// Forgets those that are over.
void add_silence(sql::Session& session, const Silence& silence);
/// False: there is none of that id, or it is over.
bool end_silence(sql::Session& session, const std::string& id, Timestamp now);
/// Those that last, the one that ends first before the others.
std::vector<Silence> list_silences(sql::Session& session, Timestamp now);
/// Whether this process tells until then. One at a time does.
bool take_lease(sql::Session& session, const std::string& holder, Timestamp now, Timestamp until);
void give_up_lease(sql::Session& session, const std::string& holder);

}  // namespace tripos::alerts::alert_store
