// SPDX-License-Identifier: MIT
#include "http/detail/lane.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "core/random.hpp"
#include "http/detail/connection.hpp"

namespace tripos::http::detail {

namespace {

constexpr std::chrono::milliseconds kSweepInterval{250};
/// So many connections may be open beyond the limit when their lane has no idle one, others do.
constexpr std::size_t kMostMargin = 64;
constexpr std::uint64_t kMeasuredShare = 8;
constexpr std::string_view kNoRoute = "none";

constexpr std::string_view method_label(Method method) {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::head:
            return "HEAD";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::patch:
            return "PATCH";
        case Method::delete_:
            return "DELETE";
        case Method::options:
            return "OPTIONS";
        case Method::other:
            return "other";
    }
    return "other";
}

/// "Mon, 23 Nov 2026 09:30:00 GMT" (RFC 9110, 5.6.7).
std::string imf_fixdate(Timestamp at) {
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
    std::array<char, 64> text{};
    const int length = std::snprintf(
        text.data(), text.size(), "%s, %02u %s %d %02d:%02d:%02d GMT",
        days[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
        months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
        static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
        static_cast<int>(time.seconds().count()));
    return std::string(text.data(), static_cast<std::size_t>(length));
}

}  // namespace

Lane::Lane(asio::io_context& context, std::shared_ptr<Site> site)
    : context_(context),
      site_(std::move(site)),
      id_prefix_(SecureRandom().hex(6)),
      emptied_(context.get_executor()),
      acceptors_(context.get_executor()),
      tasks_(context.get_executor()) {
    refresh_date();
}

void Lane::add(Connection& connection) {
    connections_.insert(&connection);
    site_->open_gauge.set(static_cast<double>(++site_->open));
}

bool Lane::make_room() {
    const std::size_t open = site_->open;
    const std::size_t limit = site_->options.connection_limit;
    if (open < limit) {
        return true;
    }
    const bool made = std::any_of(connections_.begin(), connections_.end(),
                                  [](auto* connection) { return connection->close_if_idle(); });
    return made || open < limit + std::min(limit / 8, kMostMargin);
}

void Lane::remove(Connection& connection) {
    connections_.erase(&connection);
    site_->open_gauge.set(static_cast<double>(--site_->open));
    if (connections_.empty() && site_->draining) {
        emptied_.notify();
    }
}

std::string Lane::next_request_id() {
    std::array<char, 16> digits{};
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), ++id_count_, 36).ptr;
    std::string id;
    id.reserve(id_prefix_.size() + 1 + digits.size());
    id.append(id_prefix_).append("-").append(digits.data(), end);
    return id;
}

void Lane::record(const Request& request, int status, std::chrono::steady_clock::duration took) {
    const auto route = request.route.empty() ? kNoRoute : request.route;
    const auto index = static_cast<std::size_t>(request.method) * kClasses +
                       std::min<std::size_t>(static_cast<std::size_t>(status / 100), kClasses - 1);
    auto& figures = figures_[route.data()];
    auto& counter = figures.answered.at(index);
    if (counter == nullptr) {
        Labels labels{{"route", std::string(route)},
                      {"method", std::string(method_label(request.method))},
                      {"status", std::to_string(status / 100) + "xx"}};
        const std::string name = "tripos_http_requests_total";
        const std::string help = "Requests answered, by route pattern";
        counter = &site_->metrics.counter(name, help, labels);
        labels["status"] = "5xx";  // a counter must be seen at 0 for its first steps to be a rate
        site_->metrics.counter(name, help, labels);
    }
    counter->add();
    if (recorded_++ % kMeasuredShare == 0) {
        if (figures.seconds == nullptr) {
            figures.seconds = &site_->seconds(route);
        }
        figures.seconds->observe(std::chrono::duration<double>(took).count());
    }
}

void Lane::refresh_date() {
    const auto now = clock_.now();
    if (now - dated_at_ >= std::chrono::seconds(1) || now < dated_at_) {
        dated_at_ = std::chrono::floor<std::chrono::seconds>(now);
        date_ = imf_fixdate(now);
    }
}

Task<> Lane::sweep(std::shared_ptr<Lane> lane) {
    for (;;) {
        co_await sleep_for(kSweepInterval);
        lane->refresh_date();
        const auto now = std::chrono::steady_clock::now();
        for (auto* connection : lane->connections_) {
            connection->expire(now);
        }
    }
}

Task<> Lane::drain(std::shared_ptr<Lane> lane) {
    co_await lane->acceptors_.stop();
    for (auto* connection : lane->connections_) {
        connection->drain();
    }
}

Task<> Lane::finish(std::shared_ptr<Lane> lane, std::chrono::steady_clock::time_point deadline) {
    for (;;) {
        const auto left = deadline - std::chrono::steady_clock::now();
        if (lane->connections_.empty() || left <= left.zero()) {
            break;
        }
        co_await lane->emptied_.wait_for(left);
    }
    co_await lane->tasks_.stop();
}

}  // namespace tripos::http::detail
