// SPDX-License-Identifier: MIT
#include "notices/mail_figures.hpp"

#include <algorithm>
#include <cmath>

#include "notices/delivery_rows.hpp"

namespace tripos::notices {

std::string_view to_string(mail::Urgency urgency) {
    switch (urgency) {
        case mail::Urgency::security:
            return "security";
        case mail::Urgency::notice:
            return "notice";
        case mail::Urgency::bulk:
            break;
    }
    return "bulk";
}

void LatencyWindow::add(std::chrono::duration<double> took) {
    if (newest_.size() < kSize) {
        newest_.push_back(took.count());
        return;
    }
    newest_[next_] = took.count();
    next_ = (next_ + 1) % kSize;
}

std::chrono::duration<double> LatencyWindow::quantile(double share) const {
    if (newest_.empty()) {
        return std::chrono::duration<double>(0);
    }
    auto sorted = newest_;
    const auto rank = std::ceil(share * static_cast<double>(sorted.size()));
    const auto at = static_cast<std::ptrdiff_t>(std::max(rank, 1.0)) - 1;
    std::nth_element(sorted.begin(), sorted.begin() + at, sorted.end());
    return std::chrono::duration<double>(sorted[static_cast<std::size_t>(at)]);
}

const MailFigures::Event MailFigures::kResent{"tripos_mail_resent_in_doubt_total",
                                              "Sent again although they may have arrived"};
const MailFigures::Event MailFigures::kLeft{"tripos_mail_left_in_doubt_total",
                                            "May have arrived, and were not sent again"};
const MailFigures::Event MailFigures::kSecondCopy{"tripos_mail_second_copies_total",
                                                  "Delivered although they were sent before"};
const MailFigures::Event MailFigures::kWithdrawn{
    "tripos_mail_withdrawn_total", "Not sent: suppressed, held, cancelled or too late"};

/// A counter must be seen at 0 for its first steps to be a rate.
MailFigures::MailFigures(Metrics& metrics) : metrics_(metrics) {
    for (const auto& event : {kResent, kLeft, kSecondCopy, kWithdrawn}) {
        for (const auto urgency :
             {mail::Urgency::bulk, mail::Urgency::notice, mail::Urgency::security}) {
            counter(event, urgency);
        }
    }
}

ClassFigures MailFigures::of(mail::Urgency urgency) const {
    const std::lock_guard lock(mutex_);
    return classes_[static_cast<std::size_t>(urgency)];
}

std::int64_t MailFigures::tries(mail::Urgency urgency) const {
    const std::lock_guard lock(mutex_);
    std::int64_t sum = 0;
    for (const auto& [name, number] : classes_[static_cast<std::size_t>(urgency)].outcomes) {
        sum += number;
    }
    return sum;
}

void MailFigures::on_outcome(mail::Urgency urgency, const std::string& kind,
                             mail::Delivery::Kind outcome) {
    const std::string name(to_string(outcome));
    const std::lock_guard lock(mutex_);
    ++at(urgency).outcomes[name];
    Counter*& counter = outcomes_[{kind, outcome}];
    if (counter == nullptr) {
        counter =
            &metrics_.counter("tripos_mail_deliveries_total", "Tries to hand a mail to the relay",
                              {{"kind", kind}, {"outcome", name}});
    }
    counter->add();
}

void MailFigures::on_delivered(mail::Urgency urgency, std::chrono::duration<double> took) {
    {
        const std::lock_guard lock(mutex_);
        at(urgency).delivery.add(took);
    }
    metrics_
        .histogram("tripos_mail_delivery_seconds", "From acceptance to delivery",
                   {{"class", std::string(to_string(urgency))}})
        .observe(took.count());
}

void MailFigures::on_resent_in_doubt(mail::Urgency urgency) {
    const std::lock_guard lock(mutex_);
    ++at(urgency).resent_in_doubt;
    counter(kResent, urgency).add();
}

void MailFigures::on_left_in_doubt(mail::Urgency urgency) {
    const std::lock_guard lock(mutex_);
    ++at(urgency).left_in_doubt;
    counter(kLeft, urgency).add();
}

void MailFigures::on_second_copy(mail::Urgency urgency) {
    const std::lock_guard lock(mutex_);
    ++at(urgency).second_copies;
    counter(kSecondCopy, urgency).add();
}

void MailFigures::on_withdrawn(mail::Urgency urgency) {
    const std::lock_guard lock(mutex_);
    ++at(urgency).withdrawn;
    counter(kWithdrawn, urgency).add();
}

Counter& MailFigures::counter(const Event& event, mail::Urgency urgency) {
    return metrics_.counter(event.name, event.help, {{"class", std::string(to_string(urgency))}});
}

}  // namespace tripos::notices
