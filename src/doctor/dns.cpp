// SPDX-License-Identifier: MIT
#include "doctor/dns.hpp"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>

#include <array>

#include "core/text.hpp"

namespace tripos::doctor {

namespace {

/// The resolver's state, with our patience.
class Resolving {
  public:
    explicit Resolving(const std::optional<sockaddr_in>& server) {
        is_ready_ = res_ninit(&state_) == 0;
        if (server) {
            state_.nscount = 1;
            state_.nsaddr_list[0] = *server;
        }
        state_.retrans = 1;  // seconds
        state_.retry = 2;
    }
    ~Resolving() {
        if (is_ready_) {
            res_nclose(&state_);
        }
    }
    Resolving(const Resolving&) = delete;
    Resolving& operator=(const Resolving&) = delete;

    /// Bytes of the answer; negative: there is none, and why() says so.
    int ask(const std::string& name, std::array<unsigned char, 65536>& answer) {
        return is_ready_ ? res_nquery(&state_, name.c_str(), ns_c_in, ns_t_txt, answer.data(),
                                      static_cast<int>(answer.size()))
                         : -1;
    }
    int why() const { return state_.res_h_errno; }

  private:
    struct __res_state state_ {};
    bool is_ready_ = false;
};

/// Strings of a length and so many bytes each; they belong together.
std::string joined_strings(const unsigned char* data, std::size_t size) {
    std::string text;
    for (std::size_t at = 0; at < size;) {
        const std::size_t length = std::min<std::size_t>(data[at], size - at - 1);
        text.append(reinterpret_cast<const char*>(data + at + 1), length);
        at += length + 1;
    }
    return text;
}

}  // namespace

std::optional<sockaddr_in> parse_name_server(const std::string& text) {
    const auto colon = text.find(':');
    const auto port = colon == std::string::npos ? 53 : parse_int(text.substr(colon + 1));
    sockaddr_in server{};
    server.sin_family = AF_INET;
    if (!port || *port < 1 || *port > 65535 ||
        inet_pton(AF_INET, text.substr(0, colon).c_str(), &server.sin_addr) != 1) {
        return std::nullopt;
    }
    server.sin_port = htons(static_cast<std::uint16_t>(*port));
    return server;
}

TxtAnswer ask_for_texts(const std::string& name, const std::optional<sockaddr_in>& server) {
    std::array<unsigned char, 65536> bytes{};
    Resolving resolving(server);
    const int size = resolving.ask(name, bytes);
    if (size < 0) {
        const bool is_none = resolving.why() == HOST_NOT_FOUND || resolving.why() == NO_DATA;
        return {.kind = is_none ? TxtAnswer::Kind::none : TxtAnswer::Kind::failed, .texts = {}};
    }
    ns_msg message{};
    if (ns_initparse(bytes.data(), size, &message) != 0) {
        return {.kind = TxtAnswer::Kind::failed, .texts = {}};
    }
    TxtAnswer answer{.kind = TxtAnswer::Kind::found, .texts = {}};
    for (int i = 0; i < ns_msg_count(message, ns_s_an); ++i) {
        ns_rr record{};
        if (ns_parserr(&message, ns_s_an, i, &record) == 0 && ns_rr_type(record) == ns_t_txt) {
            answer.texts.push_back(joined_strings(ns_rr_rdata(record), ns_rr_rdlen(record)));
        }
    }
    return answer;
}

}  // namespace tripos::doctor
