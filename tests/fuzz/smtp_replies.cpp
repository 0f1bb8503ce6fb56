// SPDX-License-Identifier: MIT
// A conversation, line by line: ">" what we say, "." the end of the message, all else the relay's.
#include <algorithm>

#include "core/text.hpp"
#include "fuzz/fuzz.hpp"
#include "mail/detail/smtp_classifier.hpp"
#include "mail/detail/smtp_dialogue.hpp"
#include "mail/detail/smtp_transcript.hpp"

namespace tripos::fuzz {

namespace {

using mail::Delivery;
using mail::detail::Stage;

bool is_shown(std::string_view text, std::size_t limit) {
    return text.size() <= limit &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

void require_promises(const Delivery& delivery, Stage stage) {
    require(is_shown(delivery.reply, 500), "the relay's words can be shown");
    const bool is_of_message = delivery.kind == Delivery::Kind::retry_message;
    const auto longest = std::chrono::minutes(is_of_message ? 15 : 1);
    require(delivery.pause.count() >= 0 && delivery.pause <= longest, "a pause is short");
    require(delivery.kind != Delivery::Kind::delivered ||
                (stage == Stage::dot && delivery.code / 100 == 2),
            "delivered is what the relay took after the final dot");
    require(stage != Stage::dot || delivery.code != 0 || delivery.kind == Delivery::Kind::in_doubt,
            "without an answer to the final dot it is in doubt");
}

}  // namespace

void smtp_replies(std::string_view input) {
    mail::detail::Transcript transcript;
    mail::detail::Dialogue dialogue;
    for (const auto line : split(input, '\n')) {
        if (line.starts_with('>')) {
            const auto command = std::string(line.substr(1)) + "\r\n";
            transcript.on_command(command);
            dialogue.on_command(command);
        } else if (line == ".") {
            transcript.on_body();
            transcript.on_body_end();
            dialogue.on_message(input.size());
        } else {
            transcript.on_line(line);
            dialogue.on_line(line);
        }
        require(is_shown(transcript.text(), 500), "a reply can be shown");
    }
    require_promises(mail::detail::classify(transcript, input), transcript.stage());
    for (auto stage = Stage::connect; stage <= Stage::dot;
         stage = static_cast<Stage>(static_cast<int>(stage) + 1)) {
        require_promises(mail::detail::classify_reply(stage, input), stage);
    }
    const auto lines = dialogue.take();
    require(lines.size() <= 200, "a dialogue is short");
    require(std::all_of(lines.begin(), lines.end(),
                        [](const auto& line) { return is_shown(line, 510); }),
            "a dialogue can be shown");
}

}  // namespace tripos::fuzz
