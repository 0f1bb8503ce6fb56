// SPDX-License-Identifier: MIT
#include "mail/templates.hpp"

#include <array>
#include <kainjow/mustache.hpp>
#include <string_view>

#include "core/assert.hpp"
#include "core/text.hpp"
#include "mail/detail/embedded.hpp"

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

std::string count_of(std::int64_t count, std::string_view unit) {
    return std::to_string(count) + " " + std::string(unit) + (count == 1 ? "" : "s");
}

/// "7 days", "24 hours", "15 minutes".
std::string in_words(std::chrono::minutes duration) {
    constexpr std::chrono::minutes kDay = std::chrono::days(1);
    if (duration > kDay && duration % kDay == std::chrono::minutes(0)) {
        return count_of(duration / kDay, "day");
    }
    const bool whole_hours = duration.count() >= 60 && duration.count() % 60 == 0;
    return whole_hours ? count_of(duration.count() / 60, "hour")
                       : count_of(duration.count(), "minute");
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

/// An author's text or HTML under its subject.
Rendered render_letter(const std::string& subject, const std::string& body, BodyFormat format,
                       Footer footer) {
    const bool is_html = format == BodyFormat::html;
    mustache::data values;
    values.set("subject", subject);
    values.set("paragraphs", paragraphs_of(is_html ? std::string_view() : body));
    values.set("html", is_html ? body : std::string());
    return in_layout(subject, "templates/notification.html", values, footer);
}

}  // namespace

Rendered render_verification(const VerificationModel& model) {
    mustache::data values;
    values.set("fullName", model.full_name);
    values.set("link", model.link);
    values.set("expiresIn", in_words(model.expires_in));
    return in_layout("Confirm your e-mail address", "templates/verification.html", values);
}

Rendered render_password_otp(const PasswordOtpModel& model) {
    mustache::data values;
    values.set("fullName", model.full_name);
    values.set("code", model.code);
    values.set("expiresIn", in_words(model.expires_in));
    return in_layout("Your code to reset the password", "templates/password_otp.html", values);
}

Rendered render_password_changed(const PasswordChangedModel& model) {
    mustache::data values;
    values.set("fullName", model.full_name);
    values.set("when", in_words(model.when));
    values.set("ip", model.ip);
    values.set("device", device_in_words(model.device));
    return in_layout("Your password was changed", "templates/password_changed.html", values);
}

Rendered render_email_change(const EmailChangeModel& model) {
    mustache::data values;
    values.set("fullName", model.full_name);
    values.set("newEmail", model.new_email);
    values.set("link", model.link);
    values.set("expiresIn", in_words(model.expires_in));
    return in_layout("Confirm your new e-mail address", "templates/email_change.html", values);
}

Rendered render_email_change_notice(const EmailChangeNoticeModel& model) {
    mustache::data values;
    values.set("fullName", model.full_name);
    values.set("newEmail", model.new_email);
    values.set("when", in_words(model.when));
    values.set("ip", model.ip);
    values.set("device", device_in_words(model.device));
    values.set("link", model.link);
    values.set("expiresIn", in_words(model.expires_in));
    return in_layout("Your e-mail address is about to change", "templates/email_change_notice.html",
                     values);
}

Rendered render_results_published(const ResultsPublishedModel& model) {
    mustache::data values;
    values.set("fullName", model.full_name);
    values.set("examTitle", model.exam_title);
    values.set("link", model.link);
    return in_layout("Results of " + model.exam_title, "templates/results_published.html", values);
}

Rendered render_notification(const NotificationModel& model) {
    return render_letter(model.subject, model.body, model.format, Footer::no_reply);
}

Rendered render_newsletter(const NewsletterModel& model) {
    return render_letter(model.subject, model.body, model.format, Footer::unsubscribe);
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
