// SPDX-License-Identifier: MIT
#include "queue/detail/message_pack.hpp"

#include "core/error.hpp"
#include "core/text.hpp"
#include "fuzz/fuzz.hpp"

namespace tripos::fuzz {

namespace {

using queue::detail::MessagePackReader;

void append_size(std::string& out, char type, std::size_t size) {
    out += type;
    for (int shift = 24; shift >= 0; shift -= 8) {
        out += static_cast<char>(size >> shift & 0xFFU);
    }
}

/// Every text that an array of texts and of arrays of texts has, until the reader refuses.
std::size_t bytes_read(std::string_view input) {
    std::size_t bytes = 0;
    try {
        MessagePackReader reader(input);
        for (auto left = reader.array(); left > 0; --left) {
            for (auto inner = reader.array(); inner > 0; --inner) {
                bytes += reader.text().size();
            }
        }
    } catch (const SystemError&) {
        // What a script never answers.
    }
    return bytes;
}

}  // namespace

void message_pack(std::string_view input) {
    require(bytes_read(input) <= input.size(), "texts are parts of the answer");

    const auto texts = split(input, '\n');
    std::string packed;
    append_size(packed, '\xDD', texts.size());
    for (const auto text : texts) {
        append_size(packed, '\xDB', text.size());
        packed += text;
    }
    MessagePackReader reader(packed);
    require(reader.array() == texts.size(), "an array has as many elements as were packed");
    for (const auto text : texts) {
        require(reader.text() == text, "a text is what was packed");
    }
}

}  // namespace tripos::fuzz
