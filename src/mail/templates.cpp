// SPDX-License-Identifier: MIT
#include "mail/templates.hpp"

#include <array>
#include <kainjow/mustache.hpp>
#include <string_view>

#include "core/assert.hpp"
#include "core/text.hpp"
#include "mail/detail/embedded.hpp"
#include "mail/html_body.hpp"

namespace tripos::mail {

namespace {

namespace mustache = kainjow::mustache;

/// A fresh parse per mail: rendering changes the parsed form, and a parse costs microseconds.
std::string fill(std::string_view name, const mustache::data& values) {
    const std::string_view source = embedded::file(name);
    TRIPOS_ASSERT(!source.empty());
    mustache::mustache parsed{std::string(source)};
    TRIPOS_ASSERT(parsed.is_valid());
    return parsed.render(values);
}

/// What stands below the card.
enum class Footer { no_reply, unsubscribe };

Rendered in_layout(std::string subject, std::string_view name, const mustache::data& values,
                   Footer footer = Footer::no_reply) {
    mustache::data layout;
    layout.set("subject", subject);
    layout.set("content", fill(name, values));
    if (footer == Footer::unsubscribe) {
        layout.set("unsubscribeLink", std::string(kUnsubscribeLink));
    }
    std::string html = fill("templates/layout.html", layout);
    return {.subject = std::move(subject), .html = std::move(html)};
}

/// "7 days", "24 hours", "15 minutes".
std::string in_words(std::chrono::minutes duration) {
    constexpr std::chrono::minutes kDay = std::chrono::days(1);
    if (duration > kDay && duration % kDay == std::chrono::minutes(0)) {
        return counted(duration / kDay, "day");
    }
    const bool whole_hours = duration.count() >= 60 && duration.count() % 60 == 0;
    return whole_hours ? counted(duration.count() / 60, "hour")
                       : counted(duration.count(), "minute");
}

/// "23 November 2026, 09:30 UTC".
std::string in_words(Timestamp at) {
    static constexpr std::array kMonths = {"January",   "February", "March",    "April",
                                           "May",       "June",     "July",     "August",
                                           "September", "October",  "November", "December"};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    // The time of day is taken from the one form that core/ writes: 2026-11-23T09:30:00.000Z.
    return std::to_string(unsigned{date.day()}) + " " + kMonths[unsigned{date.month()} - 1] + " " +
           std::to_string(int{date.year()}) + ", " + to_iso8601(at).substr(11, 5) + " UTC";
}

std::string device_in_words(const std::string& device) {
    return device.empty() ? std::string("unknown") : device;
}

/// Text as paragraphs of lines, so that the template alone decides about the markup.
mustache::data paragraphs_of(std::string_view text) {
    mustache::data paragraphs(mustache::data::type::list);
    mustache::data lines(mustache::data::type::list);
    std::string pending;
    const auto end_line = [&](bool is_last) {
        if (!pending.empty()) {
            mustache::data line("text", pending);
            line.set("last", is_last);
            lines.push_back(line);
            pending.clear();
        }
    };
    const auto end_paragraph = [&] {
        end_line(true);
        if (lines.is_non_empty_list()) {
            paragraphs.push_back(mustache::data("lines", lines));
            lines = mustache::data(mustache::data::type::list);
        }
    };
    for (const std::string_view piece : split(text, '\n')) {
        const std::string line(trim(piece));
        if (line.empty()) {
            end_paragraph();
            continue;
        }
        end_line(false);
        pending = line;
    }
    end_paragraph();
    return paragraphs;
}

using Values = std::initializer_list<std::pair<const char*, std::string>>;

Rendered filled(const std::string& subject, const char* file, Values values) {
    mustache::data data;
    for (const auto& [name, value] : values) {
        data.set(name, value);
    }
    return in_layout(subject, file, data);
}

/// The place of the link stays one, also as an address of its own.
std::string author_html(std::string_view html) {
    static constexpr std::string_view kEncoded = "%7B%7BunsubscribeLink%7D%7D";
    auto body = html_body(html);
    for (std::size_t at = 0; (at = body.find(kEncoded, at)) != std::string::npos;) {
        body.replace(at, kEncoded.size(), kUnsubscribeLink);
    }
    return body;
}

/// An author's text or HTML under its subject.
Rendered render_letter(const LetterModel& model, Footer footer) {
    const bool is_html = model.format == BodyFormat::html;
    mustache::data values;
    values.set("subject", model.subject);
    values.set("paragraphs", paragraphs_of(is_html ? std::string_view() : model.body));
    values.set("html", is_html ? author_html(model.body) : std::string());
    return in_layout(model.subject, "templates/notification.html", values, footer);
}

}  // namespace

Rendered render_verification(const VerificationModel& model) {
    return filled("Confirm your e-mail address", "templates/verification.html",
                  {{"fullName", model.full_name},
                   {"when", in_words(model.when)},
                   {"ip", model.ip},
                   {"link", model.link},
                   {"expiresIn", in_words(model.expires_in)}});
}

Rendered render_invitation(const InvitationModel& model) {
    mustache::data values;
    values.set("fullName", model.full_name);
    values.set("link", model.link);
    values.set("expiresIn", in_words(model.expires_in));
    return in_layout("Your account for examinations", "templates/invitation.html", values);
}

Rendered render_password_otp(const PasswordOtpModel& model) {
    return filled("Your code to reset the password", "templates/password_otp.html",
                  {{"fullName", model.full_name},
                   {"code", model.code},
                   {"link", model.link},
                   {"expiresIn", in_words(model.expires_in)}});
}

Rendered render_password_changed(const PasswordChangedModel& model) {
    return filled("Your password was changed", "templates/password_changed.html",
                  {{"fullName", model.full_name},
                   {"when", in_words(model.when)},
                   {"ip", model.ip},
                   {"device", device_in_words(model.device)}});
}

Rendered render_email_change(const EmailChangeModel& model) {
    return filled("Confirm your new e-mail address", "templates/email_change.html",
                  {{"fullName", model.full_name},
                   {"newEmail", model.new_email},
                   {"link", model.link},
                   {"expiresIn", in_words(model.expires_in)}});
}

Rendered render_email_change_notice(const EmailChangeNoticeModel& model) {
    return filled("Your e-mail address is about to change", "templates/email_change_notice.html",
                  {{"fullName", model.full_name},
                   {"newEmail", model.new_email},
                   {"when", in_words(model.when)},
                   {"ip", model.ip},
                   {"device", device_in_words(model.device)},
                   {"link", model.link},
                   {"expiresIn", in_words(model.expires_in)}});
}

Rendered render_results_published(const ResultModel& model) {
    return filled(
        "Results of " + model.exam_title, "templates/results_published.html",
        {{"fullName", model.full_name}, {"examTitle", model.exam_title}, {"link", model.link}});
}

Rendered render_result_corrected(const ResultModel& model) {
    return filled(
        "Your result of " + model.exam_title + " was corrected", "templates/result_corrected.html",
        {{"fullName", model.full_name}, {"examTitle", model.exam_title}, {"link", model.link}});
}

Rendered render_notification(const LetterModel& model) {
    return render_letter(model, Footer::no_reply);
}

Rendered render_newsletter(const LetterModel& model) {
    return render_letter(model, Footer::unsubscribe);
}

std::string with_unsubscribe_link(std::string html, std::string_view link) {
    const auto escaped = escape_html(link);
    for (std::size_t at = 0; (at = html.find(kUnsubscribeLink, at)) != std::string::npos;
         at += escaped.size()) {
        html.replace(at, kUnsubscribeLink.size(), escaped);
    }
    return html;
}

}  // namespace tripos::mail
