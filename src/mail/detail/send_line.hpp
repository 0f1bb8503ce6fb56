// SPDX-License-Identifier: MIT
#pragma once
// SendLine: who goes next. The most urgent first; newsletters use only some of the connections, and
// one connection is kept for security mail alone. Pure; not thread-safe.

#include <algorithm>
#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "mail/transport.hpp"

namespace tripos::mail::detail {

struct LineOptions {
    std::size_t connections = 5;
    std::size_t bulk_connections = 0;  ///< 0: all but two
};

/// T is what waits.
template <class T>
class SendLine {
  public:
    explicit SendLine(const LineOptions& options) { resize(options); }

    /// Those at work go on, also where there are too many of them now.
    void resize(const LineOptions& options) {
        has_reserve_ = options.connections > 1;
        shared_ = std::max<std::size_t>(1, options.connections - (has_reserve_ ? 1 : 0));
        const auto most = std::max<std::size_t>(1, shared_ - 1);
        bulk_ = options.bulk_connections == 0 ? most : std::min(options.bulk_connections, most);
    }

    /// One of two or more connections is kept for security mail.
    bool has_reserve() const { return has_reserve_; }
    std::size_t shared_connections() const { return shared_; }

    void push(Urgency urgency, T item) { waiting_[index(urgency)].push_back(std::move(item)); }

    /// Of what kind a free connection may send one now; `limit` shared connections may be at work.
    std::optional<Urgency> next(bool is_reserved, std::size_t limit) const {
        if (is_reserved) {
            return is_waiting(Urgency::security) ? std::optional(Urgency::security) : std::nullopt;
        }
        if (busy() >= limit) {
            return std::nullopt;
        }
        for (const Urgency urgency : {Urgency::security, Urgency::notice}) {
            if (is_waiting(urgency)) {
                return urgency;
            }
        }
        // While the relay throttles, newsletters shrink first.
        const auto most_bulk = std::min(bulk_, std::max<std::size_t>(1, limit - 1));
        return is_waiting(Urgency::bulk) && busy_[index(Urgency::bulk)] < most_bulk
                   ? std::optional(Urgency::bulk)
                   : std::nullopt;
    }

    /// Takes it; tell finished() of it afterwards.
    std::optional<T> take(bool is_reserved, std::size_t limit) {
        const auto urgency = next(is_reserved, limit);
        if (!urgency) {
            return std::nullopt;
        }
        auto& line = waiting_[index(*urgency)];
        std::optional<T> item(std::move(line.front()));
        line.pop_front();
        if (!is_reserved) {
            ++busy_[index(*urgency)];
        }
        return item;
    }

    void finished(bool is_reserved, Urgency urgency) {
        if (!is_reserved) {
            --busy_[index(urgency)];
        }
    }

    std::size_t waiting_count() const {
        std::size_t sum = 0;
        for (const auto& line : waiting_) {
            sum += line.size();
        }
        return sum;
    }

    /// Up to `count` of that urgency, the newest first.
    std::vector<T> take_newest(Urgency urgency, std::size_t count) {
        auto& line = waiting_[index(urgency)];
        std::vector<T> taken;
        while (!line.empty() && taken.size() < count) {
            taken.push_back(std::move(line.back()));
            line.pop_back();
        }
        return taken;
    }

    /// Everything that waits, the most urgent first.
    std::deque<T> take_all() {
        std::deque<T> all;
        for (auto line = waiting_.rbegin(); line != waiting_.rend(); ++line) {
            std::move(line->begin(), line->end(), std::back_inserter(all));
            line->clear();
        }
        return all;
    }

  private:
    static std::size_t index(Urgency urgency) { return static_cast<std::size_t>(urgency); }
    bool is_waiting(Urgency urgency) const { return !waiting_[index(urgency)].empty(); }
    std::size_t busy() const { return busy_[0] + busy_[1] + busy_[2]; }

    bool has_reserve_ = false;
    std::size_t shared_ = 1;
    std::size_t bulk_ = 1;
    std::array<std::deque<T>, 3> waiting_;  ///< by Urgency
    std::array<std::size_t, 3> busy_{};     ///< shared connections at work, by Urgency
};

}  // namespace tripos::mail::detail
