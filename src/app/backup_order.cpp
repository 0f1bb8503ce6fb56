// SPDX-License-Identifier: MIT
#include "app/backup_order.hpp"

#include <future>
#include <thread>

#include "app/control_session.hpp"
#include "app/signals.hpp"

namespace tripos::app {

namespace {

constexpr std::chrono::milliseconds kOrderLook{20};

}  // namespace

OrderedBackup order_backup(const std::string& folder, const Config& config, Remembered remembered) {
    ControlSession session(config);
    const boost::json::object body{{"folder", folder},
                                   {"remember", remembered == Remembered::once_made}};
    auto answer =
        std::async(std::launch::async, [&] { return session.succeed("/control/backup", body); });
    bool is_told = false;
    while (answer.wait_for(kOrderLook) != std::future_status::ready) {
        is_told = is_told || stop_signal_within(std::chrono::milliseconds(0));
        if (is_told) {
            // Again and again: the first may have come before the copy was begun.
            session.ask("/control/backup/stop", body);
        }
    }
    return {.answer = answer.get(), .is_told_to_stop = is_told};
}

bool mark_verified(const std::string& folder, const Config& config) {
    ControlSession session(config);
    return session.succeed("/control/backup/verified", {{"folder", folder}}).has_value();
}

}  // namespace tripos::app
