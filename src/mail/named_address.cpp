// SPDX-License-Identifier: MIT
#include "mail/named_address.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "core/text.hpp"

namespace tripos::mail {

namespace {

/// A word, or one of the characters that mean something between words.
struct Token {
    enum class Kind { atom, quoted, special };
    Kind kind = Kind::atom;
    std::string_view written;
    std::string meaning;  ///< of a quoted string: without its quotes and backslashes

    bool is(char special) const { return kind == Kind::special && written.front() == special; }
};

Error refused(std::string_view message) {
    return invalid_field("mailbox", std::string(message));
}

/// Splits a mailbox into tokens; white space and comments only separate them.
class Tokenizer {
  public:
    explicit Tokenizer(std::string_view text) : text_(text) {}

    /// Nothing: a quoted string or a comment has no end.
    std::optional<std::vector<Token>> tokens() {
        std::vector<Token> found;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == ' ' || c == '\t') {
                ++at_;
            } else if (c == '(') {
                if (!skip_comment()) {
                    return std::nullopt;
                }
            } else if (auto token = next_token()) {
                found.push_back(std::move(*token));
            } else {
                return std::nullopt;
            }
        }
        return found;
    }

  private:
    static bool is_special(char c) {
        return std::string_view("()<>[]:;@\\,\"").find(c) != std::string_view::npos;
    }

    std::optional<Token> next_token() {
        const auto start = at_;
        Token token;
        if (text_[at_] == '"') {
            auto meaning = quoted_string();
            if (!meaning) {
                return std::nullopt;
            }
            token = {.kind = Token::Kind::quoted, .written = {}, .meaning = std::move(*meaning)};
        } else if (is_special(text_[at_])) {
            token.kind = Token::Kind::special;
            ++at_;
        } else {
            const auto end =
                std::find_if(text_.begin() + static_cast<std::ptrdiff_t>(at_), text_.end(),
                             [](char c) { return c == ' ' || c == '\t' || is_special(c); });
            at_ = static_cast<std::size_t>(end - text_.begin());
            token.meaning = text_.substr(start, at_ - start);
        }
        token.written = text_.substr(start, at_ - start);
        return token;
    }

    /// They nest.
    bool skip_comment() {
        int depth = 0;
        for (; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '\\') {
                ++at_;
            } else if (c == '(') {
                ++depth;
            } else if (c == ')' && --depth == 0) {
                ++at_;
                return true;
            }
        }
        return false;
    }

    std::optional<std::string> quoted_string() {
        std::string meaning;
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == '"') {
                ++at_;
                return meaning;
            }
            if (text_[at_] == '\\' && ++at_ == text_.size()) {
                break;
            }
            meaning += text_[at_];
        }
        return std::nullopt;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

Result<std::string> read_name(std::span<const Token> words) {
    std::string name;
    for (const auto& word : words) {
        if (word.kind == Token::Kind::special) {
            return refused("needs quotes around a name that holds any of ()<>[]:;@\\,");
        }
        name += (name.empty() ? "" : " ") + word.meaning;
    }
    return name;
}

/// The parts of an address may stand apart, two words beside each other are none.
Result<Address> read_address(std::span<const Token> parts) {
    std::string written;
    bool after_word = false;
    for (const auto& part : parts) {
        const bool is_word = part.kind != Token::Kind::special;
        written += (is_word && after_word ? " " : "") + std::string(part.written);
        after_word = is_word;
    }
    auto address = parse_address(written);
    return address ? std::move(address) : refused("does not hold a valid e-mail address");
}

/// "a@b, c@d", or a group "name: a@b;".
bool is_several(std::span<const Token> tokens) {
    const auto addresses =
        std::count_if(tokens.begin(), tokens.end(), [](const auto& t) { return t.is('@'); });
    return addresses > 1 && std::any_of(tokens.begin(), tokens.end(),
                                        [](const auto& t) { return t.is(',') || t.is(';'); });
}

}  // namespace

Result<NamedAddress> parse_mailbox(std::string_view text) {
    if (has_control_characters(text, "\t") || !is_valid_utf8(text)) {
        return refused("must be one line of UTF-8");
    }
    const auto tokens = Tokenizer(text).tokens();
    if (!tokens) {
        return refused("must close its quotes and parentheses");
    }
    const std::span<const Token> all(*tokens);
    if (is_several(all)) {
        return refused("must be one mailbox");
    }
    const auto open = std::find_if(all.begin(), all.end(), [](const auto& t) { return t.is('<'); });
    const auto words = static_cast<std::size_t>(open - all.begin());
    if (open == all.end()) {
        auto address = read_address(all);
        return address
                   ? Result<NamedAddress>(NamedAddress{.name = {}, .address = std::move(*address)})
                   : address.error();
    }
    if (!all.back().is('>')) {
        return refused("must read \"Name <address>\"");
    }
    auto name = read_name(all.first(words));
    if (!name) {
        return name.error();
    }
    auto address = read_address(all.subspan(words + 1, all.size() - words - 2));
    if (!address) {
        return address.error();
    }
    return NamedAddress{.name = std::move(*name), .address = std::move(*address)};
}

}  // namespace tripos::mail
