// SPDX-License-Identifier: MIT
#include "module/parts.hpp"

#include "audit/trail.hpp"
#include "core/text.hpp"

namespace tripos {

namespace {

constexpr std::size_t kLongestRecorded = 2'000;  // bytes of a body

}  // namespace

void Parts::record(sql::Session& session, const audit::Actor& actor,
                   const audit::Entry& entry) const {
    audit::append(session, clock.now(), random, actor, entry);
}

void Parts::record_knock(sql::Session& session, const audit::Actor& actor,
                         const audit::Knock& knock) const {
    audit::append_knock(session, clock.now(), random, actor, knock);
}

Task<> Parts::record_knock(audit::Actor actor, audit::Knock knock) const {
    auto write = [&](sql::Session& session) { record_knock(session, actor, knock); };
    co_await database.write(std::move(write));
}

Task<> Parts::record_request(audit::Actor actor, std::string action,
                             const http::Request& request) const {
    const bool is_text = is_valid_utf8(request.body) && request.body.size() <= kLongestRecorded;
    const audit::Entry entry{
        .action = std::move(action),
        .subject = "path:" + request.path,
        .after = audit::facts({{"method", request.method_name},
                               {"body", is_text ? std::string_view(request.body) : "(long)"}})};
    auto write = [&](sql::Session& session) { record(session, actor, entry); };
    co_await database.write(std::move(write));
}

}  // namespace tripos
