// SPDX-License-Identifier: MIT
#pragma once
// MailModule: mails from the outbox to the relay as this program is set up - signing, SMTP or the
// dev inbox, the pipeline between them - put together.

#include <memory>
#include <optional>

#include "app/config.hpp"
#include "mail/dev_inbox_api.hpp"
#include "mail/dkim.hpp"
#include "module/module.hpp"
#include "module/parts.hpp"
#include "notices/mail_pipeline.hpp"
#include "redis/client.hpp"

namespace tripos::app {

/// What unsubscribe links begin with; of a server on any free port they lead to port 80.
std::string link_base(const Config& config);

/// In place of a relay, or before it where somebody asked for copies.
bool has_dev_inbox(const Config& config);

class MailModule final : public Module {
  public:
    /// `secret`: seals mails and signs links. Requires: the settings were checked.
    MailModule(const Parts& parts, redis::Client& queue_redis, const Config& config,
               const Secret& secret);

    static std::vector<sql::Migration> migrations();
    void add_routes(http::Router& router) override;
    std::vector<Chore> chores() override;
    Task<> start_work() override;
    Task<> stop(std::chrono::milliseconds grace) override;

    const notices::Outbox& outbox() const { return outbox_; }
    mail::Transport& transport() { return transport_; }
    notices::MailPipeline& pipeline() { return pipeline_; }

  private:
    const Clock& clock_;
    notices::Outbox outbox_;
    std::unique_ptr<mail::DkimSigner> dkim_;     ///< none: messages go unsigned
    std::unique_ptr<mail::Transport> relay_;     ///< none: mails stay in the dev inbox
    std::unique_ptr<mail::DevInbox> dev_inbox_;  ///< none: mails go to the relay only
    std::optional<mail::DevInboxApi> dev_inbox_api_;
    mail::Transport& transport_;  ///< one of the two
    notices::MailPipeline pipeline_;
};

}  // namespace tripos::app
