// SPDX-License-Identifier: MIT
#pragma once
// What was said in one SMTP conversation (RFC 5321): how far it came and the reply that counts.
// Pure; not thread-safe.

#include <cstddef>
#include <string>
#include <string_view>

namespace tripos::mail::detail {

/// How far the conversation came. From `dot` on the relay may have accepted the message.
enum class Stage { connect, greeting, hello, starttls, auth, mail, rcpt, data, body, dot };

std::string_view name_of(Stage stage);

inline constexpr std::size_t kReplyLimit = 500;  ///< bytes of the relay's words that are kept

/// Fed with what libcurl says and hears. Commands are only looked at for their first word: AUTH
/// lines carry the password.
class Transcript {
  public:
    /// TCP is there; the greeting comes next.
    void on_connected();
    void on_command(std::string_view command);
    void on_body() { stage_ = Stage::body; }
    /// The whole body was handed over; the final dot goes out next.
    void on_body_end();
    /// One line of a reply; what comes after QUIT is ignored.
    void on_line(std::string_view line);

    Stage stage() const { return stage_; }
    bool has_quit() const { return has_quit_; }
    int code() const { return code_; }  ///< of the reply to the current stage; 0: none yet
    /// Its words, lines joined, control characters escaped, at most kReplyLimit bytes.
    const std::string& text() const { return text_; }

  private:
    void begin(Stage stage);

    Stage stage_ = Stage::connect;
    bool has_quit_ = false;
    int code_ = 0;
    std::string text_;
};

/// For the relay's words: what is not printable ASCII becomes \xNN; at most `limit` bytes.
std::string escape_controls(std::string_view text, std::size_t limit);

}  // namespace tripos::mail::detail
