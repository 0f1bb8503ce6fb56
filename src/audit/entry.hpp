// SPDX-License-Identifier: MIT
#pragma once
// Entry: who did what to what, from where. Values.

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/clock.hpp"

namespace tripos::audit {

/// Who acts, and from where.
struct Actor {
    std::string id;          ///< an account; "command line", "system"; empty: nobody known
    std::string address;     ///< of the client; empty: no request
    std::string device;      ///< its User-Agent
    std::string request_id;  ///< as in the log
    std::string client;      ///< what strangers are told apart by; not kept
};

/// The program itself, and whoever may use it on its machine.
Actor system();
Actor command_line();

/// What a caller records.
struct Entry {
    std::string action;       ///< "exam.publish"; what begins with "auth." or "account." concerns
                              ///< security and is a log line, too
    std::string subject;      ///< to what: "exam:<id>", "attempt:<id>", "account:<id>"
    std::string within = {};  ///< what that is a part of: the exam of an attempt
    std::string before = {};  ///< JSON; empty: nothing to say
    std::string after = {};   ///< JSON
};

/// A JSON object of texts: facts({{"minutes", "15"}}).
std::string facts(std::initializer_list<std::pair<std::string_view, std::string_view>> members);

/// As it is stored.
struct StoredEntry {
    std::string id;
    Timestamp at{};
    Actor actor;
    Entry entry;
    std::optional<std::int64_t> number;  ///< in the chain, from 1; nothing: not sealed yet
    std::string seal;                    ///< its digest and that of all before it
};

/// What an entry says, in the order in which it is stored and sealed, and its names in JSON and
/// files; from kFirstJson on it is JSON, or nothing.
constexpr std::size_t kFirstJson = 7;
inline constexpr std::array kTextNames{"actor",   "address", "device", "requestId", "action",
                                       "subject", "partOf",  "before", "after"};
template <class Stored>
auto texts_of(Stored& stored) {
    auto& who = stored.actor;
    auto& what = stored.entry;
    return std::array{&who.id,       &who.address, &who.device,  &who.request_id, &what.action,
                      &what.subject, &what.within, &what.before, &what.after};
}

}  // namespace tripos::audit
