// SPDX-License-Identifier: MIT
#pragma once
// Newsletter: a letter to an audience, and how far it has come. Plain values.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "module/entity.hpp"

namespace tripos::newsletters {

enum class NewsletterStatus {
    draft,      ///< waits for its first resume
    sending,    ///< recipients are being found and mails go out
    paused,     ///< by an administrator, or by the breaker
    cancelled,  ///< what was not sent will not be
    done,       ///< every recipient has an outcome
};
std::string_view to_text(NewsletterStatus status);

struct Newsletter {
    std::string id;  ///< of the letter as well
    std::string subject;
    std::string list;      ///< which its recipients can leave
    std::string audience;  ///< to_text(Audience)
    NewsletterStatus status = NewsletterStatus::draft;
    std::string pause_reason;  ///< why it is paused; empty: it is not
    std::string cursor;        ///< where finding recipients goes on
    bool all_found = false;    ///< every recipient has a row
    std::string created_by;
    Timestamp created_at{};
    std::optional<Timestamp> tested_at;
    std::optional<Timestamp> started_at;
    std::optional<Timestamp> finished_at;
};

/// Every member.
inline constexpr auto kMembers =
    entity::Table(entity::Member{"id", &Newsletter::id, "id", http::schema::uuid},
                  entity::Member{"subject", &Newsletter::subject, "subject"},
                  entity::Member{"list", &Newsletter::list, "list"},
                  entity::Member{"audience", &Newsletter::audience, "audience"},
                  entity::Member{"status", &Newsletter::status, "status"},
                  entity::Member{"pause_reason", &Newsletter::pause_reason, "pauseReason", nullptr,
                                 entity::Empty::null},
                  entity::Member{"cursor_key", &Newsletter::cursor},
                  entity::Member{"all_found", &Newsletter::all_found, "allRecipientsFound"},
                  entity::Member{"created_by", &Newsletter::created_by},
                  entity::Member{"created_at", &Newsletter::created_at, "createdAt"},
                  entity::Member{"tested_at", &Newsletter::tested_at, "testedAt"},
                  entity::Member{"started_at", &Newsletter::started_at, "startedAt"},
                  entity::Member{"finished_at", &Newsletter::finished_at, "finishedAt"});

/// Recipients by where they are; exact, counted from their rows.
struct Progress {
    std::int64_t total = 0;
    std::int64_t planned = 0;   ///< have a row and wait
    std::int64_t queued = 0;    ///< with the relay of the outbox, or in the queue
    std::int64_t deferred = 0;  ///< refused for now, in the queue for later
    std::int64_t sent = 0;
    std::int64_t failed = 0;
    std::int64_t suppressed = 0;
    std::int64_t in_doubt = 0;  ///< the relay may or may not have it; not sent again
    std::int64_t cancelled = 0;

    /// No mail of it will move any more.
    bool is_settled() const { return planned == 0 && queued == 0 && deferred == 0; }
};
Progress progress_of(const std::map<std::string, std::int64_t>& mails_by_status);

/// The list of a newsletter whose audience is no list of its own.
inline constexpr std::string_view kDefaultList = "newsletter";

}  // namespace tripos::newsletters
