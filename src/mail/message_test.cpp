// SPDX-License-Identifier: MIT
#include "mail/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "core/text.hpp"

namespace tripos::mail {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

Message sample() {
    Message message;
    message.from_name = "Tripos";
    message.from = *parse_address("no-reply@example.org");
    message.to = *parse_address("ada@example.org");
    message.subject = "Hello";
    message.html = "<p>Hello <b>Ada</b></p>";
    message.message_id = "0190@example.org";
    message.date =
        std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + std::chrono::seconds(3723);
    return message;
}

std::string header_block(const std::string& mime) {
    return mime.substr(0, mime.find("\r\n\r\n") + 2);
}

/// Lines of the value of a header, folding undone.
std::string header(const std::string& mime, const std::string& name) {
    std::string value;
    bool inside = false;
    const std::string block = header_block(mime);
    for (const auto line : split(block, '\n')) {
        if (line.starts_with(name + ": ")) {
            EXPECT_TRUE(value.empty()) << name << " occurs twice";
            inside = true;
            value = trim(line.substr(name.size() + 2));
        } else if (inside && line.starts_with(' ')) {
            value += std::string(" ") + std::string(trim(line));
        } else {
            inside = false;
        }
    }
    return value;
}

/// "=C3=BC" back to bytes.
std::optional<std::string> unquoted(std::string_view text) {
    std::string bytes;
    for (std::size_t at = 0; at + 3 <= text.size(); at += 3) {
        bytes += static_cast<char>(std::stoi(std::string(text.substr(at + 1, 2)), nullptr, 16));
    }
    return bytes;
}

/// RFC 2047 back to text: white space between encoded-words does not count.
std::string decoded(const std::string& value) {
    std::string text;
    for (const auto word : split(value, ' ')) {
        if (!word.starts_with("=?UTF-8?")) {
            return value;
        }
        EXPECT_LE(word.size(), 75U);
        const auto inner = word.substr(10, word.size() - 12);
        const auto bytes = word[8] == 'B' ? base64_decode(inner) : unquoted(inner);
        EXPECT_TRUE(bytes && is_valid_utf8(*bytes)) << "an encoded-word holds whole characters";
        text += bytes.value_or("");
    }
    return text;
}

TEST(Message, HasTheWholeStructure) {
    const auto mime = to_mime(sample());
    ASSERT_TRUE(mime);
    EXPECT_EQ(*mime,
              "Date: Sun, 01 Mar 2026 01:02:03 +0000\r\n"
              "From: \"Tripos\" <no-reply@example.org>\r\n"
              "To: <ada@example.org>\r\n"
              "Subject: Hello\r\n"
              "Message-ID: <0190@example.org>\r\n"
              "MIME-Version: 1.0\r\n"
              "Auto-Submitted: auto-generated\r\n"
              "Content-Type: multipart/alternative; boundary=\"=_tripos_alternative\"\r\n"
              "\r\n"
              "--=_tripos_alternative\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Content-Transfer-Encoding: base64\r\n"
              "\r\n"
              "SGVsbG8gQWRhDQo=\r\n"
              "--=_tripos_alternative\r\n"
              "Content-Type: text/html; charset=utf-8\r\n"
              "Content-Transfer-Encoding: base64\r\n"
              "\r\n"
              "PHA+SGVsbG8gPGI+QWRhPC9iPjwvcD4=\r\n"
              "--=_tripos_alternative--\r\n");
}

TEST(Message, SubjectsOfEveryLengthAndScriptComeBack) {
    const std::vector<std::string> characters = {"a", "\xC3\xBC", "\xE2\x82\xAC",
                                                 "\xF0\x9F\x8E\x93", "e\xCC\x81"};
    for (const auto& character : characters) {
        std::string subject;
        for (int length = 1; length <= 300; ++length) {
            subject += character;
            Message message = sample();
            message.subject = subject;
            message.from_name = subject;
            const auto mime = to_mime(message);
            ASSERT_TRUE(mime);
            EXPECT_EQ(decoded(header(*mime, "Subject")), subject);
            const std::string from = header(*mime, "From");
            const std::string name = from.substr(0, from.rfind(' '));
            EXPECT_EQ(name.starts_with('"') ? name.substr(1, name.size() - 2) : decoded(name),
                      subject);
        }
    }
}

TEST(Message, OnlyTheLastEncodedWordIsPadded) {
    for (const auto& character : {"\xC3\xBC"s, "\xE2\x82\xAC"s, "\xF0\x9F\x8E\x93"s}) {
        std::string subject = "a";
        for (int length = 1; length <= 100; ++length) {
            subject += character;
            Message message = sample();
            message.subject = subject;
            const auto value = header(*to_mime(message), "Subject");
            const auto words = split(value, ' ');
            for (std::size_t i = 0; i + 1 < words.size(); ++i) {
                EXPECT_FALSE(words[i].starts_with("=?UTF-8?B?") && words[i].ends_with("=?="));
            }
        }
    }
}

TEST(Message, TextThatLooksEncodedIsEncoded) {
    Message message = sample();
    message.subject = "=?UTF-8?B?SGk=?=";
    EXPECT_EQ(decoded(header(*to_mime(message), "Subject")), message.subject);
    message.subject = " spaces at both ends ";
    EXPECT_EQ(decoded(header(*to_mime(message), "Subject")), message.subject);
}

TEST(Message, DisplayNamesAreQuoted) {
    Message message = sample();
    message.from_name = "Dr. \"Bob\" \\ <x@evil.example>, Co";
    EXPECT_THAT(
        *to_mime(message),
        HasSubstr(
            "From: \"Dr. \\\"Bob\\\" \\\\ <x@evil.example>, Co\" <no-reply@example.org>\r\n"));
    message.from_name.clear();
    EXPECT_THAT(*to_mime(message), HasSubstr("From: <no-reply@example.org>\r\n"));
}

TEST(Message, LinesAreShortAndEndInCrlfOnly) {
    Message message = sample();
    message.subject = std::string(900, 'x');
    message.from_name = std::string(900, 'y');
    message.html = "<p>" + std::string(5000, 'z') +
                   "</p>\r\n.\r\nQUIT\n\r\n--=_tripos_alternative--\r" + "\0"s;
    const std::string mime = *to_mime(message);
    for (const auto line : split(mime, '\n')) {
        EXPECT_LE(line.size(), 79U);
        EXPECT_NE(line, ".\r");
    }
    for (std::size_t i = 0; i < mime.size(); ++i) {
        EXPECT_EQ(mime[i] == '\n', i > 0 && mime[i - 1] == '\r');
        EXPECT_NE(mime[i], '\0');
    }
}

Message newsletter() {
    Message message = sample();
    message.reply_to = *parse_address("office@example.org");
    message.list = ListHeaders{.id = "newsletters.example.org",
                               .unsubscribe = "https://exams.example.org/u/token"};
    return message;
}

TEST(Message, OfAListTellsHowToLeaveIt) {
    const std::string mime = *to_mime(newsletter());
    EXPECT_EQ(header(mime, "Reply-To"), "<office@example.org>");
    EXPECT_EQ(header(mime, "List-Id"), "<newsletters.example.org>");
    EXPECT_EQ(header(mime, "List-Unsubscribe"), "<https://exams.example.org/u/token>");
    EXPECT_EQ(header(mime, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    EXPECT_EQ(header(mime, "Precedence"), "bulk");
    EXPECT_EQ(header(mime, "Auto-Submitted"), "auto-generated");
    EXPECT_EQ(header(*to_mime(sample()), "List-Unsubscribe"), "");
}

/// Every place of a message that takes a value from outside, and how a value gets there.
struct Place {
    const char* name;
    void (*put)(Message& message, const std::string& value);
};

// The matrix of the specification: no value that could leave its header is ever written.
TEST(Message, HeadersCannotBeInjected) {
    static constexpr Place kPlaces[] = {
        {"subject", [](Message& m, const std::string& v) { m.subject = v; }},
        {"from name", [](Message& m, const std::string& v) { m.from_name = v; }},
        {"message id", [](Message& m, const std::string& v) { m.message_id = v + "@a.example"; }},
        {"to local part", [](Message& m, const std::string& v) { m.to.text = v + "@a.example"; }},
        {"to domain", [](Message& m, const std::string& v) { m.to.text = "ada@" + v; }},
        {"from local part",
         [](Message& m, const std::string& v) { m.from.text = v + "@a.example"; }},
        {"from domain", [](Message& m, const std::string& v) { m.from.text = "a@" + v; }},
        {"reply-to", [](Message& m, const std::string& v) { m.reply_to->text = "a@" + v; }},
        {"list id", [](Message& m, const std::string& v) { m.list->id = v; }},
        {"unsubscribe",
         [](Message& m, const std::string& v) { m.list->unsubscribe = "https://a.example/" + v; }},
    };
    const std::vector<std::string> poisons = {"\r\nBcc: x@evil.example",
                                              "\n",
                                              "\r",
                                              "\0"s,
                                              "\xE2\x80\xA8",
                                              "\xE2\x80\xA9",
                                              "\xC0\x8A",
                                              "\xF4\x90\x80\x80",
                                              "\xED\xA0\x80",
                                              "\x1b",
                                              "\x7f",
                                              std::string(10'000'000, 'x')};
    for (const auto& place : kPlaces) {
        for (const auto& poison : poisons) {
            for (const std::string& value :
                 {poison, "a" + poison, poison + "b", "a" + poison + "b"}) {
                Message message = newsletter();
                place.put(message, value);
                EXPECT_FALSE(to_mime(message)) << place.name;
            }
        }
    }
}

// A body may hold anything that is text: it travels encoded.
TEST(Message, BodiesMayHoldAnythingThatIsText) {
    for (const auto& poison : {"\r\n.\r\nQUIT\r\n"s, "\0"s, "\xE2\x80\xA8"s, "\x1b\x7f"s}) {
        Message message = sample();
        message.html = "<p>" + poison + "</p>";
        const auto mime = to_mime(message);
        ASSERT_TRUE(mime);
        EXPECT_EQ(mime->find("\r\n.\r\n"), std::string::npos);
    }
    Message message = sample();
    message.text = "\xC0\x8A";
    EXPECT_FALSE(to_mime(message));
}

TEST(Message, NeedsAMessageId) {
    for (const std::string id : {"", "x", "<a@b>", "a b@c", "@b", "a@"}) {
        Message message = sample();
        message.message_id = id;
        EXPECT_FALSE(to_mime(message)) << id;
    }
}

}  // namespace
}  // namespace tripos::mail
