// SPDX-License-Identifier: MIT
#include "mail/webhook_signature.hpp"

#include <gtest/gtest.h>

namespace tripos::mail {
namespace {

// The example of the Standard Webhooks specification.
const Secret kSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
constexpr const char* kBody = R"({"test": 2432232314})";
constexpr auto kSigned = Timestamp(std::chrono::seconds(1'614'265'330));

WebhookHead good() {
    return {.id = "msg_p5jXN8AQM9LWM0D4loKWxJek",
            .timestamp = "1614265330",
            .signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="};
}

TEST(WebhookSignature, IsThatOfTheStandard) {
    EXPECT_TRUE(verify_webhook(good(), kBody, kSecret, kSigned));
    auto rotated = good();
    rotated.signature = "v1,bm9uc2Vuc2U= " + rotated.signature;
    EXPECT_TRUE(verify_webhook(rotated, kBody, kSecret, kSigned));
}

TEST(WebhookSignature, ASecretHasTheLengthOfTheStandard) {
    EXPECT_TRUE(is_webhook_secret(kSecret));
    EXPECT_TRUE(is_webhook_secret(Secret(std::string(24, 'x'))));
    for (const auto* text :
         {"", "abc", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2La", "whsec_no base64 at all, but long"}) {
        EXPECT_FALSE(is_webhook_secret(Secret(text))) << text;
    }
}

TEST(WebhookSignature, RefusesWhatIsAlteredOldOrIncomplete) {
    EXPECT_FALSE(verify_webhook(good(), "{}", kSecret, kSigned));
    EXPECT_FALSE(verify_webhook(good(), kBody, Secret("another"), kSigned));
    EXPECT_TRUE(verify_webhook(good(), kBody, kSecret, kSigned + std::chrono::minutes(5)));
    EXPECT_FALSE(verify_webhook(good(), kBody, kSecret, kSigned + std::chrono::seconds(301)));
    EXPECT_FALSE(verify_webhook(good(), kBody, kSecret, kSigned - std::chrono::seconds(301)));
    auto head = good();
    head.id = "msg_other";
    EXPECT_FALSE(verify_webhook(head, kBody, kSecret, kSigned));
    head = good();
    head.timestamp = "1614265331";
    EXPECT_FALSE(verify_webhook(head, kBody, kSecret, kSigned));
    for (auto* member : {&head.id, &head.timestamp, &head.signature}) {
        head = good();
        member->clear();
        EXPECT_FALSE(verify_webhook(head, kBody, kSecret, kSigned));
    }
    head = good();
    head.timestamp = "99999999999999999999";
    EXPECT_FALSE(verify_webhook(head, kBody, kSecret, kSigned));
}

}  // namespace
}  // namespace tripos::mail
