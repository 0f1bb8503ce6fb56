// SPDX-License-Identifier: MIT
#pragma once
// MailFigures: how the mails of each class fare - outcomes, time from acceptance to delivery,
// doubts. As Prometheus metrics, and with quantiles of the newest deliveries for the
// administration.

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mail/transport.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::notices {

/// "security", "notice", "bulk".
std::string_view to_string(mail::Urgency urgency);

/// The newest durations, and quantiles of them. Not thread-safe.
class LatencyWindow {
  public:
    void add(std::chrono::duration<double> took);
    /// The value that `share` (0 to 1) of them do not exceed; 0: there is none yet.
    std::chrono::duration<double> quantile(double share) const;

  private:
    static constexpr std::size_t kSize = 2'048;
    std::vector<double> newest_;
    std::size_t next_ = 0;
};

struct ClassFigures {
    std::map<std::string, std::int64_t> outcomes;  ///< by name, since the start
    std::int64_t resent_in_doubt = 0;              ///< sent again although they may have arrived
    std::int64_t left_in_doubt = 0;                ///< not sent again
    std::int64_t second_copies = 0;                ///< delivered although they were SENT
    std::int64_t withdrawn = 0;                    ///< suppressed, held, cancelled or too late
    LatencyWindow delivery;                        ///< from acceptance to the relay's yes
};

/// Thread-safe.
class MailFigures {
  public:
    explicit MailFigures(Metrics& metrics);

    void on_outcome(mail::Urgency urgency, const std::string& kind, mail::Delivery::Kind outcome);
    void on_delivered(mail::Urgency urgency, std::chrono::duration<double> took);
    void on_resent_in_doubt(mail::Urgency urgency);
    void on_left_in_doubt(mail::Urgency urgency);
    void on_second_copy(mail::Urgency urgency);
    void on_withdrawn(mail::Urgency urgency);

    ClassFigures of(mail::Urgency urgency) const;
    std::int64_t tries(mail::Urgency urgency) const;  ///< that have ended, whatever their outcome

  private:
    ClassFigures& at(mail::Urgency urgency) { return classes_[static_cast<std::size_t>(urgency)]; }
    struct Event {
        const char* name;
        const char* help;
    };
    static const Event kResent;
    static const Event kLeft;
    static const Event kSecondCopy;
    static const Event kWithdrawn;

    Counter& counter(const Event& event, mail::Urgency urgency);

    Metrics& metrics_;
    mutable std::mutex mutex_;  ///< of what follows
    std::array<ClassFigures, 3> classes_;
    std::map<std::pair<std::string, mail::Delivery::Kind>, Counter*> outcomes_;
};

}  // namespace tripos::notices
