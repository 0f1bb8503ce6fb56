// SPDX-License-Identifier: MIT
#pragma once
// What reads bytes of strangers: one target each, a function that reads any input and holds what
// came of it to its promises. `fuzz` (clang, ./dev fuzz) looks for inputs that break one,
// `fuzz_replay` reads the known inputs of corpus/ with every compiler. Stateless.

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace tripos::fuzz {

/// Throws std::logic_error with the promise's words when it does not hold.
void require(bool holds, const char* promise);

/// An input as it arrives.
using Pieces = std::vector<std::string_view>;

/// Reads the input whole, byte by byte and, when it is short, split in two at every byte; `read`
/// says in words what it understood, which must be the same each time.
template <class Read>
void require_same_in_pieces(std::string_view input, Read read) {
    constexpr std::size_t kShort = 512;
    const std::string whole = read(Pieces{input});
    Pieces bytes;
    for (std::size_t i = 0; i < input.size(); ++i) {
        bytes.push_back(input.substr(i, 1));
    }
    require(read(bytes) == whole, "byte by byte it means the same");
    for (std::size_t i = 1; i < input.size() && input.size() <= kShort; ++i) {
        const Pieces halves{input.substr(0, i), input.substr(i)};
        require(read(halves) == whole, "split in two it means the same");
    }
}

void address(std::string_view input);
void cron(std::string_view input);
void cursors(std::string_view input);
void dotenv(std::string_view input);
void http_request(std::string_view input);
void job_codec(std::string_view input);
void json_body(std::string_view input);
void message_pack(std::string_view input);
void mime(std::string_view input);
void resp(std::string_view input);
void smtp_replies(std::string_view input);
void urls(std::string_view input);

struct Target {
    std::string_view name;  ///< also of its folder in corpus/
    void (*run)(std::string_view input);
};

inline constexpr std::array kTargets{
    Target{"address", address},
    Target{"cron", cron},
    Target{"cursors", cursors},
    Target{"dotenv", dotenv},
    Target{"http_request", http_request},
    Target{"job_codec", job_codec},
    Target{"json_body", json_body},
    Target{"message_pack", message_pack},
    Target{"mime", mime},
    Target{"resp", resp},
    Target{"smtp_replies", smtp_replies},
    Target{"urls", urls},
};

}  // namespace tripos::fuzz
