// SPDX-License-Identifier: MIT
#include "support/redis_gate.hpp"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <random>

namespace tripos::test {

namespace {

using Socket = asio::local::stream_protocol::socket;
using boost::system::error_code;
using namespace std::chrono_literals;

}  // namespace

/// One connection and its other half.
struct RedisGate::Passage {
    Passage(Socket to_client, Socket to_server)
        : client(std::move(to_client)), server(std::move(to_server)) {}

    void close() {
        error_code ignored;  // closed already: as wanted
        client.close(ignored);
        server.close(ignored);
    }

    Socket client;
    Socket server;
    bool is_subscriber = false;
    std::minstd_rand random{std::random_device()()};
};

Task<> RedisGate::carry(std::shared_ptr<Passage> passage, bool is_reply) {
    auto& from = is_reply ? passage->server : passage->client;
    auto& to = is_reply ? passage->client : passage->server;
    std::array<char, 64 * 1'024> buffer;
    try {
        for (;;) {
            const auto size =
                co_await from.async_read_some(asio::buffer(buffer), asio::use_awaitable);
            if (!is_reply &&
                std::string_view(buffer.data(), size).find("SUBSCRIBE") != std::string_view::npos) {
                passage->is_subscriber = true;
            }
            if (!is_reply && loses_request_.exchange(false)) {
                passage->close();
            }
            while (is_reply && ((passage->is_subscriber && holds_messages_) || holds_replies_)) {
                co_await sleep_for(1ms);
            }
            if (is_reply && passage->random() % 4 == 0) {
                const std::chrono::microseconds delay(passage->random() % 3'000);
                co_await sleep_for(delay);
            }
            const auto packet = asio::buffer(buffer.data(), size);
            co_await asio::async_write(to, packet, asio::use_awaitable);
        }
    } catch (const boost::system::system_error&) {
        passage->close();  // both ways end together
    }
}

RedisGate::RedisGate(std::string server_path)
    : server_path_(std::move(server_path)),
      path_(server_path_ + ".gate"),
      acceptor_(context_, asio::local::stream_protocol::endpoint(path_)) {
    accept();
    thread_ = std::jthread([this] { context_.run(); });
}

RedisGate::~RedisGate() {
    context_.stop();
}

void RedisGate::accept() {
    acceptor_.async_accept([this](error_code error, Socket client) {
        Socket server(context_);
        if (!error && !is_shut_) {
            // Refused: so is the client's connection.
            server.connect(asio::local::stream_protocol::endpoint(server_path_), error);
        }
        if (server.is_open() && !error) {
            auto passage = std::make_shared<Passage>(std::move(client), std::move(server));
            std::erase_if(passages_, [](const auto& old) { return old.expired(); });
            passages_.push_back(passage);
            asio::co_spawn(context_, carry(passage, false), asio::detached);
            asio::co_spawn(context_, carry(passage, true), asio::detached);
        }
        accept();
    });
}

void RedisGate::shut() {
    is_shut_ = true;
    cut();
}

void RedisGate::cut() {
    asio::post(context_, [this] {
        for (const auto& weak : passages_) {
            if (const auto passage = weak.lock()) {
                passage->close();
            }
        }
        passages_.clear();
    });
}

}  // namespace tripos::test
