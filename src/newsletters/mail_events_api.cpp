// SPDX-License-Identifier: MIT
#include "newsletters/mail_events_api.hpp"

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
/// Ids are kept for longer than a signature is good, so that no replay is taken twice.
constexpr std::chrono::hours kIdMemory{24};

std::string header(const Request& request, std::string_view name) {
    return std::string(request.header(name).value_or(""));
}

/// What the events say about addresses; events that suppress nobody leave nothing.
std::vector<mail::Suppression> read_events(http::BodyReader& body, Timestamp now) {
    std::vector<mail::Suppression> entries;
    const auto* events = body.array("events", kMostEvents);
    if (events == nullptr) {
        body.reject("events", "events must be a list of at most 1000 events");
        return entries;
    }
    for (std::size_t i = 0; i < events->size(); ++i) {
        const auto name = "events[" + std::to_string(i) + "]";
        if (!(*events)[i].is_object()) {
            body.reject(name, "must be an object with type and address");
            continue;
        }
        http::BodyReader event((*events)[i].get_object(), name);
        const auto type = event.choice("type", {"BOUNCE", "COMPLAINT"});
        const auto address = mail::parse_address(event.text("address", {.max_length = 254}));
        if (!address) {
            event.reject("address", "must look like name@example.org");
        }
        const auto detail = event.maybe_text("detail", {.max_length = 500}).value_or("");
        const bool counts = type == "COMPLAINT" || event.flag_or("permanent", false);
        for (auto& problem : event.take_problems()) {
            body.reject(problem.field, problem.message);
        }
        if (address && counts) {
            entries.push_back({.address = address->canonical,
                               .reason = type == "COMPLAINT" ? mail::SuppressionReason::complaint
                                                             : mail::SuppressionReason::hard_bounce,
                               .list = {},
                               .detail = detail,
                               .created_at = now});
        }
    }
    return entries;
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
    const auto entries = read_events(body, now);
    if (auto error = body.error()) {
        co_return *error;
    }
    auto work = [&](sql::Session& session) {
        const bool is_new = take_webhook(session, head.id, now, now - kIdMemory);
        for (const auto& entry : entries) {
            if (is_new) {
                mail::suppress(session, entry);
            }
        }
        return is_new;
    };
    const bool is_new = co_await parts.database.write(std::move(work));
    co_return http::success(200, "Events taken",
                            {{"suppressed", is_new ? entries.size() : 0}, {"repeated", !is_new}});
}

}  // namespace

void add_mail_event_routes(http::Router& router, const Parts& parts, Secret secret) {
    if (secret.empty()) {
        return;
    }
    const auto event = schema::object({{"type", schema::one_of({"bounce", "complaint"})},
                                       {"address", schema::email()},
                                       {"permanent?", schema::flag()},
                                       {"detail?", schema::text()}});
    auto take = [&parts, secret = std::move(secret)](Request& request) {
        return receive(parts, secret, request);
    };
    router.post("/api/mail/events", http::open(std::move(take)),
                Operation("Mail", "A provider's webhook: bounces and complaints")
                    .details("Signed as Standard Webhooks prescribe: webhook-id, "
                             "webhook-timestamp, webhook-signature.")
                    .takes({{"events", schema::list_of(event)}})
                    .answers(200, "Taken, or known already",
                             {{"suppressed", schema::integer()}, {"repeated", schema::flag()}})
                    .refuses(401, {"unauthorized"})
                    .unlimited("Without a signature nothing happens"));
}

}  // namespace tripos::newsletters
