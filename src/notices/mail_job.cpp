// SPDX-License-Identifier: MIT
#include "notices/mail_job.hpp"

#include <sodium.h>

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "core/id.hpp"
#include "core/text.hpp"
#include "mail/named_address.hpp"
#include "notices/delivery_rows.hpp"
#include "notices/outbox.hpp"
#include "notices/slow_retries.hpp"
#include "telemetry/trace_context.hpp"

namespace tripos::notices {

namespace json = boost::json;
using Kind = mail::Delivery::Kind;

namespace {

constexpr std::size_t kLongestReason = 1000;
constexpr std::chrono::seconds kMendPause{30};
/// Long enough for those who came by to be fetched.
constexpr std::chrono::seconds kWayPause{1};
constexpr std::chrono::seconds kLongestWait{60};
constexpr std::chrono::seconds kLongestWaitUrgent{4};
constexpr std::chrono::hours kFresh{1};

/// The text member of that name, or an Error that says what is wrong with it.
Result<std::string> text_member(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) {
        return invalid("bad_mail_job", "the job's data has no text `" + std::string(name) + "`");
    }
    return std::string(value->as_string());
}

std::string reason_of(const mail::Delivery& delivery) {
    std::string text =
        delivery.code == 0 ? delivery.reply : std::to_string(delivery.code) + " " + delivery.reply;
    text.resize(std::min(text.size(), kLongestReason));
    return text.empty() ? "the relay gave no reason" : text;
}

/// Past its quick attempts it waits on, while its time lasts.
queue::Outcome after_refusal(const mail::Delivery& delivery, const TryContext& context) {
    if (context.deferral) {
        return queue::MoveToDelayed{
            context.now + with_what_was_asked(*context.deferral, delivery, context.urgency)};
    }
    return queue::Retry{reason_of(delivery)};
}

/// Not at the front again: a message that the relay throttles for itself must not stop the others.
queue::Outcome after_throttling(const mail::Delivery& delivery, const TryContext& context) {
    if (delivery.code == 0) {
        return queue::SlowDown{delivery.pause};
    }
    if (is_refused_for_now(delivery, context.throttled)) {
        return after_refusal(delivery, context);
    }
    const auto most =
        context.urgency == mail::Urgency::security ? kLongestWaitUrgent : kLongestWait;
    const auto doubled = std::chrono::seconds(1) * (1 << std::min(context.throttled, 10));
    const auto wait = std::min<std::chrono::milliseconds>(most, doubled);
    return queue::MoveToDelayed{context.now + std::max(wait, delivery.pause)};
}

}  // namespace

queue::NewJob make_mail_job(const PendingMail& mail, const RetryPolicy& policy) {
    json::object data{{"to", mail.to},
                      {"subject", mail.subject},
                      {mail.sealed ? "sealed" : "html", mail.body},
                      {"timestamp", to_iso8601(mail.created_at)}};
    if (!mail.list.empty()) {
        data["list"] = mail.list;
    }
    queue::JobOptions options;
    options.job_id = mail.id;
    options.priority = queue_priority(mail.priority);
    options.attempts = policy.attempts;
    options.backoff = queue::Backoff{.type = "exponential", .delay = policy.backoff, .jitter = 0.2};
    if (const auto cause = trace::parse_traceparent(mail.traceparent)) {
        options.telemetry = trace::to_carrier(*cause);
    }
    // A newsletter's jobs leave Redis when they are done: a million must not pile up there.
    options.remove_on_complete =
        mail.list.empty() ? queue::Retention{.age = std::chrono::hours(24), .count = 100'000}
                          : queue::Retention{.count = 0};
    return queue::NewJob{
        .name = std::string(kMailJob), .data = json::serialize(data), .options = options};
}

std::optional<queue::Deduplication> deduplication_of(const PendingMail& mail, Timestamp now) {
    if (mail.kind != "verification" || mail.user_id.empty() || now - mail.created_at > kFresh) {
        return std::nullopt;
    }
    return queue::Deduplication{.id = "verification:" + mail.user_id};
}

Result<MailJobData> read_mail_job(const queue::Job& job) {
    if (job.name != kMailJob) {
        return invalid("bad_mail_job", "unknown job name");
    }
    boost::system::error_code malformed;
    const auto parsed = json::parse(job.data, malformed);
    if (malformed || !parsed.is_object()) {
        return invalid("bad_mail_job", "the job's data is not a JSON object");
    }
    const auto& object = parsed.as_object();
    const bool sealed = object.contains("sealed");
    const auto to = text_member(object, "to");
    const auto subject = text_member(object, "subject");
    const auto body = text_member(object, sealed ? "sealed" : "html");
    for (const auto* member : {&to, &subject, &body}) {
        if (!*member) {
            return member->error();
        }
    }
    auto address = mail::parse_address(*to);
    if (!address) {
        return address.error();
    }
    if (!is_valid_utf8(*subject) || has_control_characters(*subject)) {
        return invalid("bad_mail_job", "the subject holds control characters");
    }
    const auto list = object.contains("list") ? text_member(object, "list") : std::string();
    if (!list) {
        return list.error();
    }
    return MailJobData{
        .to = *address, .subject = *subject, .body = *body, .sealed = sealed, .list = *list};
}

std::string mail_id_of(const queue::Job& job) {
    if (is_uuid(job.id)) {
        return job.id;
    }
    // A counter's id may come again after a flush of Redis; the creation time tells the two apart.
    const std::string input = job.id + "\n" + std::to_string(to_millis(job.timestamp));
    std::array<std::uint8_t, 16> digest{};
    crypto_generichash(digest.data(), digest.size(),
                       reinterpret_cast<const unsigned char*>(input.data()), input.size(), nullptr,
                       0);
    return to_hex(digest);
}

int priority_of(const queue::Job& job) {
    return job.priority == 0 ? Priority::normal().value
                             : static_cast<int>(std::clamp<std::int64_t>(11 - job.priority, 1, 10));
}

queue::Outcome outcome_of(const mail::Delivery& delivery, const TryContext& context) {
    switch (delivery.kind) {
        case Kind::delivered:
            return queue::Completed{json::serialize(
                json::object{{"success", true}, {"messageId", context.message_id}})};
        case Kind::retry_message:
            return after_refusal(delivery, context);
        case Kind::retry_transport:
            return after_throttling(delivery, context);
        case Kind::fail_recipient:
        case Kind::fail_message:
            return queue::FailPermanently{reason_of(delivery)};
        case Kind::fail_configuration:
            return queue::SlowDown{kMendPause};
        case Kind::in_doubt:
            if (is_sent_again(context.urgency)) {
                return queue::Retry{"in doubt, " + reason_of(delivery)};
            }
            return queue::FailPermanently{"in doubt, not sent again, " + reason_of(delivery)};
        case Kind::overtaken:
            return queue::MoveToDelayed{context.now + kWayPause};
        case Kind::withheld:
            break;
    }
    return queue::SlowDown{kDatabasePause};
}

Result<Sender> parse_sender(std::string_view from) {
    auto mailbox = mail::parse_mailbox(from);
    if (!mailbox) {
        return invalid_field("MAIL_FROM", "MAIL_FROM " + mailbox.error().message);
    }
    auto domain = mailbox->address.canonical.substr(mailbox->address.canonical.rfind('@') + 1);
    return Sender{.name = std::move(mailbox->name),
                  .address = std::move(mailbox->address),
                  .domain = std::move(domain)};
}

}  // namespace tripos::notices
