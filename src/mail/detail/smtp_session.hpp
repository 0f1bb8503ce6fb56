// SPDX-License-Identifier: MIT
#pragma once
// SmtpSession: one libcurl easy handle, that is one connection to the relay, kept open between
// messages. libcurl closes it after every transfer that failed. Blocking; not thread-safe: one
// thread at a time uses a session. https://curl.se/libcurl/c/libcurl-easy.html

#include <curl/curl.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mail/detail/smtp_dialogue.hpp"
#include "mail/detail/smtp_transcript.hpp"
#include "mail/detail/smtp_url.hpp"
#include "mail/relay_try.hpp"
#include "mail/smtp_transport.hpp"

namespace tripos::mail::detail {

class SmtpSession {
  public:
    /// `stopping` aborts a transfer within about a second; it outlives the session.
    SmtpSession(const SmtpUrl& url, const SmtpOptions& options, const std::atomic<bool>& stopping);
    ~SmtpSession();
    SmtpSession(const SmtpSession&) = delete;
    SmtpSession& operator=(const SmtpSession&) = delete;

    struct Envelope {
        const std::string& from;
        const std::string& to;
        std::string_view mime;
        const std::function<bool()>& before_dot;  ///< may be empty
    };

    /// Sends one message. A kept connection that turns out to be dead before the relay took the
    /// sender is replaced at once. Requires: `from` and `to` passed parse_address(); `mime` is what
    /// to_mime() made.
    Delivery send(const Envelope& envelope);

    /// Goes as far as MAIL FROM and hangs up: no mail is sent. Requires: as send(); nothing was
    /// sent.
    RelayTry knock(const std::string& from);

    /// From now on everything that is said goes there, too; it outlives the session.
    void record(Dialogue& dialogue) { dialogue_ = &dialogue; }
    /// Connections opened since the last call.
    std::size_t take_connects() { return std::exchange(connects_, 0); }
    bool is_open() const { return !sockets_.empty(); }

  private:
    struct Attempt {
        Delivery delivery;
        bool died_while_idle = false;
    };
    using Instant = std::chrono::steady_clock::time_point;

    void set_up(const SmtpUrl& url, const SmtpOptions& options);
    void set_up_tls(const SmtpUrl& url, const SmtpOptions& options);
    void set_up_callbacks();
    Attempt transfer(const Envelope& envelope);
    Attempt conclude(CURLcode result, std::string_view detail);

    bool is_connected() const;
    void allow(std::chrono::milliseconds time);
    void allow_for_stage();

    /// QUIT is a courtesy, but libcurl waits for its answer as long as for any other; this ends the
    /// wait.
    void stop_listening();

    static std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* self);
    static std::size_t on_header(char* line, std::size_t size, std::size_t count, void* self);
    static int on_debug(CURL* handle, curl_infotype type, char* data, std::size_t size, void* self);
    static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
    static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* address);
    static int on_close(void* self, curl_socket_t socket);

    // Constant after construction.
    const std::size_t messages_per_connection_;
    const SmtpTimeouts timeouts_;
    const std::atomic<bool>& stopping_;
    Dialogue* dialogue_ = nullptr;

    // Of the connection. Declared before the handle, whose clean-up calls back.
    std::vector<curl_socket_t> sockets_;
    std::size_t messages_on_connection_ = 0;
    std::size_t connects_ = 0;

    // Of the transfer that runs.
    Transcript transcript_;
    std::string_view unsent_;
    std::size_t size_ = 0;
    const std::function<bool()>* before_dot_ = nullptr;
    bool withheld_ = false;
    bool needs_utf8_ = false;  ///< an address is not ASCII
    bool lacks_utf8_ = false;  ///< which this relay does not take
    Instant deadline_;         ///< of the stage
    bool overdue_ = false;

    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_;
};

}  // namespace tripos::mail::detail
