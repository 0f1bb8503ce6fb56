// SPDX-License-Identifier: MIT
#include "mail/dev_failures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/text.hpp"
#include "mail/detail/smtp_classifier.hpp"

namespace tripos::mail {

namespace {

using detail::Stage;

constexpr std::string_view kDrop = "drop";
constexpr std::size_t kLongestReply = 200;
/// In the order of a conversation.
constexpr std::array<std::pair<std::string_view, Stage>, 7> kStages = {{
    {"connect", Stage::greeting},
    {"hello", Stage::hello},
    {"auth", Stage::auth},
    {"mail", Stage::mail},
    {"rcpt", Stage::rcpt},
    {"data", Stage::data},
    {"dot", Stage::dot},
}};

bool is_reply(std::string_view reply) {
    const bool coded = reply.size() >= 3 && reply.size() <= kLongestReply &&
                       (reply[0] == '4' || reply[0] == '5') && parse_int(reply.substr(0, 3)) &&
                       (reply.size() == 3 || reply[3] == ' ');
    return (coded && !has_control_characters(reply)) || reply == kDrop;
}

Delivery outcome_of(const DevFailure& failure, Stage stage) {
    if (failure.reply == kDrop) {
        return {.kind = stage == Stage::dot ? Delivery::Kind::in_doubt
                                            : Delivery::Kind::retry_transport,
                .reply = "the dev inbox dropped the connection, as it was told to"};
    }
    return detail::classify_reply(stage, failure.reply);
}

}  // namespace

Result<DevFailure> check_dev_failure(DevFailure failure) {
    failure.stage = to_lower(failure.stage);
    const bool known = std::any_of(kStages.begin(), kStages.end(),
                                   [&](const auto& stage) { return stage.first == failure.stage; });
    if (!known) {
        return invalid_field("stage",
                             "stage is one of connect, hello, auth, mail, rcpt, data and dot");
    }
    if (!is_reply(failure.reply)) {
        return invalid_field("reply", "reply is a refusal such as 451 4.3.0 later, or drop");
    }
    if (!(failure.probability >= 0 && failure.probability <= 1)) {
        return invalid_field("probability", "probability is a number from 0 to 1");
    }
    return failure;
}

Result<DevFailure> parse_dev_failure(std::string_view text) {
    text = trim(text);
    const auto first = std::min(text.find(' '), text.size());
    const auto percent = text.find("% ", first);
    const auto number = percent == std::string_view::npos
                            ? std::nullopt
                            : parse_int(trim(text.substr(first, percent - first)));
    if (!number) {
        return invalid_field("failure", "a failure reads \"rcpt 10% 451 4.3.0 later\"");
    }
    return check_dev_failure({.stage = std::string(text.substr(0, first)),
                              .reply = std::string(trim(text.substr(percent + 1))),
                              .probability = static_cast<double>(*number) / 100});
}

void DevFailures::replace(std::vector<DevFailure> failures) {
    const std::scoped_lock lock(mutex_);
    failures_ = std::move(failures);
}

std::vector<DevFailure> DevFailures::list() const {
    const std::scoped_lock lock(mutex_);
    return failures_;
}

std::optional<Delivery> DevFailures::strike(Random& random) const {
    const auto failures = list();
    for (const auto& [name, stage] : kStages) {
        for (const auto& failure : failures) {
            if (failure.stage == name && random.unit() < failure.probability) {
                return outcome_of(failure, stage);
            }
        }
    }
    return std::nullopt;
}

}  // namespace tripos::mail
