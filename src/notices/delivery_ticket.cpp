// SPDX-License-Identifier: MIT
#include "notices/delivery_ticket.hpp"

#include <future>

namespace tripos::notices {

DeliveryTicket::DeliveryTicket(sql::Database& database, const Clock& clock, MailTry mail_try)
    : database_(database), clock_(clock), mail_try_(std::move(mail_try)) {}

bool DeliveryTicket::mark() {
    bool counts = false;
    std::promise<bool> durable;
    database_.post_write(
        [&, now = clock_.now()](sql::Session& session) {
            counts = mark_in_doubt(session, mail_try_, now);
        },
        [&](const std::exception_ptr& problem) { durable.set_value(problem == nullptr); });
    return durable.get_future().get() && counts;
}

void DeliveryTicket::record(const mail::Delivery& delivery) {
    {
        const std::lock_guard lock(mutex_);
        result_.reset();
    }
    const auto first = std::make_shared<bool>(false);
    database_.post_write(
        [self = shared_from_this(), first, delivery, now = clock_.now()](sql::Session& session) {
            *first = record_outcome(session, self->mail_try_, delivery, now);
        },
        [self = shared_from_this(), first](const std::exception_ptr& problem) {
            self->finish(problem  ? Recorded::not_at_all
                         : *first ? Recorded::first
                                  : Recorded::second);
        });
}

Task<DeliveryTicket::Recorded> DeliveryTicket::recorded() {
    auto start = [self = shared_from_this()](Completion<Recorded> completion) {
        const std::lock_guard lock(self->mutex_);
        if (self->result_) {
            completion.complete(*self->result_);
        } else {
            self->waiter_ = std::move(completion);
        }
    };
    co_return co_await suspend<Recorded>(std::move(start));
}

void DeliveryTicket::finish(Recorded recorded) {
    std::optional<Completion<Recorded>> waiter;
    {
        const std::lock_guard lock(mutex_);
        result_ = recorded;
        waiter = std::move(waiter_);
    }
    if (waiter) {
        waiter->complete(recorded);
    }
}

}  // namespace tripos::notices
