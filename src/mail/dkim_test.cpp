// SPDX-License-Identifier: MIT
#include "mail/dkim.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

namespace tripos::mail {
namespace {

Secret key_of(EVP_PKEY* key) {
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    char* text = nullptr;
    const auto size = BIO_get_mem_data(out, &text);
    Secret pem(std::string(text, static_cast<std::size_t>(size)));
    BIO_free(out);
    EVP_PKEY_free(key);
    return pem;
}

// The example of RFC 6376, 3.4.5.
TEST(DkimCanonicalForm, IsThatOfTheStandard) {
    EXPECT_EQ(detail::relaxed_header("A: X\r\n"), "a:X\r\n");
    EXPECT_EQ(detail::relaxed_header("B : Y\t\r\n\tZ  \r\n"), "b:Y Z\r\n");
    EXPECT_EQ(detail::relaxed_body(" C \r\nD \t E\r\n\r\n\r\n"), " C\r\nD E\r\n");
    EXPECT_EQ(detail::relaxed_body(""), "");
    EXPECT_EQ(detail::relaxed_body("\r\n\r\n"), "");
    EXPECT_EQ(detail::relaxed_body("no end"), "no end\r\n");
}

TEST(DkimSigner, NamesEachHeaderOnceMoreThanItOccurs) {
    const auto signer = DkimSigner::create(
        "example.org",
        {{.selector = "s", .pem = key_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"))}});
    ASSERT_TRUE(signer);
    const std::string message = "From: <a@example.org>\r\nSubject: Hi\r\n\r\nbody\r\n";
    const auto signed_message = (*signer)->sign(message, from_millis(1'767'603'600'000));
    EXPECT_TRUE(signed_message.starts_with(
        "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; t=1767603600;\r\n"
        "\td=example.org;\r\n\ts=s;\r\n\th=from:from:to:subject:subject:date:"))
        << signed_message;
    EXPECT_TRUE(signed_message.ends_with(message));
    EXPECT_EQ(signed_message.find("l="), std::string::npos);
    const auto records = (*signer)->records();
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].name, "s._domainkey.example.org");
    EXPECT_TRUE(records[0].value.starts_with("v=DKIM1; k=ed25519; p=")) << records[0].value;
    EXPECT_EQ(records[0].value.size(), 22U + 44U);
}

TEST(DkimSigner, RefusesKeysThatReceiversWouldIgnore) {
    const auto error_of = [](std::string selector, Secret pem) {
        const auto signer = DkimSigner::create(
            "example.org", {{.selector = std::move(selector), .pem = std::move(pem)}});
        return signer ? std::string() : signer.error().message;
    };
    const auto good = key_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    EXPECT_EQ(error_of("mail.2026", good), "");
    for (const char* selector : {"", ".", "a..b", "a b", "a;b", "a\r\nb=c", "a/b"}) {
        EXPECT_NE(error_of(selector, good).find("selector"), std::string::npos) << selector;
    }
    EXPECT_NE(error_of("s", Secret("nonsense")).find("PEM"), std::string::npos);
    EXPECT_NE(error_of("s", Secret("")).find("PEM"), std::string::npos);
    EXPECT_NE(error_of("s", key_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{1024})))
                  .find("2048"),
              std::string::npos);
    EXPECT_NE(error_of("s", key_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"))).find("PEM"),
              std::string::npos);
}

}  // namespace
}  // namespace tripos::mail
