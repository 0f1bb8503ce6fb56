// SPDX-License-Identifier: MIT
// Our messages in the eyes of others: Python's e-mail package reads back what we meant, and dkimpy
// finds every signature good.

#include "mail/message.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "mail/dkim.hpp"
#include "mail_judge.hpp"
#include "support/fake_random.hpp"

namespace tripos::mail {
namespace {

constexpr int kMessages = 1'000;

Secret pem_of(EVP_PKEY* key) {
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    char* text = nullptr;
    const auto size = BIO_get_mem_data(out, &text);
    Secret pem(std::string(text, static_cast<std::size_t>(size)));
    BIO_free(out);
    EVP_PKEY_free(key);
    return pem;
}

std::unique_ptr<DkimSigner> signer() {
    return std::move(*DkimSigner::create(
        "example.org",
        {{.selector = "rsa2026",
          .pem = pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048}))},
         {.selector = "ed.2026", .pem = pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"))}}));
}

class RandomText {
  public:
    explicit RandomText(Random& random) : random_(random) {}

    /// Characters of every script, with what headers and bodies give a meaning to among them.
    std::string line(std::uint32_t longest) {
        std::string text;
        for (auto left = random_.below(longest + 1); left > 0; --left) {
            append(text, character());
        }
        return text;
    }
    /// Lines with blanks at their ends, empty ones, dots, every kind of line end.
    std::string body() {
        static constexpr std::string_view kPieces[] = {
            "\r\n", "\n",       "\r",    " \r\n",
            "\t\n", "\r\n\r\n", ".\r\n", "--=_tripos_alternative--\r\n"};
        std::string text;
        for (auto left = random_.below(12); left > 0; --left) {
            text += line(random_.below(20) == 0 ? 3'000 : 60);
            text += kPieces[random_.below(std::size(kPieces))];
        }
        return text;
    }

  private:
    std::uint32_t character() {
        static constexpr std::uint32_t kMeaningful[] = {' ', '"', '\\', '<', '>', '@', ',', ':',
                                                        ';', '(', ')',  '=', '?', '_', '.', '%'};
        switch (random_.below(6)) {
            case 0:
                return kMeaningful[random_.below(std::size(kMeaningful))];
            case 1:
                return 0xA0 + random_.below(0x1F00);
            case 2:
                return 0x3000 + random_.below(0x7000);
            case 3:
                return 0x1F300 + random_.below(0x300);
            default:
                return 0x21 + random_.below(0x5E);
        }
    }
    static void append(std::string& out, std::uint32_t code) {
        if (code < 0x80) {
            out += static_cast<char>(code);
        } else if (code < 0x800) {
            out += static_cast<char>(0xC0 | (code >> 6));
            out += static_cast<char>(0x80 | (code & 0x3F));
        } else if (code < 0x10000) {
            out += static_cast<char>(0xE0 | (code >> 12));
            out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
            out += static_cast<char>(0x80 | (code & 0x3F));
        } else {
            out += static_cast<char>(0xF0 | (code >> 18));
            out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
            out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
            out += static_cast<char>(0x80 | (code & 0x3F));
        }
    }

    Random& random_;
};

Message random_message(test::SeededRandom& random, int number) {
    RandomText text(random);
    Message message;
    message.from_name = text.line(40);
    message.from = *parse_address("no-reply@example.org");
    message.to = *parse_address("o'neil+" + std::to_string(number) +
                                "@b\xC3\xBC"
                                "cher.example");
    message.subject = text.line(300);
    message.html = text.body();
    message.text = "t" + text.body();
    message.message_id = std::to_string(number) + "@example.org";
    message.date = from_millis(1'000 * (946'684'800 + std::int64_t{random.below(800'000'000)}));
    if (random.below(2) == 0) {
        message.list = ListHeaders{.id = "newsletters.example.org",
                                   .unsubscribe = "https://exams.example.org/u/" +
                                                  std::string(20 + random.below(60), 'x')};
        message.reply_to = *parse_address("office@example.org");
    }
    return message;
}

/// What a body is after a journey: line ends are CRLF.
std::string sent_form(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' || text[i] == '\n') {
            i += text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n' ? 1 : 0;
            out += "\r\n";
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string text_at(const boost::json::object& object, std::string_view name) {
    return std::string(object.at(name).as_string());
}

// Acceptance tests 15 and 20 of the mail subsystem.
TEST(MessageInOtherEyes, IsWhatWeMeantAndEverySignatureHolds) {
    test::SeededRandom random;
    const auto dkim = signer();
    std::vector<Message> messages;
    std::vector<std::string> encoded;
    for (int number = 0; number < kMessages; ++number) {
        messages.push_back(random_message(random, number));
        auto mime = to_mime(messages.back());
        ASSERT_TRUE(mime) << mime.error().message;
        encoded.push_back(dkim->sign(std::move(*mime), messages.back().date));
    }
    const auto seen = test::judge(encoded, dkim->records());
    ASSERT_EQ(seen.size(), messages.size());
    for (std::size_t i = 0; i < seen.size(); ++i) {
        const auto& message = messages[i];
        const auto& other = seen[i];
        SCOPED_TRACE(encoded[i].substr(0, 3'000));
        EXPECT_EQ(text_at(other, "subject"), message.subject);
        EXPECT_EQ(text_at(other, "gmimeSubject"), message.subject);
        EXPECT_EQ(text_at(other, "fromName"), message.from_name);
        EXPECT_EQ(text_at(other, "from"), message.from.text);
        EXPECT_EQ(text_at(other, "to"), message.to.text);
        EXPECT_EQ(other.at("addresses").as_int64(), 2);
        EXPECT_EQ(other.at("seconds").to_number<std::int64_t>() * 1'000, to_millis(message.date));
        EXPECT_EQ(text_at(other, "text"), sent_form(message.text));
        EXPECT_EQ(text_at(other, "html"), sent_form(message.html));
        EXPECT_EQ(boost::json::serialize(other.at("types")), R"(["text/plain","text/html"])");
        EXPECT_EQ(boost::json::serialize(other.at("defects")), "[]");
        EXPECT_LE(other.at("longest").as_int64(), 998);
        EXPECT_EQ(boost::json::serialize(other.at("dkim")), "[true,true]");
        if (HasFailure()) {
            break;
        }
    }
}

TEST(MessageInOtherEyes, AnAlteredMessageHasNoGoodSignature) {
    test::SeededRandom random;
    const auto dkim = signer();
    const auto message = random_message(random, 1);
    const auto good = dkim->sign(*to_mime(message), message.date);
    std::vector<std::string> altered(4, good);
    altered[0].replace(altered[0].find("Subject: "), 9, "Subject: x");
    altered[1].insert(altered[1].find("Date: "), "From: <other@example.org>\r\n");
    altered[2].insert(altered[2].find("Date: "), "Reply-To: <other@example.org>\r\n");
    altered[3].insert(altered[3].find("\r\n\r\n") + 4, "more\r\n");
    for (const auto& other : test::judge(altered, dkim->records())) {
        EXPECT_EQ(boost::json::serialize(other.at("dkim")), "[false,false]");
    }
    EXPECT_EQ(boost::json::serialize(test::judge({good}, dkim->records())[0].at("dkim")),
              "[true,true]");
}

}  // namespace
}  // namespace tripos::mail
