// SPDX-License-Identifier: MIT
#include "newsletters/newsletter_service.hpp"

#include <algorithm>

#include "accounts/candidate.hpp"
#include "core/id.hpp"
#include "core/text.hpp"
#include "http/json_writer.hpp"
#include "newsletters/mailing_lists.hpp"
#include "newsletters/newsletter_store.hpp"

namespace tripos::newsletters {

namespace {

using Status = NewsletterStatus;

NewsletterWithProgress with_progress(sql::Session& session, Newsletter newsletter) {
    auto progress = progress_of(notices::count_by_status(session, newsletter.id));
    return {.newsletter = std::move(newsletter), .progress = progress};
}

/// A test leads nowhere: nobody shall leave a list by trying it.
std::string shown_to_staff(const notices::LetterText& letter) {
    return mail::with_unsubscribe_link(letter.html, "about:blank");
}

/// The test copy; nothing when there is no such newsletter.
std::optional<notices::OutgoingMail> test_copy(sql::Session& session, const std::string& id,
                                               const std::string& to) {
    const auto letter = notices::find_letter(session, id);
    if (!letter) {
        return std::nullopt;
    }
    return notices::OutgoingMail{.kind = "newsletter_test",
                                 .to = to,
                                 .subject = "[Test] " + letter->subject,
                                 .html = shown_to_staff(*letter),
                                 .priority = notices::Priority::normal(),
                                 .user_id = std::nullopt};
}

/// Who has yet to get it.
std::int64_t count_waiting(sql::Session& session, const Newsletter& newsletter) {
    const auto progress = progress_of(notices::count_by_status(session, newsletter.id));
    const auto found = progress.planned + progress.queued + progress.deferred;
    if (newsletter.all_found) {
        return found;
    }
    const auto members = count_members(session, parse_audience(newsletter.audience));
    return std::max(found, found + members - progress.total);
}

/// Nothing where it would start nothing.
std::optional<Error> unless_confirmed(sql::Session& session, const std::string& id,
                                      const std::optional<std::string>& confirmation) {
    const auto newsletter = find_newsletter(session, id);
    if (!newsletter || confirmation == newsletter->subject ||
        (newsletter->status != Status::draft && newsletter->status != Status::paused)) {
        return std::nullopt;
    }
    const auto waiting = count_waiting(session, *newsletter);
    auto error = conflict("not_confirmed", "This mails " + counted(waiting, "reader") +
                                               ": repeat with the newsletter's subject, \"" +
                                               newsletter->subject + "\", as `confirm`");
    error.extra.emplace_back("subject", http::json_string(newsletter->subject));
    error.extra.emplace_back("recipients", std::to_string(waiting));
    return error;
}

}  // namespace

Error no_such_newsletter() {
    return not_found("There is no newsletter with this id");
}

Task<Result<NewsletterWithProgress>> NewsletterService::create(NewNewsletter draft) {
    const auto now = parts_.clock.now();
    const bool has_own_list = draft.audience.kind == Audience::Kind::list;
    Newsletter newsletter{.id = draft.id.empty() ? new_id(now, parts_.random) : draft.id,
                          .subject = draft.model.subject,
                          .list = has_own_list ? draft.audience.value : std::string(kDefaultList),
                          .audience = to_text(draft.audience),
                          .created_by = draft.created_by,
                          .created_at = now};
    const notices::Letter letter{.id = newsletter.id,
                                 .kind = "newsletter",
                                 .subject = newsletter.subject,
                                 .html = mail::render_newsletter(draft.model).html,
                                 .list = newsletter.list};
    auto look = [&audience = draft.audience](sql::Session& session) {
        return has_members(session, audience);
    };
    const bool has_readers = co_await parts_.database.read(std::move(look), sql::Turn::bulk);
    if (!has_readers) {
        co_return has_own_list ? no_such_list() : nobody_there();
    }
    auto work = [&newsletter, &letter](sql::Session& session) {
        if (notices::put_letter(session, letter)) {
            put_newsletter(session, newsletter);
        }
    };
    co_await parts_.database.write(std::move(work));
    auto made = co_await find(newsletter.id);
    if (!made) {
        co_return no_such_newsletter();
    }
    co_return std::move(*made);
}

Task<std::optional<NewsletterWithProgress>> NewsletterService::find(std::string id) {
    auto work = [&id](sql::Session& session) -> std::optional<NewsletterWithProgress> {
        auto newsletter = find_newsletter(session, id);
        if (!newsletter) {
            return std::nullopt;
        }
        return with_progress(session, std::move(*newsletter));
    };
    co_return co_await parts_.database.read(std::move(work));
}

Task<NewsletterPage> NewsletterService::list(std::int64_t limit, std::int64_t offset) {
    auto work = [limit, offset](sql::Session& session) {
        NewsletterPage page;
        page.total = count_newsletters(session);
        for (auto& newsletter : list_newsletters(session, limit, offset)) {
            page.newsletters.push_back(with_progress(session, std::move(newsletter)));
        }
        return page;
    };
    co_return co_await parts_.database.read(std::move(work));
}

Task<std::optional<std::vector<notices::LetterMail>>> NewsletterService::recipients(
    RecipientQuery query) {
    using Mails = std::vector<notices::LetterMail>;
    auto work = [&query](sql::Session& session) -> std::optional<Mails> {
        if (!find_newsletter(session, query.newsletter_id)) {
            return std::nullopt;
        }
        return notices::list_mails(session, query.newsletter_id, query.status, query.limit,
                                   query.offset);
    };
    co_return co_await parts_.database.read(std::move(work));
}

Task<std::optional<std::string>> NewsletterService::preview(std::string id) {
    auto work = [&id](sql::Session& session) -> std::optional<std::string> {
        const auto letter = notices::find_letter(session, id);
        return letter ? std::optional(shown_to_staff(*letter)) : std::nullopt;
    };
    co_return co_await parts_.database.read(std::move(work));
}

Task<std::string> NewsletterService::address_of(std::string user_id) {
    auto work = [&user_id](sql::Session& session) {
        return accounts::find_candidates(session, {user_id}).at(user_id).email;
    };
    co_return co_await parts_.database.read(std::move(work));
}

Task<Result<std::string>> NewsletterService::test(std::string id, std::string to) {
    auto work = [&id, &to, this](sql::Session& session) -> Result<std::string> {
        const auto copy = test_copy(session, id, to);
        if (!copy) {
            return no_such_newsletter();
        }
        mark_tested(session, id, parts_.clock.now());
        return outbox_.put(session, *copy);
    };
    co_return co_await parts_.database.write(std::move(work));
}

Task<Result<NewsletterWithProgress>> NewsletterService::resume(
    std::string id, std::optional<std::string> confirmation) {
    auto look = [&id, &confirmation](sql::Session& session) {
        return unless_confirmed(session, id, confirmation);
    };
    if (auto refusal = co_await parts_.database.read(std::move(look), sql::Turn::bulk)) {
        co_return std::move(*refusal);
    }
    std::vector<Status> from{Status::draft, Status::paused};
    co_return co_await change(std::move(id), std::move(from), Status::sending);
}

Task<Result<NewsletterWithProgress>> NewsletterService::pause(std::string id) {
    std::vector<Status> from{Status::sending};
    co_return co_await change(std::move(id), std::move(from), Status::paused);
}

Task<Result<NewsletterWithProgress>> NewsletterService::cancel(std::string id) {
    std::vector<Status> from{Status::draft, Status::sending, Status::paused};
    co_return co_await change(std::move(id), std::move(from), Status::cancelled);
}

Task<Result<NewsletterWithProgress>> NewsletterService::change(std::string id,
                                                               std::vector<Status> from,
                                                               Status to) {
    auto work =
        [&, now = parts_.clock.now()](sql::Session& session) -> Result<NewsletterWithProgress> {
        const bool changed = change_status(
            session, id, from,
            {.to = to, .reason = to == Status::paused ? "by an administrator" : "", .at = now});
        auto newsletter = find_newsletter(session, id);
        if (!newsletter) {
            return no_such_newsletter();
        }
        // Asking twice for the same is no mistake: the answer may have been lost.
        if (!changed && newsletter->status != to) {
            return conflict("wrong_status",
                            "The newsletter is " + std::string(to_text(newsletter->status)) +
                                ": that does not lead to " + std::string(to_text(to)));
        }
        session.on_commit(this, changed_);
        return with_progress(session, std::move(*newsletter));
    };
    co_return co_await parts_.database.write(std::move(work));
}

}  // namespace tripos::newsletters
