// SPDX-License-Identifier: MIT
#include "redis/resp.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace tripos::redis {

namespace {

constexpr std::size_t kMaxLine = 64U << 10;
constexpr std::size_t kCompactAt = 64U << 10;
constexpr std::size_t kKeepCapacity = 1U << 20;

void append_header(std::string& out, char type, std::size_t number) {
    char digits[24];
    digits[0] = type;
    char* end = std::to_chars(digits + 1, digits + 22, number).ptr;
    *end++ = '\r';
    *end++ = '\n';
    out.append(digits, end);
}

Error garbage(const char* what) {
    return invalid("bad_reply", what);
}

template <class Number>
bool parse_whole(std::string_view text, Number& out) {
    if (text.starts_with('+')) {
        text.remove_prefix(1);
    }
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
    return problem == std::errc() && end == text.data() + text.size() && !text.empty();
}

bool parse_real(std::string_view text, double& out) {
    if (text == "inf" || text == "+inf") {
        out = std::numeric_limits<double>::infinity();
    } else if (text == "-inf") {
        out = -std::numeric_limits<double>::infinity();
    } else if (text == "nan" || text == "-nan") {
        out = std::numeric_limits<double>::quiet_NaN();
    } else {
        return parse_whole(text, out);
    }
    return true;
}

/// A scalar that fits its line. False: malformed.
bool parse_line(char type, std::string_view line, Reply& out) {
    switch (type) {
        case '+':
        case '(':
            out.type = Reply::Type::text;
            out.text.assign(line);
            return true;
        case '-':
            out.type = Reply::Type::error;
            out.text.assign(line);
            return true;
        case ':':
            out.type = Reply::Type::integer;
            return parse_whole(line, out.integer);
        case ',':
            out.type = Reply::Type::real;
            return parse_real(line, out.real);
        case '#':
            out.type = Reply::Type::boolean;
            out.integer = line == "t" ? 1 : 0;
            return line == "t" || line == "f";
        case '_':
            out.type = Reply::Type::null;
            return line.empty();
        default:
            return false;
    }
}

}  // namespace

void append_command(std::string& out, std::span<const std::string_view> arguments) {
    append_header(out, '*', arguments.size());
    for (const auto& argument : arguments) {
        append_header(out, '$', argument.size());
        out.append(argument);
        out.append("\r\n", 2);
    }
}

void ReplyReader::feed(std::string_view bytes) {
    if (consumed_ == buffer_.size()) {
        if (buffer_.capacity() > kKeepCapacity) {
            buffer_ = std::string();
        }
        buffer_.clear();
        consumed_ = 0;
    } else if (consumed_ > kCompactAt) {
        buffer_.erase(0, consumed_);
        consumed_ = 0;
    }
    buffer_.append(bytes);
}

Result<std::optional<Reply>> ReplyReader::next() {
    for (;;) {
        Reply value;
        const auto step = read_item(value);
        if (!step) {
            return step.error();
        }
        switch (*step) {
            case Step::starved:
                return std::optional<Reply>();
            case Step::opened:
            case Step::skipped:
                break;
            case Step::value:
                if (close_aggregates(value)) {
                    return std::optional<Reply>(std::move(value));
                }
                break;
        }
    }
}

Result<ReplyReader::Step> ReplyReader::read_item(Reply& out) {
    const std::string_view rest = std::string_view(buffer_).substr(consumed_);
    if (rest.empty()) {
        return Step::starved;
    }
    const void* found = std::memchr(rest.data(), '\r', std::min(rest.size(), kMaxLine));
    if (found == nullptr) {
        if (rest.size() >= kMaxLine) {
            return garbage("a line without end");
        }
        return Step::starved;
    }
    const auto length = static_cast<std::size_t>(static_cast<const char*>(found) - rest.data());
    if (length == 0) {
        return garbage("a reply without type");
    }
    if (length + 1 >= rest.size()) {
        return Step::starved;
    }
    if (rest[length + 1] != '\n') {
        return garbage("a line that ends in CR alone");
    }
    const char type = rest.front();
    const auto line = rest.substr(1, length - 1);
    switch (type) {
        case '$':
        case '=':
        case '!':
            return read_bulk(type, line, out);
        case '*':
        case '~':
        case '>':
        case '%':
        case '|':
            return open_aggregate(type, line, out);
        default:
            if (!parse_line(type, line, out)) {
                return garbage("a malformed scalar");
            }
            consumed_ += length + 2;
            return Step::value;
    }
}

Result<ReplyReader::Step> ReplyReader::read_bulk(char type, std::string_view length, Reply& out) {
    const std::size_t header = length.size() + 3;
    if (type == '$' && length == "-1") {
        consumed_ += header;
        return Step::value;
    }
    std::size_t size = 0;
    if (!parse_whole(length, size) || size > kMaxBulk) {
        return garbage("an impossible bulk length");
    }
    const std::string_view rest = std::string_view(buffer_).substr(consumed_);
    if (rest.size() < header + size + 2) {
        return Step::starved;
    }
    if (rest.substr(header + size, 2) != "\r\n") {
        return garbage("a bulk string without end");
    }
    std::string_view body = rest.substr(header, size);
    if (type == '=') {
        if (body.size() < 4) {
            return garbage("a verbatim string without format");
        }
        body.remove_prefix(4);  // "txt:"
    }
    out.type = type == '!' ? Reply::Type::error : Reply::Type::text;
    out.text.assign(body);
    consumed_ += header + size + 2;
    return Step::value;
}

Result<ReplyReader::Step> ReplyReader::open_aggregate(char type, std::string_view count,
                                                      Reply& out) {
    const std::size_t header = count.size() + 3;
    if (type == '*' && count == "-1") {
        consumed_ += header;
        return Step::value;
    }
    std::size_t elements = 0;
    if (!parse_whole(count, elements) || elements > kMaxElements) {
        return garbage("an impossible element count");
    }
    if (open_.size() >= static_cast<std::size_t>(kMaxDepth)) {
        return garbage("replies nested too deeply");
    }
    if (type == '%' || type == '|') {
        elements *= 2;
    }
    out.type = type == '%'   ? Reply::Type::map
               : type == '>' ? Reply::Type::push
                             : Reply::Type::array;
    consumed_ += header;
    const bool discard = type == '|';
    if (elements == 0) {
        return discard ? Step::skipped : Step::value;
    }
    out.elements.reserve(std::min<std::size_t>(elements, 1024));  // what is announced need not come
    open_.push_back(Open{.reply = std::move(out), .missing = elements, .discard = discard});
    return Step::opened;
}

bool ReplyReader::close_aggregates(Reply& value) {
    while (!open_.empty()) {
        Open& parent = open_.back();
        if (!parent.discard) {
            parent.reply.elements.push_back(std::move(value));
        }
        if (--parent.missing > 0) {
            return false;
        }
        const bool discarded = parent.discard;
        value = std::move(parent.reply);
        open_.pop_back();
        if (discarded) {
            return false;
        }
    }
    return true;
}

}  // namespace tripos::redis
