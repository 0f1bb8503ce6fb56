// SPDX-License-Identifier: MIT
#include "mail/smtp_transport.hpp"

#include <curl/curl.h>

#include <map>
#include <mutex>
#include <tuple>

#include "async/thread_pool.hpp"
#include "core/error.hpp"
#include "mail/detail/smtp_pool.hpp"
#include "mail/detail/smtp_url.hpp"

namespace tripos::mail {

namespace {

std::once_flag curl_ready;

/// What two mails must have in common to share a connection.
using PoolKey = std::tuple<std::string, std::uint16_t, bool, std::string>;

PoolKey key_of(const detail::SmtpUrl& url) {
    return {url.host, url.port, url.is_tls, url.user};
}

}  // namespace

class SmtpTransport::Impl {
  public:
    Impl(const detail::SmtpUrl& url, const detail::SmtpUrl& bulk_url, const SmtpOptions& options,
         Metrics& metrics)
        : pool_(open(url, options, metrics)), bulk_pool_(open(bulk_url, options, metrics)) {}
    /// Probes are on threads that end first, and use the pools.
    ~Impl() {
        for (const auto& [key, pool] : pools_) {
            pool->stop();
        }
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    detail::SmtpPool& pool_for(Urgency urgency) {
        return urgency == Urgency::bulk ? bulk_pool_ : pool_;
    }
    detail::SmtpPool& pool() { return pool_; }
    const detail::SmtpPool& pool() const { return pool_; }
    ThreadPool& probes() { return probes_; }
    void resize(const detail::LineOptions& options) {
        for (const auto& [key, pool] : pools_) {
            pool->resize(options);
        }
    }
    void stop_taking() {
        for (const auto& [key, pool] : pools_) {
            pool->stop_taking();
        }
    }

  private:
    detail::SmtpPool& open(const detail::SmtpUrl& url, const SmtpOptions& options,
                           Metrics& metrics) {
        auto& pool = pools_[key_of(url)];
        if (!pool) {
            pool = std::make_unique<detail::SmtpPool>(url, options, metrics);
        }
        return *pool;
    }

    std::map<PoolKey, std::unique_ptr<detail::SmtpPool>> pools_;
    detail::SmtpPool& pool_;
    detail::SmtpPool& bulk_pool_;
    ThreadPool probes_{{.name = "smtp probe"}};
};

Result<> check_smtp_url(const std::string& setting, const Secret& url) {
    const auto parsed = detail::parse_smtp_url(setting, url);
    return parsed ? Result<>() : parsed.error();
}

Result<std::unique_ptr<SmtpTransport>> SmtpTransport::create(SmtpOptions options,
                                                             Metrics& metrics) {
    std::call_once(curl_ready, [] {
        if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
            throw SystemError("mail", "libcurl cannot be initialised");
        }
    });
    auto url = detail::parse_smtp_url("SMTP_URL", options.url);
    if (!url) {
        return url.error();
    }
    auto bulk_url =
        options.bulk_url.empty() ? url : detail::parse_smtp_url("SMTP_BULK_URL", options.bulk_url);
    if (!bulk_url) {
        return bulk_url.error();
    }
    auto impl = std::make_unique<Impl>(*url, *bulk_url, options, metrics);
    return std::unique_ptr<SmtpTransport>(new SmtpTransport(std::move(impl)));
}

SmtpTransport::SmtpTransport(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

SmtpTransport::~SmtpTransport() = default;

Task<Delivery> SmtpTransport::send(Message message, SendParams params) {
    auto start = [this, mail = std::move(message),
                  how = std::move(params)](Completion<Delivery> completion) mutable {
        auto& pool = impl_->pool_for(how.urgency);
        pool.submit(std::move(mail), std::move(how), std::move(completion));
    };
    co_return co_await suspend<Delivery>(std::move(start));
}

Task<Probe> SmtpTransport::probe(Message message) {
    auto work = [impl = impl_.get(), mail = std::move(message)] {
        return impl->pool().probe(mail);
    };
    co_return co_await impl_->probes().run(std::move(work));
}

std::size_t SmtpTransport::make_way(Urgency urgency, std::size_t count) {
    return impl_->pool_for(urgency).make_way(urgency, count);
}

void SmtpTransport::set_connections(std::size_t connections, std::size_t bulk_connections) {
    impl_->resize({.connections = connections, .bulk_connections = bulk_connections});
}

void SmtpTransport::stop_taking() {
    impl_->stop_taking();
}

std::string SmtpTransport::describe() const {
    return impl_->pool().url().display();
}

}  // namespace tripos::mail
