// SPDX-License-Identifier: MIT
#include "http/server.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <optional>

#include "core/error.hpp"
#include "http/detail/connection.hpp"
#include "http/detail/lane.hpp"
#include "http/detail/site.hpp"
#include "telemetry/log.hpp"

namespace tripos::http {

namespace {

using detail::Lane;
using detail::Site;
using detail::Socket;
using Lanes = std::vector<std::shared_ptr<Lane>>;
using Tcp = asio::ip::tcp;
using Local = asio::local::stream_protocol;

/// Whose a listening socket is.
enum class Keeper { server, somebody_else };

constexpr int kBacklog = 4096;
constexpr std::chrono::milliseconds kAcceptPause{100};
/// Failures closer together than this are one trouble, and said once.
constexpr std::chrono::minutes kCalm{1};

void hand_over(const std::shared_ptr<Lane>& lane, const Router* router, Socket socket) {
    auto start = [lane, router, client = std::move(socket)]() mutable {
        lane->tasks().spawn("connection", detail::serve(lane, router, std::move(client)));
    };
    asio::post(lane->context(), std::move(start));
}

/// Whoever had connected before the acceptor closes is served: closing it would reset them, request
/// and all.
template <class Acceptor>
void accept_waiting(const Lanes& lanes, Acceptor& acceptor, const Router* router) {
    boost::system::error_code failure;
    acceptor.non_blocking(true, failure);
    for (std::size_t turn = 0; !failure; ++turn) {
        const auto& lane = lanes[turn % lanes.size()];
        Socket socket(lane->context());
        acceptor.accept(socket, failure);
        if (!failure) {
            hand_over(lane, router, std::move(socket));
        }
    }
}

/// Hands each socket to the next lane. Ends when cancelled; the acceptor closes with the frame.
template <class Acceptor>
Task<> accept_loop(Lanes lanes, Acceptor acceptor, const Router* router, Keeper keeper) {
    co_await asio::this_coro::throw_if_cancelled(
        false);  // a stop leads to accept_waiting(), not out of here
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    std::optional<std::chrono::steady_clock::time_point> failed_at;
    for (std::size_t turn = 0;; ++turn) {
        if (cancellation.cancelled() != asio::cancellation_type::none) {
            if (keeper == Keeper::server) {
                accept_waiting(lanes, acceptor, router);
            }
            co_return;
        }
        const auto lane = lanes[turn % lanes.size()];
        Socket socket(lane->context());
        boost::system::error_code failure;
        co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, failure));
        if (failure == asio::error::operation_aborted) {
            continue;
        }
        if (failure) {  // out of descriptors or memory: closing connections will cure it
            const auto now = std::chrono::steady_clock::now();
            if (!failed_at || now - *failed_at > kCalm) {
                log::warn("http", "cannot accept connections", {{"reason", failure.message()}});
            }
            failed_at = now;
            co_await sleep_for(kAcceptPause);
            continue;
        }
        hand_over(lane, router, std::move(socket));
    }
}

std::string explain_bind(const Endpoint& endpoint, const boost::system::error_code& failure) {
    const auto port = "port " + std::to_string(endpoint.port);
    if (failure == asio::error::address_in_use) {
        return port + " is already in use; stop the other program or set " + endpoint.setting;
    }
    if (failure == asio::error::access_denied) {
        return port + " needs the rights of root; set " + endpoint.setting +
               " to a number above 1023";
    }
    return "cannot listen on " + endpoint.host + " " + port + ": " + failure.message();
}

Tcp::acceptor adopt(asio::io_context& context, int socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    const bool is_known = getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    if (!is_known || (address.ss_family != AF_INET && address.ss_family != AF_INET6)) {
        throw SystemError("http", "the socket that was passed is not of TCP");
    }
    return {context, address.ss_family == AF_INET ? Tcp::v4() : Tcp::v6(), socket};
}

Keeper keeper_of(const Endpoint& endpoint) {
    return endpoint.socket ? Keeper::somebody_else : Keeper::server;
}

Tcp::acceptor bind_tcp(asio::io_context& context, const Endpoint& wanted) {
    if (wanted.socket) {
        return adopt(context, *wanted.socket);
    }
    boost::system::error_code failure;
    Tcp::resolver resolver(context);
    const auto found =
        resolver.resolve(wanted.host, std::to_string(wanted.port), Tcp::resolver::passive, failure);
    if (failure || found.empty()) {
        throw SystemError("http", "\"" + wanted.host + "\" is no address of this machine");
    }
    const Tcp::endpoint endpoint = found.begin()->endpoint();
    Tcp::acceptor acceptor(context);
    acceptor.open(endpoint.protocol(), failure);
    if (!failure) {
        acceptor.set_option(Tcp::acceptor::reuse_address(true), failure);
        acceptor.bind(endpoint, failure);
    }
    if (failure) {
        throw SystemError("http", explain_bind(wanted, failure));
    }
    return acceptor;
}

/// Throws when somebody else bound the port as well, and listened first.
void begin_listening(Tcp::acceptor& acceptor, const Endpoint& endpoint) {
    boost::system::error_code failure;
    acceptor.listen(kBacklog, failure);
    if (failure) {
        throw SystemError("http", explain_bind(endpoint, failure));
    }
}

/// A socket file without a listener is left over from a crash; one with a listener belongs to a
/// running program.
void remove_stale(asio::io_context& context, const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) {
        return;
    }
    if (!S_ISSOCK(info.st_mode)) {
        throw SystemError("http", path + " exists and is no socket; move it away");
    }
    Local::socket probe(context);
    boost::system::error_code failure;
    probe.connect(Local::endpoint(path), failure);
    if (!failure) {
        throw SystemError("http", path + " is already in use; stop the other program");
    }
    ::unlink(path.c_str());
}

Local::acceptor bind_unix(asio::io_context& context, const std::string& path) {
    remove_stale(context, path);
    boost::system::error_code failure;
    Local::acceptor acceptor(context);
    acceptor.open(Local(), failure);
    acceptor.bind(Local::endpoint(path), failure);
    // Nobody can connect before listen(), so the mode is right from the first connection on.
    if (!failure && ::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0) {
        failure = boost::system::error_code(errno, boost::system::system_category());
    }
    if (!failure) {
        acceptor.listen(kBacklog, failure);
    }
    if (failure) {
        throw SystemError("http", "cannot listen on " + path + ": " + failure.message());
    }
    return acceptor;
}

}  // namespace

/// Owned by Server; coroutines hold lanes, never this, so that each lane dies with its own context
/// at the latest.
class Server::Impl {
  public:
    Impl(IoThreads& threads, const Router& main_router, ServerOptions options, const Clock& clock,
         Metrics& metrics)
        : router(main_router), site(std::make_shared<Site>(std::move(options), clock, metrics)) {
        for (std::size_t i = 0; i < threads.request_count(); ++i) {
            lanes.push_back(std::make_shared<Lane>(threads.request(i), site));
        }
    }

    template <class Acceptor>
    void listen(Acceptor acceptor, const Router& served, Keeper keeper) {
        start_sweeps();
        auto start = [all = lanes, served = &served, keeper,
                      bound = std::move(acceptor)]() mutable {
            auto& first = *all.front();
            first.acceptors().spawn("accept",
                                    accept_loop(std::move(all), std::move(bound), served, keeper));
        };
        asio::post(lanes.front()->context(), std::move(start));
    }

    void start_sweeps() {
        if (std::exchange(started, true)) {
            return;
        }
        for (const auto& lane : lanes) {
            asio::post(lane->context(),
                       [lane] { lane->tasks().spawn("deadlines", Lane::sweep(lane)); });
        }
    }

    const Router& router;
    const std::shared_ptr<Site> site;
    Lanes lanes;
    std::vector<std::string> socket_files;
    std::optional<Tcp::acceptor> bound;  ///< between bind() and start()
    std::uint16_t port = 0;
    bool started = false;
};

Server::Server(IoThreads& threads, const Router& router, ServerOptions options, const Clock& clock,
               Metrics& metrics)
    : impl_(std::make_shared<Impl>(threads, router, std::move(options), clock, metrics)) {}

Server::~Server() = default;

void Server::bind() {
    impl_->bound = bind_tcp(impl_->lanes.front()->context(), impl_->site->options.endpoint);
    impl_->port = impl_->bound->local_endpoint().port();
}

void Server::start() {
    if (!impl_->bound) {
        bind();
    }
    auto acceptor = *std::exchange(impl_->bound, std::nullopt);
    const auto& endpoint = impl_->site->options.endpoint;
    begin_listening(acceptor, endpoint);
    impl_->listen(std::move(acceptor), impl_->router, keeper_of(endpoint));
}

std::uint16_t Server::start_also(const Endpoint& endpoint, const Router& router) {
    auto acceptor = bind_tcp(impl_->lanes.front()->context(), endpoint);
    begin_listening(acceptor, endpoint);
    const auto port = acceptor.local_endpoint().port();
    impl_->listen(std::move(acceptor), router, keeper_of(endpoint));
    return port;
}

void Server::start_unix(const std::string& path, const Router& router) {
    impl_->listen(bind_unix(impl_->lanes.front()->context(), path), router, Keeper::server);
    impl_->socket_files.push_back(path);
}

void Server::wind_down() {
    impl_->site->winding_down = true;
}

Task<> Server::stop(std::chrono::milliseconds grace) {
    const auto impl = impl_;
    if (!impl->started) {
        co_return;
    }
    const auto deadline = std::chrono::steady_clock::now() + grace;
    impl->site->winding_down = true;
    impl->site->draining = true;
    for (const auto& lane : impl->lanes) {
        co_await asio::co_spawn(lane->context(), Lane::drain(lane), asio::use_awaitable);
    }
    for (const auto& path : std::exchange(impl->socket_files, {})) {
        ::unlink(path.c_str());
    }
    for (const auto& lane : impl->lanes) {
        co_await asio::co_spawn(lane->context(), Lane::finish(lane, deadline), asio::use_awaitable);
    }
}

bool Server::is_stopping() const {
    return impl_->site->draining;
}

std::uint16_t Server::port() const {
    return impl_->port;
}

}  // namespace tripos::http
