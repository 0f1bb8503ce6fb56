// SPDX-License-Identifier: MIT
#include "mail/detail/smtp_classifier.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>

#include "core/text.hpp"

namespace tripos::mail::detail {

namespace {

using Kind = Delivery::Kind;

// A relay that keeps everybody waiting is asked again soon; one that has its reasons with one
// message, such as greylisting, is left alone with that one for longer.
constexpr std::chrono::seconds kWaitLimit{60};
constexpr std::chrono::minutes kMessageWaitLimit{15};

/// The subject and detail of an enhanced status code (RFC 3463); the class is the reply code's, so
/// that it wins where both disagree. -1: none.
struct Enhanced {
    int subject = -1;
    int detail = -1;

    bool is(int wanted_subject, std::initializer_list<int> details) const {
        return subject == wanted_subject &&
               std::find(details.begin(), details.end(), detail) != details.end();
    }
};

/// Takes up to three digits off the front; -1: there are none.
int take_number(std::string_view& text) {
    int value = -1;
    for (int digits = 0; digits < 3 && !text.empty() && is_digit(text.front()); ++digits) {
        value = (value < 0 ? 0 : value * 10) + (text.front() - '0');
        text.remove_prefix(1);
    }
    return value;
}

bool take(std::string_view& text, char c) {
    const bool there = text.starts_with(c);
    text.remove_prefix(there ? 1 : 0);
    return there;
}

/// The code that the words begin with. Some relays put it in brackets or behind a hash.
Enhanced enhanced_of(std::string_view text) {
    while (text.starts_with('#') || text.starts_with('[') || text.starts_with('<') ||
           text.starts_with('(')) {
        text.remove_prefix(1);
    }
    if (text.size() < 5 || (text[0] != '2' && text[0] != '4' && text[0] != '5') || text[1] != '.') {
        return {};
    }
    text.remove_prefix(2);
    const int subject = take_number(text);
    if (subject < 0 || !take(text, '.')) {
        return {};
    }
    const int detail = take_number(text);
    if (detail < 0 || (!text.empty() && (is_digit(text.front()) || text.front() == '.'))) {
        return {};
    }
    return {.subject = subject, .detail = detail};
}

bool says_any(std::string_view text, std::span<const std::string_view> phrases) {
    const std::string words = to_lower(text);
    return std::any_of(phrases.begin(), phrases.end(), [&words](std::string_view phrase) {
        return words.find(phrase) != std::string::npos;
    });
}

/// Relays that throttle without saying so by code.
bool says_throttled(std::string_view text) {
    static constexpr std::array<std::string_view, 11> kPhrases = {"throttl",
                                                                  "rate limit",
                                                                  "ratelimit",
                                                                  "rate-limit",
                                                                  "sending rate",
                                                                  "too many connections",
                                                                  "too many concurrent",
                                                                  "too much mail from",
                                                                  "connection limit",
                                                                  "server busy",
                                                                  "system load is too high"};
    return says_any(text, kPhrases);
}

/// Relays that know no enhanced codes still say that nobody lives there.
bool says_nobody_there(std::string_view text) {
    static constexpr std::array<std::string_view, 24> kPhrases = {
        "user unknown",        "unknown user",        "no such user",
        "no such recipient",   "no such mailbox",     "no mailbox",
        "mailbox not found",   "mailbox unavailable", "mailbox does not exist",
        "user not found",      "user doesn't",        "does not exist",
        "doesn't exist",       "unknown recipient",   "recipient unknown",
        "invalid recipient",   "recipient not found", "unknown local",
        "not a valid mailbox", "account is disabled", "mailbox is disabled",
        "account disabled",    "unrouteable address", "no account by that name"};
    return says_any(text, kPhrases);
}

Kind temporary(Stage stage, int code, std::string_view text) {
    if (stage < Stage::mail || code == 421 || code == 432) {
        return Kind::retry_transport;
    }
    const Enhanced enhanced = enhanced_of(text);
    // A mailbox that gets too much mail is its own trouble, whatever the words.
    if (enhanced.subject == 2) {
        return Kind::retry_message;
    }
    // Postfix answers 454 4.7.1 for one recipient; elsewhere 454 is a throttle or a log-in server
    // that is away. 4.7.28 is Google's unusual rate, 4.7.5xx and 4.7.65x are Microsoft's.
    const bool throttles = (code == 454 && !enhanced.is(7, {1})) ||
                           enhanced.is(7, {28, 500, 501, 502, 650, 651, 652}) ||
                           says_throttled(text);
    return throttles ? Kind::retry_transport : Kind::retry_message;
}

/// Who or what a 5.x.x code blames.
std::optional<Kind> permanent_by_enhanced(Stage stage, Enhanced enhanced) {
    // 5.1.7 and 5.1.8 are about the sender, and so is 5.1.0 before there is a recipient.
    if (enhanced.is(1, {7, 8}) || (enhanced.is(1, {0}) && stage == Stage::mail)) {
        return Kind::fail_configuration;
    }
    // 5.4.1 is Microsoft's "no such address here", 5.4.4 and 5.4.310 a domain without mail.
    if (enhanced.is(1, {0, 1, 2, 3, 4, 6, 9, 10}) || enhanced.is(2, {1}) ||
        enhanced.is(4, {1, 4, 310})) {
        return Kind::fail_recipient;
    }
    if (enhanced.is(2, {2})) {
        return Kind::retry_message;  // a full mailbox is emptied some day
    }
    if (enhanced.subject == 7 || enhanced.subject == 6 || enhanced.is(3, {4})) {
        return Kind::fail_message;
    }
    if (enhanced.subject == 5 && stage < Stage::data) {
        return Kind::fail_configuration;
    }
    return std::nullopt;
}

Kind permanent(Stage stage, int code, std::string_view text) {
    if (stage < Stage::auth) {
        return Kind::retry_transport;  // the greeting, EHLO or STARTTLS: the relay is not working,
                                       // no mail was judged
    }
    static constexpr std::array kLogin = {530, 534, 535, 538};
    if (stage == Stage::auth || std::find(kLogin.begin(), kLogin.end(), code) != kLogin.end()) {
        return Kind::fail_configuration;
    }
    if (const auto kind = permanent_by_enhanced(stage, enhanced_of(text))) {
        return *kind;
    }
    if (code == 551 || code == 556) {
        return Kind::fail_recipient;
    }
    if (code == 552 && stage == Stage::rcpt) {
        return Kind::retry_message;  // "too many recipients" (RFC 5321 4.5.3.1.10)
    }
    // Not understood: we speak wrongly. Of a recipient it is only this one message's trouble.
    static constexpr std::array kSyntax = {500, 501, 502, 503, 504, 555};
    if (std::find(kSyntax.begin(), kSyntax.end(), code) != kSyntax.end() && stage != Stage::rcpt) {
        return Kind::fail_configuration;
    }
    return stage != Stage::mail && says_nobody_there(text) ? Kind::fail_recipient
                                                           : Kind::fail_message;
}

Kind kind_of(Stage stage, int code, std::string_view text) {
    if (stage == Stage::dot && code / 100 == 2) {
        return Kind::delivered;
    }
    if (code / 100 == 4) {
        return temporary(stage, code, text);
    }
    if (code / 100 == 5) {
        return permanent(stage, code, text);
    }
    // No reply, or a good one and then nothing: the connection broke.
    return stage >= Stage::dot ? Kind::in_doubt : Kind::retry_transport;
}

}  // namespace

std::optional<std::chrono::seconds> requested_wait(std::string_view reply,
                                                   std::chrono::seconds limit) {
    const std::string words = to_lower(reply);
    for (std::size_t at = 0; at < words.size(); ++at) {
        if (!is_digit(words[at]) || (at > 0 && words[at - 1] != ' ')) {
            continue;
        }
        const auto end = std::min(words.find_first_not_of("0123456789", at), words.size());
        const auto number =
            parse_int(std::string_view(words).substr(at, std::min<std::size_t>(end - at, 9)));
        const std::string_view unit = trim(std::string_view(words).substr(end));
        const bool seconds = unit.starts_with("sec") || unit == "s" || unit.starts_with("s ") ||
                             unit.starts_with("s.");
        const bool minutes = unit.starts_with("min");
        if (number && (seconds || minutes)) {
            return std::min(limit, std::chrono::seconds(*number * (minutes ? 60 : 1)));
        }
        at = end;
    }
    return std::nullopt;
}

Delivery classify(const Transcript& transcript, std::string_view problem) {
    const Stage stage = transcript.stage();
    Delivery delivery{.code = transcript.code(), .reply = transcript.text()};
    delivery.kind = kind_of(stage, delivery.code, delivery.reply);
    if (delivery.code < 400 && delivery.kind != Kind::delivered) {
        delivery.code = 0;
        delivery.reply = escape_controls(
            "at " + std::string(name_of(stage)) + ": " + std::string(problem), kReplyLimit);
    }
    if (delivery.kind == Kind::retry_transport || delivery.kind == Kind::retry_message) {
        const std::chrono::seconds limit =
            delivery.kind == Kind::retry_message ? kMessageWaitLimit : kWaitLimit;
        delivery.pause = requested_wait(delivery.reply, limit).value_or(std::chrono::seconds(0));
    }
    return delivery;
}

Delivery classify_reply(Stage stage, std::string_view line) {
    Transcript transcript;
    static constexpr std::array<std::string_view, 10> kCommands = {
        "", "", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "DATA", "DATA"};
    transcript.on_command(kCommands[static_cast<std::size_t>(stage)]);
    if (stage == Stage::body) {
        transcript.on_body();
    }
    if (stage == Stage::dot) {
        transcript.on_body_end();
    }
    transcript.on_line(line);
    return classify(transcript, "the relay ended the connection");
}

}  // namespace tripos::mail::detail
