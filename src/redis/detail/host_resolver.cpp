// SPDX-License-Identifier: MIT
#include "redis/detail/host_resolver.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/asio/redirect_error.hpp>
#include <cerrno>
#include <cstring>
#include <thread>

#include "core/error.hpp"

namespace tripos::redis {

namespace {

Addresses ask_name_servers(const std::string& host, std::uint16_t port) {
    asio::io_context context;
    asio::ip::tcp::resolver resolver(context);
    Addresses addresses;
    for (const auto& entry : resolver.resolve(host, std::to_string(port))) {
        addresses.push_back(entry.endpoint());
    }
    return addresses;
}

}  // namespace

/// Written by the thread before it closes the pipe, read afterwards.
struct HostResolver::Answer {
    Addresses addresses;
    std::exception_ptr problem;
};

HostResolver::HostResolver(asio::io_context& context, Lookup lookup)
    : context_(context), lookup_(lookup ? std::move(lookup) : ask_name_servers) {}

Task<Addresses> HostResolver::resolve(std::string host, std::uint16_t port) {
    boost::system::error_code problem;
    const auto literal = asio::ip::make_address(host, problem);
    if (!problem) {
        co_return Addresses(1, asio::ip::tcp::endpoint(literal, port));
    }
    const Name name(std::move(host), port);
    const auto known = questions_.find(name);
    auto& question = known == questions_.end() ? ask(name) : known->second;
    std::array<char, 1> nothing;
    const auto buffer = asio::buffer(nothing);
    co_await question.ended.async_read_some(buffer,
                                            asio::redirect_error(asio::use_awaitable, problem));
    if (problem != asio::error::eof) {
        throw boost::system::system_error(problem);
    }
    const auto answer = question.answer;
    questions_.erase(name);
    if (answer->problem) {
        std::rethrow_exception(answer->problem);
    }
    co_return answer->addresses;
}

HostResolver::Question& HostResolver::ask(Name name) {
    std::array<int, 2> ends;
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw SystemError("redis", std::string("cannot make a pipe: ") + std::strerror(errno));
    }
    Question question{.answer = std::make_shared<Answer>(),
                      .ended = asio::readable_pipe(context_, ends[0])};
    // The thread owns everything it touches: it may outlive whoever asked.
    std::shared_ptr<int> writer(new int(ends[1]), [](const int* end) {
        ::close(*end);
        delete end;
    });
    std::thread([answer = question.answer, lookup = lookup_, name, writer]() mutable {
        try {
            answer->addresses = lookup(name.first, name.second);
        } catch (...) {
            answer->problem = std::current_exception();
        }
        writer.reset();
    }).detach();
    return questions_.emplace(std::move(name), std::move(question)).first->second;
}

}  // namespace tripos::redis
