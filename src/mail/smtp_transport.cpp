// SPDX-License-Identifier: MIT
#include "mail/smtp_transport.hpp"

#include <curl/curl.h>

#include <atomic>
#include <mutex>
#include <vector>

#include "core/error.hpp"
#include "mail/detail/relay_pause.hpp"
#include "mail/detail/smtp_session.hpp"
#include "mail/detail/smtp_url.hpp"
#include "telemetry/log.hpp"

namespace tripos::mail {

namespace {

std::once_flag curl_ready;

}  // namespace

/// Sessions wait on a stack: the one used last is taken first, so that quiet times keep few
/// connections open.
class SmtpTransport::Impl {
  public:
    Impl(detail::SmtpUrl url, SmtpOptions options)
        : url_(std::move(url)),
          options_(std::move(options)),
          pool_({.name = "smtp", .threads = options_.connections}) {}
    ~Impl() { stopping_ = true; }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    std::string describe() const { return url_.display(); }
    ThreadPool& pool() { return pool_; }

    /// Blocking; on a pool thread.
    Delivery deliver(const Message& message) {
        const auto mime = to_mime(message);
        if (!mime) {
            return {.kind = Delivery::Kind::failed, .reply = mime.error().message};
        }
        auto session = take();
        Delivery delivery = session->send(message.from.text, message.to.text, *mime);
        give_back(std::move(session));
        note(delivery);
        return delivery;
    }

  private:
    std::unique_ptr<detail::SmtpSession> take() {
        {
            const std::scoped_lock lock(mutex_);
            if (!idle_.empty()) {
                auto session = std::move(idle_.back());
                idle_.pop_back();
                return session;
            }
        }
        return std::make_unique<detail::SmtpSession>(url_, options_, stopping_);
    }

    void give_back(std::unique_ptr<detail::SmtpSession> session) {
        const std::scoped_lock lock(mutex_);
        idle_.push_back(std::move(session));
    }

    /// Sets the pause and logs an outage when it begins and when it ends.
    void note(Delivery& delivery) {
        const bool away = delivery.kind == Delivery::Kind::retry_transport;
        const std::scoped_lock lock(mutex_);
        if (away) {
            delivery.pause = pause_.after_failure(std::chrono::steady_clock::now(), delivery.pause);
        } else {
            pause_.after_success();
        }
        if (away != is_away_) {
            is_away_ = away;
            if (away) {
                log::warn("mail", "the relay is away or throttles",
                          {{"relay", url_.display()},
                           {"code", delivery.code},
                           {"reply", delivery.reply}});
            } else {
                log::info("mail", "the relay answers again", {{"relay", url_.display()}});
            }
        }
    }

    // Constant after construction.
    const detail::SmtpUrl url_;
    const SmtpOptions options_;

    std::atomic<bool> stopping_{false};
    std::mutex mutex_;
    std::vector<std::unique_ptr<detail::SmtpSession>> idle_;
    detail::RelayPause pause_;
    bool is_away_ = false;

    ThreadPool pool_;  // last: its threads use everything above
};

Result<std::unique_ptr<SmtpTransport>> SmtpTransport::create(SmtpOptions options) {
    std::call_once(curl_ready, [] {
        if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
            throw SystemError("mail", "libcurl cannot be initialised");
        }
    });
    auto url = detail::parse_smtp_url(options.url);
    if (!url) {
        return url.error();
    }
    auto impl = std::make_unique<Impl>(std::move(*url), std::move(options));
    return std::unique_ptr<SmtpTransport>(new SmtpTransport(std::move(impl)));
}

SmtpTransport::SmtpTransport(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

SmtpTransport::~SmtpTransport() = default;

Task<Delivery> SmtpTransport::send(Message message) {
    auto work = [impl = impl_.get(), mail = std::move(message)] { return impl->deliver(mail); };
    co_return co_await impl_->pool().run(std::move(work));
}

std::string SmtpTransport::describe() const {
    return impl_->describe();
}

}  // namespace tripos::mail
