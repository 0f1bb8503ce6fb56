// SPDX-License-Identifier: MIT
#include "newsletters/mail_events_api.hpp"

#include <algorithm>

#include "mail/suppressions.hpp"
#include "mail/webhook_signature.hpp"
#include "newsletters/newsletter_store.hpp"
#include "telemetry/log.hpp"

namespace tripos::newsletters {

namespace {

namespace schema = http::schema;
using http::Operation;
using http::Reply;
using http::Request;

constexpr std::size_t kMostEvents = 1'000;
constexpr std::size_t kMostDetail = 500;  // bytes
/// Ids are kept for longer than a signature is good, so that no replay is taken twice.
constexpr std::chrono::hours kIdMemory{24};

std::string header(const Request& request, std::string_view name) {
    return std::string(request.header(name).value_or(""));
}

/// What an event says about its address.
struct ReportedEvent {
    bool is_understood = false;
    std::optional<mail::Suppression> entry;  ///< of one that keeps mails from it
};

/// What a relay said has lines and may be long: it never decides whether an event counts.
std::string detail_of(const boost::json::object& event) {
    const auto* said = event.if_contains("detail");
    if (said == nullptr || !said->is_string()) {
        return {};
    }
    std::string text(said->get_string());
    const auto is_continued = [&](std::size_t at) { return (text[at] & 0xC0) == 0x80; };
    auto size = std::min(text.size(), kMostDetail);
    while (size < text.size() && is_continued(size)) {
        --size;
    }
    text.resize(size);
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    return text;
}

ReportedEvent read_event(const boost::json::value& value, Timestamp now) {
    if (!value.is_object()) {
        return {};
    }
    http::BodyReader reader(value.get_object(), "event");
    const auto type = reader.choice("type", {"BOUNCE", "COMPLAINT"});
    const auto address = mail::parse_address(reader.text("address", {.max_length = 254}));
    const bool counts = type == "COMPLAINT" || reader.flag_or("permanent", false);
    if (!address || !reader.take_problems().empty()) {
        return {};
    }
    if (!counts) {
        return {.is_understood = true, .entry = {}};
    }
    return {.is_understood = true,
            .entry = mail::Suppression{.address = address->canonical,
                                       .reason = type == "COMPLAINT"
                                                     ? mail::SuppressionReason::complaint
                                                     : mail::SuppressionReason::hard_bounce,
                                       .list = {},
                                       .detail = detail_of(value.get_object()),
                                       .created_at = now}};
}

struct Batch {
    std::vector<mail::Suppression> entries;
    std::int64_t not_understood = 0;
};

/// A provider reports more than we know of, and repeats what was refused: what is understood
/// counts.
Batch read_events(http::BodyReader& body, Timestamp now) {
    Batch batch;
    const auto* events = body.array("events", kMostEvents);
    if (events == nullptr) {
        body.reject("events", "events must be a list of at most 1000 events");
        return batch;
    }
    for (const auto& value : *events) {
        auto event = read_event(value, now);
        batch.not_understood += event.is_understood ? 0 : 1;
        if (event.entry) {
            batch.entries.push_back(std::move(*event.entry));
        }
    }
    return batch;
}

Task<Reply> receive(const Parts& parts, const Secret& secret, Request& request) {
    const auto now = parts.clock.now();
    const mail::WebhookHead head{.id = header(request, "webhook-id"),
                                 .timestamp = header(request, "webhook-timestamp"),
                                 .signature = header(request, "webhook-signature")};
    if (const auto verified = mail::verify_webhook(head, request.body, secret, now); !verified) {
        log::warn("mail", "a webhook was refused", {{"reason", verified.error().message}});
        co_return verified.error();
    }
    http::BodyReader body(request);
    const auto batch = read_events(body, now);
    if (auto error = body.error()) {
        co_return *error;
    }
    if (batch.not_understood > 0) {
        log::warn("mail", "events of a webhook were not understood",
                  {{"id", head.id}, {"count", batch.not_understood}});
    }
    auto work = [&](sql::Session& session) {
        const bool is_new = take_webhook(session, head.id, now, now - kIdMemory);
        for (const auto& entry : batch.entries) {
            if (is_new) {
                mail::suppress(session, entry);
            }
        }
        return is_new;
    };
    const bool is_new = co_await parts.database.write(std::move(work));
    co_return http::success(200, "Events taken",
                            {{"suppressed", is_new ? batch.entries.size() : 0},
                             {"notUnderstood", batch.not_understood},
                             {"repeated", !is_new}});
}

}  // namespace

void add_mail_event_routes(http::Router& router, const Parts& parts, Secret secret) {
    if (secret.empty()) {
        return;
    }
    const auto event =
        schema::object({{"type", schema::one_of({"bounce", "complaint"})},
                        {"address", schema::email()},
                        {"permanent?", schema::flag()},
                        {"detail?", schema::text().says("Kept on one line, its first 500 bytes")}});
    auto take = [&parts, secret = std::move(secret)](Request& request) {
        return receive(parts, secret, request);
    };
    router.post("/api/mail/events", http::open(std::move(take)),
                Operation("Mail", "A provider's webhook: bounces and complaints")
                    .details("Signed as Standard Webhooks prescribe: webhook-id, "
                             "webhook-timestamp, webhook-signature. Events that are not understood "
                             "are counted and left out.")
                    .takes({{"events", schema::list_of(event)}})
                    .answers(200, "Taken, or known already",
                             {{"suppressed", schema::integer()},
                              {"notUnderstood", schema::integer()},
                              {"repeated", schema::flag()}})
                    .refuses(401, {"unauthorized"})
                    .unlimited("Without a signature nothing happens"));
}

}  // namespace tripos::newsletters
