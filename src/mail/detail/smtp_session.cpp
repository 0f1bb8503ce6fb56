// SPDX-License-Identifier: MIT
#include "mail/detail/smtp_session.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "core/assert.hpp"
#include "core/error.hpp"
#include "mail/address.hpp"
#include "mail/detail/smtp_classifier.hpp"

namespace tripos::mail::detail {

namespace {

using std::chrono::milliseconds;

template <class T>
void set(CURL* handle, CURLoption option, T value) {
    TRIPOS_ASSERT(curl_easy_setopt(handle, option, value) == CURLE_OK);
}

class RecipientList {
  public:
    explicit RecipientList(const std::string& address)
        : list_(curl_slist_append(nullptr, address.c_str())) {
        if (list_ == nullptr) {
            throw SystemError("mail", "out of memory");
        }
    }
    ~RecipientList() { curl_slist_free_all(list_); }
    RecipientList(const RecipientList&) = delete;
    RecipientList& operator=(const RecipientList&) = delete;
    curl_slist* get() const { return list_; }

  private:
    curl_slist* list_;
};

/// libcurl's own limits only have to be longer than ours, which it cannot tell apart by stage.
milliseconds longest(const SmtpTimeouts& timeouts) {
    return std::max({timeouts.connect, timeouts.greeting, timeouts.command, timeouts.data,
                     timeouts.block, timeouts.final_dot}) +
           std::chrono::seconds(5);
}

std::string step_of(CURLcode result, Stage stage) {
    switch (result) {
        case CURLE_COULDNT_RESOLVE_HOST:
            return "DNS";
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_USE_SSL_FAILED:
            return "TLS";
        case CURLE_LOGIN_DENIED:
            return "AUTH";
        default:
            return std::string(name_of(stage));
    }
}

}  // namespace

SmtpSession::SmtpSession(const SmtpUrl& url, const SmtpOptions& options,
                         const std::atomic<bool>& stopping)
    : messages_per_connection_(std::max<std::size_t>(1, options.messages_per_connection)),
      timeouts_(options.timeouts),
      stopping_(stopping),
      handle_(curl_easy_init(), &curl_easy_cleanup) {
    if (!handle_) {
        throw SystemError("mail", "libcurl gives no handle");
    }
    set_up(url, options);
    set_up_tls(url, options);
    set_up_callbacks();
}

void SmtpSession::set_up(const SmtpUrl& url, const SmtpOptions& options) {
    CURL* const handle = handle_.get();
    set(handle, CURLOPT_URL, url.display().c_str());
    set(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(handle, CURLOPT_PROXY, "");  // the environment does not decide where mail goes
    set(handle, CURLOPT_NOSIGNAL, 1L);
    set(handle, CURLOPT_UPLOAD, 1L);
    // Unknown on purpose: libcurl then asks for more until on_read() says the end, which is the
    // moment before the dot.
    set(handle, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(-1));
    if (!url.user.empty()) {
        set(handle, CURLOPT_USERNAME, url.user.c_str());
        set(handle, CURLOPT_PASSWORD, url.password.reveal().c_str());
        set(handle, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
        set(handle, CURLOPT_SASL_IR, 1L);  // the first answer goes with AUTH: one round trip less
    }
    const auto limit = longest(options.timeouts);
    set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(6 * limit.count()));
    set(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(limit.count() / 1000));
    set(handle, CURLOPT_MAXAGE_CONN, static_cast<long>(options.longest_idle.count()));
    set(handle, CURLOPT_MAXLIFETIME_CONN, static_cast<long>(options.longest_age.count()));
    set(handle, CURLOPT_MAXCONNECTS, 1L);
    set(handle, CURLOPT_TCP_KEEPALIVE, 1L);
}

void SmtpSession::set_up_tls(const SmtpUrl& url, const SmtpOptions& options) {
    CURL* const handle = handle_.get();
    // Where plain text is acceptable a certificate that nobody vouches for is no worse.
    const bool may_be_plain = !url.is_tls && url.is_loopback();
    set(handle, CURLOPT_USE_SSL, static_cast<long>(may_be_plain ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    set(handle, CURLOPT_SSL_VERIFYPEER, may_be_plain ? 0L : 1L);
    set(handle, CURLOPT_SSL_VERIFYHOST, may_be_plain ? 0L : 2L);
    set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!options.ca_file.empty()) {
        set(handle, CURLOPT_CAINFO, options.ca_file.c_str());
        set(handle, CURLOPT_CAPATH, static_cast<char*>(nullptr));
    }
}

void SmtpSession::set_up_callbacks() {
    CURL* const handle = handle_.get();
    set(handle, CURLOPT_READFUNCTION, &SmtpSession::on_read);
    set(handle, CURLOPT_READDATA, this);
    set(handle, CURLOPT_HEADERFUNCTION, &SmtpSession::on_header);
    set(handle, CURLOPT_HEADERDATA, this);
    set(handle, CURLOPT_VERBOSE, 1L);  // the debug function hears the commands; nothing is printed
    set(handle, CURLOPT_DEBUGFUNCTION, &SmtpSession::on_debug);
    set(handle, CURLOPT_DEBUGDATA, this);
    set(handle, CURLOPT_NOPROGRESS, 0L);
    set(handle, CURLOPT_XFERINFOFUNCTION, &SmtpSession::on_progress);
    set(handle, CURLOPT_XFERINFODATA, this);
    set(handle, CURLOPT_OPENSOCKETFUNCTION, &SmtpSession::on_open);
    set(handle, CURLOPT_OPENSOCKETDATA, this);
    set(handle, CURLOPT_CLOSESOCKETFUNCTION, &SmtpSession::on_close);
    set(handle, CURLOPT_CLOSESOCKETDATA, this);
}

SmtpSession::~SmtpSession() {
    stop_listening();
}

void SmtpSession::stop_listening() {
    for (const curl_socket_t socket : sockets_) {
        ::shutdown(socket, SHUT_RD);
    }
}

Delivery SmtpSession::send(const Envelope& envelope) {
    Attempt attempt = transfer(envelope);
    if (attempt.died_while_idle) {
        attempt = transfer(envelope);
    }
    return std::move(attempt.delivery);
}

RelayTry SmtpSession::knock(const std::string& from) {
    CURL* const handle = handle_.get();
    const auto command = "MAIL FROM:<" + from + ">";
    allow(timeouts_.connect);
    std::array<char, CURL_ERROR_SIZE> error{};
    set(handle, CURLOPT_ERRORBUFFER, error.data());
    set(handle, CURLOPT_UPLOAD, 0L);
    set(handle, CURLOPT_NOBODY, 1L);
    set(handle, CURLOPT_CUSTOMREQUEST, command.c_str());
    const CURLcode result = curl_easy_perform(handle);
    set(handle, CURLOPT_ERRORBUFFER, nullptr);
    if (result == CURLE_OK) {
        return {};
    }
    const std::string_view detail = error.data();
    const auto& words = transcript_.text();
    return {.step = step_of(result, transcript_.stage()),
            .reply = transcript_.code() >= 400 ? std::to_string(transcript_.code()) + ' ' + words
                     : overdue_                ? "timed out"
                     : detail.empty()          ? curl_easy_strerror(result)
                                               : std::string(detail)};
}

SmtpSession::Attempt SmtpSession::transfer(const Envelope& envelope) {
    CURL* const handle = handle_.get();
    const RecipientList recipients(envelope.to);
    transcript_ = Transcript();
    unsent_ = envelope.mime;
    size_ = envelope.mime.size();
    before_dot_ = &envelope.before_dot;
    withheld_ = false;
    needs_utf8_ = needs_smtputf8(envelope.from) || needs_smtputf8(envelope.to);
    lacks_utf8_ = false;
    overdue_ = false;
    allow(is_open() ? timeouts_.command : timeouts_.connect);
    std::array<char, CURL_ERROR_SIZE> error{};
    set(handle, CURLOPT_ERRORBUFFER, error.data());
    set(handle, CURLOPT_MAIL_FROM, envelope.from.c_str());
    set(handle, CURLOPT_MAIL_RCPT, recipients.get());
    set(handle, CURLOPT_FORBID_REUSE,
        messages_on_connection_ + 1 >= messages_per_connection_ ? 1L : 0L);

    const CURLcode result = curl_easy_perform(handle);

    set(handle, CURLOPT_ERRORBUFFER, nullptr);
    set(handle, CURLOPT_MAIL_RCPT, nullptr);
    const std::string_view detail = error.data();
    return conclude(result, overdue_         ? "timed out"
                            : detail.empty() ? curl_easy_strerror(result)
                                             : detail);
}

SmtpSession::Attempt SmtpSession::conclude(CURLcode result, std::string_view detail) {
    long connects = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_NUM_CONNECTS, &connects);
    connects_ += static_cast<std::size_t>(connects);
    messages_on_connection_ = connects > 0 ? 1 : messages_on_connection_ + 1;
    if (result != CURLE_OK || messages_on_connection_ >= messages_per_connection_) {
        messages_on_connection_ = 0;
    }
    if (withheld_) {
        return {.delivery = {.kind = Delivery::Kind::withheld,
                             .reply = "given up before the final dot"}};
    }
    if (lacks_utf8_) {
        return {.delivery = {.kind = Delivery::Kind::fail_message,
                             .reply = "the relay takes no addresses beyond ASCII: it does not "
                                      "offer SMTPUTF8"}};
    }
    Attempt attempt{.delivery = classify(transcript_, detail)};
    if (result == CURLE_LOGIN_DENIED && attempt.delivery.code == 0) {
        attempt.delivery.kind =
            Delivery::Kind::fail_configuration;  // no log-in method that both sides know
    }
    const bool said_nothing = attempt.delivery.code == 0 || attempt.delivery.code == 421;
    attempt.died_while_idle = connects == 0 && transcript_.stage() <= Stage::mail && said_nothing &&
                              !stopping_ && !overdue_;
    return attempt;
}

void SmtpSession::allow(milliseconds time) {
    deadline_ = std::chrono::steady_clock::now() + time;
}

void SmtpSession::allow_for_stage() {
    switch (transcript_.stage()) {
        case Stage::connect:
            return allow(timeouts_.connect);
        case Stage::greeting:
            return allow(timeouts_.greeting);
        case Stage::data:
            return allow(timeouts_.data);
        case Stage::body:
            return allow(timeouts_.block);
        case Stage::dot:
            return allow(timeouts_.final_dot);
        default:
            return allow(timeouts_.command);
    }
}

bool SmtpSession::is_connected() const {
    return std::any_of(sockets_.begin(), sockets_.end(), [](curl_socket_t socket) {
        sockaddr_storage peer{};
        socklen_t length = sizeof(peer);
        return ::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &length) == 0;
    });
}

std::size_t SmtpSession::on_read(char* buffer, std::size_t size, std::size_t count, void* self) {
    auto& session = *static_cast<SmtpSession*>(self);
    const std::size_t length = std::min(size * count, session.unsent_.size());
    if (length > 0) {
        session.transcript_.on_body();
        session.allow_for_stage();
        std::memcpy(buffer, session.unsent_.data(), length);
        session.unsent_.remove_prefix(length);
        return length;
    }
    // The relay has everything but the dot, and libcurl sends it when this returns: the last moment
    // to note that the mail may have been sent.
    if (*session.before_dot_ && !(*session.before_dot_)()) {
        session.withheld_ = true;
        return CURL_READFUNC_ABORT;
    }
    session.transcript_.on_body_end();
    session.allow_for_stage();
    if (session.dialogue_ != nullptr) {
        session.dialogue_->on_message(session.size_);
    }
    return 0;
}

std::size_t SmtpSession::on_header(char* line, std::size_t size, std::size_t count, void* self) {
    auto& session = *static_cast<SmtpSession*>(self);
    const std::string_view text(line, size * count);
    if (session.lacks_utf8_) {
        return 0;  // ends the transfer: the relay has heard MAIL FROM and nothing else
    }
    session.transcript_.on_line(text);
    if (session.dialogue_ != nullptr) {
        session.dialogue_->on_line(text);
    }
    return size * count;
}

int SmtpSession::on_debug(CURL*, curl_infotype type, char* data, std::size_t size, void* self) {
    auto& session = *static_cast<SmtpSession*>(self);
    const std::string_view text(data, size);
    if (type == CURLINFO_TEXT && session.dialogue_ != nullptr &&
        (text.starts_with("SSL ") || text.starts_with("Connected to"))) {
        session.dialogue_->on_remark(text);
    }
    if (type != CURLINFO_HEADER_OUT) {
        return 0;
    }
    session.transcript_.on_command(text);
    // libcurl says SMTPUTF8 where it is needed and the relay has offered it, else nothing.
    session.lacks_utf8_ = session.needs_utf8_ && session.transcript_.stage() == Stage::mail &&
                          text.find(" SMTPUTF8") == std::string_view::npos;
    session.allow_for_stage();
    if (session.dialogue_ != nullptr) {
        session.dialogue_->on_command(text);
    }
    if (session.transcript_.has_quit()) {
        session.stop_listening();
    }
    return 0;
}

int SmtpSession::on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& session = *static_cast<SmtpSession*>(self);
    if (session.transcript_.stage() == Stage::connect && session.is_connected()) {
        session.transcript_.on_connected();
        session.allow_for_stage();
    }
    session.overdue_ = std::chrono::steady_clock::now() > session.deadline_;
    return session.stopping_ || session.overdue_ ? 1 : 0;
}

curl_socket_t SmtpSession::on_open(void* self, curlsocktype, curl_sockaddr* address) {
    const curl_socket_t socket =
        ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (socket != CURL_SOCKET_BAD) {
        static_cast<SmtpSession*>(self)->sockets_.push_back(socket);
    }
    return socket;
}

int SmtpSession::on_close(void* self, curl_socket_t socket) {
    std::erase(static_cast<SmtpSession*>(self)->sockets_, socket);
    return ::close(socket);
}

}  // namespace tripos::mail::detail
