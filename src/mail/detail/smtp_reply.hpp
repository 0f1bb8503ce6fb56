// SPDX-License-Identifier: MIT
#pragma once
// What an SMTP conversation came to (RFC 5321, 3463): a transcript that notes the stage and the
// last reply, and the one table that turns both into a Delivery. Pure; not thread-safe.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "mail/transport.hpp"

namespace tripos::mail::detail {

/// How far the conversation came; `connect` includes the greeting. From `dot` on the relay may have
/// accepted the message.
enum class Stage { connect, hello, starttls, auth, mail, rcpt, data, body, dot };

std::string_view name_of(Stage stage);

/// Fed with what libcurl says and hears. Commands are only looked at for their first word: AUTH
/// lines carry the password.
class Transcript {
  public:
    void on_command(std::string_view command);
    void on_body() { stage_ = Stage::body; }
    /// The whole body was handed over; the final dot goes out next.
    void on_body_end();
    /// One line of a reply; what comes after QUIT is ignored.
    void on_line(std::string_view line);

    Stage stage() const { return stage_; }
    bool has_quit() const { return has_quit_; }
    int code() const { return code_; }  ///< of the reply to the current stage; 0: none yet
    /// Its words, lines joined, control characters escaped, at most 500 bytes.
    const std::string& text() const { return text_; }

  private:
    void begin(Stage stage);

    Stage stage_ = Stage::connect;
    bool has_quit_ = false;
    int code_ = 0;
    std::string text_;
};

/// The outcome by stage and reply. Without a reply (code 0): `problem` says what happened to the
/// connection. Lost after the dot: in doubt, so retry_message - the next try carries the same
/// Message-ID. `pause` is only what the relay's words ask for; see RelayPause.
Delivery classify(const Transcript& transcript, std::string_view problem);

/// "try again in 20 seconds" and the like, at most 60 s.
std::optional<std::chrono::seconds> requested_wait(std::string_view reply);

/// For control characters in the relay's words.
std::string escape_controls(std::string_view text, std::size_t limit);

}  // namespace tripos::mail::detail
