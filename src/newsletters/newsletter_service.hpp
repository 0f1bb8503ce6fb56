// SPDX-License-Identifier: MIT
#pragma once
// NewsletterService: what administrators do with newsletters.

#include <functional>

#include "mail/templates.hpp"
#include "module/parts.hpp"
#include "newsletters/audience.hpp"
#include "newsletters/newsletter.hpp"
#include "notices/letters.hpp"
#include "notices/outbox.hpp"

namespace tripos::newsletters {

/// There is no newsletter of that id.
Error no_such_newsletter();

struct NewNewsletter {
    Audience audience;
    mail::LetterModel model;
    std::string created_by;
    std::string id;  ///< empty: a new one
};

struct NewsletterWithProgress {
    Newsletter newsletter;
    Progress progress;
};

struct NewsletterPage {
    std::vector<NewsletterWithProgress> newsletters;  ///< newest first
    std::int64_t total = 0;
};

struct RecipientQuery {
    std::string newsletter_id;
    std::string status;  ///< of the mails; empty: all
    std::int64_t limit = 10;
    std::int64_t offset = 0;
};

/// Thread-safe.
class NewsletterService {
  public:
    /// `changed`: a newsletter's status has; a hook of the commit (sql::Session::on_commit).
    NewsletterService(const Parts& parts, const notices::Outbox& outbox,
                      std::function<void()> changed)
        : parts_(parts), outbox_(outbox), changed_(std::move(changed)) {}

    /// As a draft: nobody gets anything before resume(). When there is one with its id already,
    /// that is left as it is and returned. not_found for the list of an audience that does not
    /// exist, nobody_there() for an audience without anybody.
    Task<Result<NewsletterWithProgress>> create(NewNewsletter draft);
    Task<std::optional<NewsletterWithProgress>> find(std::string id);
    Task<NewsletterPage> list(std::int64_t limit, std::int64_t offset);
    /// Nothing when there is no such newsletter.
    Task<std::optional<std::vector<notices::LetterMail>>> recipients(RecipientQuery query);

    /// Its HTML as a test copy has it; nothing when there is no such newsletter.
    Task<std::optional<std::string>> preview(std::string id);
    /// Of an account.
    Task<std::string> address_of(std::string user_id);
    /// One copy, marked as a test, to one address; the id of the mail.
    Task<Result<std::string>> test(std::string id, std::string to);
    /// Starts a draft, or goes on with a paused one. `confirmation`: its subject; of one that
    /// would be started and is not confirmed, not_confirmed tells `subject` and `recipients`.
    Task<Result<NewsletterWithProgress>> resume(std::string id,
                                                std::optional<std::string> confirmation);
    /// From the commit on no mail of it begins; those at the relay's door finish.
    Task<Result<NewsletterWithProgress>> pause(std::string id);
    /// What has not been sent will not be. Final.
    Task<Result<NewsletterWithProgress>> cancel(std::string id);

  private:
    Task<Result<NewsletterWithProgress>> change(std::string id, std::vector<NewsletterStatus> from,
                                                NewsletterStatus to);

    const Parts parts_;
    const notices::Outbox& outbox_;
    const std::function<void()> changed_;
};

}  // namespace tripos::newsletters
