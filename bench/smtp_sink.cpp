// SPDX-License-Identifier: MIT
// smtp_sink [--slow-first MS]: an SMTP server on loopback that accepts everything at once and
// remembers only what counts: connections, messages, Message-IDs that came more than once, and when
// the mails to code...@ arrived. For benchmarks and for the tests that need more mails than a
// Python server takes.
//
// The first line of output is {"port": N}. A line on standard input is answered with one line of
// figures; its end ends the sink. --slow-first: the first connection waits so long with each answer
// to the final dot.

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <iostream>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/clock.hpp"

namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;

struct Figures {
    std::int64_t connections = 0;
    std::int64_t messages = 0;
    std::int64_t duplicates = 0;
    std::unordered_map<std::string, int> ids;
    json::object codes;  ///< recipient: milliseconds since 1970
};

std::int64_t now_millis() {
    return tripos::to_millis(tripos::SystemClock().now());
}

/// What follows `before` up to `after`.
std::string between(std::string_view text, std::string_view before, std::string_view after) {
    const auto start = text.find(before);
    if (start == std::string_view::npos) {
        return {};
    }
    text.remove_prefix(start + before.size());
    return std::string(text.substr(0, text.find(after)));
}

class Conversation {
  public:
    Conversation(tcp::socket socket, Figures& figures, std::chrono::milliseconds pause)
        : socket_(std::move(socket)), figures_(figures), pause_(pause) {}

    awaitable<void> run() {
        boost::system::error_code ended;
        socket_.set_option(tcp::no_delay(true));
        co_await say("220 sink ESMTP\r\n");
        while (!done_) {
            const auto size = co_await asio::async_read_until(
                socket_, asio::dynamic_buffer(input_), in_data_ ? "\r\n.\r\n" : "\r\n",
                asio::redirect_error(use_awaitable, ended));
            if (ended) {
                co_return;
            }
            const std::string text = input_.substr(0, size);
            input_.erase(0, size);
            if (in_data_) {
                co_await accept(text);
            } else {
                co_await answer(text);
            }
        }
    }

  private:
    awaitable<void> say(std::string text) {
        boost::system::error_code ended;
        co_await asio::async_write(socket_, asio::buffer(text),
                                   asio::redirect_error(use_awaitable, ended));
        done_ = done_ || ended;
    }

    awaitable<void> answer(const std::string& line) {
        if (line.starts_with("EHLO")) {
            co_await say("250-sink\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 SMTPUTF8\r\n");
        } else if (line.starts_with("DATA")) {
            in_data_ = true;
            co_await say("354 go on\r\n");
        } else if (line.starts_with("QUIT")) {
            done_ = true;
            co_await say("221 bye\r\n");
        } else {
            if (line.starts_with("RCPT")) {
                recipient_ = between(line, "<", ">");
            }
            co_await say("250 ok\r\n");
        }
    }

    awaitable<void> accept(const std::string& message) {
        in_data_ = false;
        ++figures_.messages;
        if (++figures_.ids[between(message, "Message-ID: <", ">")] > 1) {
            ++figures_.duplicates;
        }
        if (recipient_.starts_with("code")) {
            figures_.codes[recipient_] = now_millis();
        }
        if (pause_.count() > 0) {
            asio::steady_timer timer(socket_.get_executor(), pause_);
            co_await timer.async_wait(use_awaitable);
        }
        co_await say("250 2.0.0 ok\r\n");
    }

    tcp::socket socket_;
    Figures& figures_;
    const std::chrono::milliseconds pause_;
    std::string input_;
    std::string recipient_;
    bool in_data_ = false;
    bool done_ = false;
};

awaitable<void> converse(tcp::socket socket, Figures& figures, std::chrono::milliseconds pause) {
    Conversation conversation(std::move(socket), figures, pause);
    co_await conversation.run();
}

awaitable<void> listen(tcp::acceptor& acceptor, Figures& figures,
                       std::chrono::milliseconds slow_first) {
    for (;;) {
        auto socket = co_await acceptor.async_accept(use_awaitable);
        const bool is_first = ++figures.connections == 1;
        const auto pause = is_first ? slow_first : std::chrono::milliseconds(0);
        asio::co_spawn(acceptor.get_executor(), converse(std::move(socket), figures, pause),
                       asio::detached);
    }
}

awaitable<void> report(asio::posix::stream_descriptor& input, Figures& figures,
                       asio::io_context& context) {
    std::string text;
    boost::system::error_code ended;
    for (;;) {
        const auto size = co_await asio::async_read_until(
            input, asio::dynamic_buffer(text), '\n', asio::redirect_error(use_awaitable, ended));
        if (ended) {
            context.stop();
            co_return;
        }
        text.erase(0, size);
        json::object answer;
        answer["connections"] = figures.connections;
        answer["messages"] = figures.messages;
        answer["unique"] = figures.ids.size();
        answer["duplicates"] = figures.duplicates;
        answer["codes"] = figures.codes;
        std::cout << json::serialize(answer) << std::endl;
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view option = argc > 2 ? argv[1] : "";
    const std::chrono::milliseconds slow_first(option == "--slow-first" ? std::stoi(argv[2]) : 0);
    asio::io_context context(1);
    Figures figures;
    tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    asio::posix::stream_descriptor input(context, ::dup(STDIN_FILENO));
    std::cout << R"({"port": )" << acceptor.local_endpoint().port() << "}" << std::endl;
    asio::co_spawn(context, listen(acceptor, figures, slow_first), asio::detached);
    asio::co_spawn(context, report(input, figures, context), asio::detached);
    context.run();
}
