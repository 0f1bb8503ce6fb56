// SPDX-License-Identifier: MIT
#include "queue/detail/message_pack.hpp"

#include <string>

#include "core/error.hpp"

namespace tripos::queue::detail {
namespace {

[[noreturn]] void refuse(const char* problem) {
    throw SystemError("queue", std::string("a script's answer cannot be read: ") + problem);
}

}  // namespace

std::uint8_t MessagePackReader::byte() {
    if (rest_.empty()) {
        refuse("it ends early");
    }
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
}

std::size_t MessagePackReader::big_endian(std::size_t width) {
    std::size_t value = 0;
    for (std::size_t i = 0; i < width; ++i) {
        value = value << 8U | byte();
    }
    return value;
}

std::size_t MessagePackReader::array() {
    const std::uint8_t type = byte();
    if ((type & 0xF0U) == 0x90U) {
        return type & 0x0FU;
    }
    if (type != 0xDCU && type != 0xDDU) {
        refuse("there is no array");
    }
    const std::size_t size = big_endian(type == 0xDCU ? 2 : 4);
    if (size > rest_.size()) {
        refuse("an array is longer than all that follows");
    }
    return size;
}

std::string_view MessagePackReader::text() {
    const std::uint8_t type = byte();
    std::size_t size = type & 0x1FU;
    if ((type & 0xE0U) != 0xA0U) {
        if (type < 0xD9U || type > 0xDBU) {
            refuse("there is no text");
        }
        size = big_endian(std::size_t{1} << (type - 0xD9U));
    }
    if (size > rest_.size()) {
        refuse("it ends early");
    }
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return text;
}

}  // namespace tripos::queue::detail
