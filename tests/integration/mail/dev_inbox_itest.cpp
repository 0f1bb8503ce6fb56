// SPDX-License-Identifier: MIT
#include "mail/dev_inbox_api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "mail/templates.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_random.hpp"
#include "support/test_database.hpp"

namespace tripos::mail {
namespace {

namespace json = boost::json;
using http::Method;
using testing::HasSubstr;

class DevInboxTest : public test::OnBothEngines {
  protected:
    void SetUp() override {
        test_database().migrate(DevInbox::migrations());
        inbox_.emplace(db(), clock_, random_);
        api_.emplace(*inbox_, DevInboxAudience::everyone, "https://exams.example.org:8443");
        api_->add_routes(router_);
    }

    Delivery send(const std::string& to, const std::string& subject,
                  const std::string& html = "<p>Hi</p>") {
        Message message;
        message.from_name = "Tripos";
        message.from = *parse_address("no-reply@example.org");
        message.to = *parse_address(to);
        message.subject = subject;
        message.html = html;
        message.message_id = "1@example.org";
        clock_.advance(std::chrono::milliseconds(1));
        return run(inbox_->send(std::move(message), SendParams()));
    }

    http::Response ask(Method method, std::string path, std::string query = {},
                       std::string host = "localhost:8000") {
        http::Request request;
        request.headers.emplace_back("host", std::move(host));
        request.method = method;
        request.path = std::move(path);
        request.query = std::move(query);
        return run(router_.dispatch(request));
    }

    json::object get(const std::string& path, const std::string& query = {}) {
        return json::parse(ask(Method::get, path, query).body).as_object();
    }

    test::FakeClock clock_;
    test::SeededRandom random_;
    std::optional<DevInbox> inbox_;
    std::optional<DevInboxApi> api_;
    http::Router router_;
};

TEST_P(DevInboxTest, ShowsAMailWithItsLinksAndCodes) {
    const auto mail =
        render_verification({.full_name = "Ada", .link = "https://x.example/v?token=1&a=2"});
    EXPECT_EQ(send("Ada@example.org", mail.subject, mail.html + "<p>Code 123456</p>").kind,
              Delivery::Kind::delivered);
    const auto list = get("/dev/api/mails");
    EXPECT_EQ(list.at("total").as_int64(), 1);
    const auto& listed = list.at("mails").as_array().at(0).as_object();
    EXPECT_EQ(listed.at("to").as_string(), "Ada@example.org");
    EXPECT_EQ(listed.at("from").as_string(), "Tripos <no-reply@example.org>");
    EXPECT_EQ(listed.at("subject").as_string(), mail.subject);
    EXPECT_EQ(json::serialize(listed.at("links")), R"(["https://x.example/v?token=1&a=2"])");
    EXPECT_EQ(json::serialize(listed.at("codes")), R"(["123456"])");
    EXPECT_EQ(listed.at("receivedAt").as_string(), "2026-01-05T09:00:00.001Z");
    EXPECT_THAT(std::string(listed.at("text").as_string()), HasSubstr("the name Ada asked"));
    EXPECT_THAT(std::string(listed.at("html").as_string()), HasSubstr("<!doctype html>"));

    const auto shown = get("/dev/api/mails/" + std::string(listed.at("id").as_string()));
    auto mail_without_headers = shown.at("mail").as_object();
    EXPECT_EQ(mail_without_headers.erase("headers"), 1U);
    EXPECT_EQ(json::value(mail_without_headers), json::value(listed));
}

TEST_P(DevInboxTest, AProbeIsKeptLikeAnyMail) {
    for (int i = 0; i < 3; ++i) {
        Message message;
        message.from = *parse_address("no-reply@example.org");
        message.to = *parse_address("ada@example.org");
        message.subject = "Probe";
        message.html = "<p>Is anybody there, and has the message really been kept?</p>";
        message.message_id = "1@example.org";
        const auto probe = run(inbox_->probe(std::move(message)));
        EXPECT_EQ(probe.delivery.kind, Delivery::Kind::delivered);
        EXPECT_EQ(probe.dialogue, std::vector<std::string>{"* " + probe.delivery.reply});
    }
    EXPECT_EQ(get("/dev/api/mails").at("total").as_int64(), 3);
}

TEST_P(DevInboxTest, ListsNewestFirstInPages) {
    for (int i = 0; i < 5; ++i) {
        send("ada@example.org", "Mail " + std::to_string(i));
    }
    const auto page = get("/dev/api/mails", "page=2&limit=2");
    EXPECT_EQ(page.at("total").as_int64(), 5);
    EXPECT_EQ(page.at("page").as_int64(), 2);
    EXPECT_EQ(page.at("limit").as_int64(), 2);
    EXPECT_EQ(page.at("mails").at(0).at("subject").as_string(), "Mail 2");
    EXPECT_EQ(page.at("mails").at(1).at("subject").as_string(), "Mail 1");
}

TEST_P(DevInboxTest, FiltersByAWholeAddressOrAPart) {
    send("ada@example.org", "one");
    send("malada@example.org", "two");
    send("a_b@example.org", "three");
    EXPECT_EQ(get("/dev/api/mails", "to=ADA%40example.org").at("total").as_int64(), 1);
    EXPECT_EQ(get("/dev/api/mails", "to=ada").at("total").as_int64(), 2);
    EXPECT_EQ(get("/dev/api/mails", "to=a_b%40example.org").at("total").as_int64(), 1);
    EXPECT_EQ(get("/dev/api/mails", "to=_").at("total").as_int64(), 1);
    EXPECT_EQ(get("/dev/api/mails", "to=%25").at("total").as_int64(), 0);
    EXPECT_EQ(ask(Method::get, "/dev/api/mails", "to=%00").status, 400);
}

TEST_P(DevInboxTest, DeletesOneAndAll) {
    send("ada@example.org", "one");
    send("ada@example.org", "two");
    send("ada@example.org", "three");
    const std::string id(get("/dev/api/mails").at("mails").at(0).at("id").as_string());
    EXPECT_EQ(ask(Method::delete_, "/dev/api/mails/" + id).status, 200);
    EXPECT_EQ(ask(Method::delete_, "/dev/api/mails/" + id).status, 404);
    EXPECT_EQ(ask(Method::get, "/dev/api/mails/" + id).status, 404);
    EXPECT_EQ(get("/dev/api/mails").at("total").as_int64(), 2);
    const auto cleared = ask(Method::delete_, "/dev/api/mails");
    EXPECT_EQ(json::parse(cleared.body).at("deleted").as_int64(), 2);
    EXPECT_EQ(get("/dev/api/mails").at("total").as_int64(), 0);
}

TEST_P(DevInboxTest, KeepsTheNewestThousand) {
    for (int i = 0; i < 1003; ++i) {
        send("ada@example.org", "Mail " + std::to_string(i));
    }
    EXPECT_EQ(get("/dev/api/mails").at("total").as_int64(), 1000);
    const auto oldest = get("/dev/api/mails", "page=1000&limit=1");
    EXPECT_EQ(oldest.at("mails").at(0).at("subject").as_string(), "Mail 3");
}

TEST_P(DevInboxTest, RefusesWhatSmtpWouldRefuse) {
    EXPECT_EQ(send("ada@example.org", "x\r\nBcc: eve@example.org").kind,
              Delivery::Kind::fail_message);
    EXPECT_EQ(send("ada@example.org", "x", "\xFF").kind, Delivery::Kind::fail_message);
    EXPECT_EQ(get("/dev/api/mails").at("total").as_int64(), 0);
    EXPECT_EQ(send("ada@example.org", "x", std::string("a\0b", 3)).kind, Delivery::Kind::delivered);
}

TEST_P(DevInboxTest, FindsWhatIsLookedForAnywhereInAMail) {
    send("ada@example.org", "Room change", "<p>It is B12 now</p>");
    send("eve@example.org", "100% sure", "<p>Other</p>");
    EXPECT_EQ(get("/dev/api/mails", "q=room").at("total").as_int64(), 1);
    EXPECT_EQ(get("/dev/api/mails", "q=b12").at("total").as_int64(), 1);
    EXPECT_EQ(get("/dev/api/mails", "q=EVE%40").at("total").as_int64(), 1);
    EXPECT_EQ(get("/dev/api/mails", "q=no-reply").at("total").as_int64(), 2);
    EXPECT_EQ(get("/dev/api/mails", "q=%25").at("total").as_int64(), 1);
    EXPECT_EQ(get("/dev/api/mails", "q=room&to=eve").at("total").as_int64(), 0);
    EXPECT_EQ(ask(Method::get, "/dev/api/mails", "q=%01").status, 400);
}

TEST_P(DevInboxTest, ShowsHeadersSourceAndTheHtmlAlone) {
    send("ada@example.org",
         "Gr\xC3\xBC\xC3\x9F"
         "e",
         "<p>Hi <script>alert(1)</script></p>");
    const auto id = std::string(get("/dev/api/mails").at("mails").at(0).at("id").as_string());
    const auto headers = get("/dev/api/mails/" + id).at("mail").at("headers").as_array();
    EXPECT_EQ(json::serialize(headers.at(1)),
              R"({"name":"From","value":"\"Tripos\" <no-reply@example.org>"})");
    const auto source = ask(Method::get, "/dev/api/mails/" + id + "/source");
    EXPECT_THAT(source.body, HasSubstr("\r\nSubject: =?UTF-8?B?"));
    EXPECT_THAT(source.headers,
                testing::Contains(testing::Pair("Content-Type", HasSubstr("text/plain"))));
    const auto html = ask(Method::get, "/dev/api/mails/" + id + "/html");
    EXPECT_THAT(html.body, HasSubstr("<p>Hi "));
    EXPECT_THAT(html.headers,
                testing::Contains(testing::Pair(
                    "Content-Security-Policy",
                    testing::AllOf(HasSubstr("sandbox"), HasSubstr("default-src 'none'")))));
    for (const char* view : {"", "/html", "/source"}) {
        EXPECT_EQ(ask(Method::get, std::string("/dev/api/mails/unknown") + view).status, 404);
    }
}

TEST_P(DevInboxTest, FailsAsItIsTold) {
    const auto put = [&](const std::string& body) {
        http::Request request;
        request.method = Method::put;
        request.path = "/dev/api/failures";
        request.headers = {{"content-type", "application/json"}, {"host", "localhost"}};
        request.body = body;
        return run(router_.dispatch(request));
    };
    EXPECT_EQ(
        put(R"({"failures":[{"stage":"rcpt","reply":"550 5.1.1 gone","probability":1}]})").status,
        200);
    EXPECT_EQ(json::serialize(get("/dev/api/failures").at("failures")),
              R"([{"stage":"rcpt","reply":"550 5.1.1 gone","probability":1}])");
    EXPECT_EQ(send("ada@example.org", "x").kind, Delivery::Kind::fail_recipient);
    EXPECT_EQ(get("/dev/api/mails").at("total").as_int64(), 0);
    EXPECT_EQ(put(R"({"failures":[{"stage":"dot","reply":"drop","probability":1}]})").status, 200);
    EXPECT_EQ(send("ada@example.org", "x").kind, Delivery::Kind::in_doubt);
    EXPECT_EQ(get("/dev/api/mails").at("total").as_int64(), 1);
    EXPECT_EQ(put(R"({"failures":[]})").status, 200);
    EXPECT_EQ(send("ada@example.org", "x").kind, Delivery::Kind::delivered);
    for (const char* bad :
         {"{}", R"({"failures":1})", R"({"failures":[1]})", R"({"failures":[{}]})",
          R"({"failures":[{"stage":"moon","reply":"451","probability":1}]})",
          R"({"failures":[{"stage":"rcpt","reply":"250 ok","probability":1}]})",
          R"({"failures":[{"stage":"rcpt","reply":"451","probability":2}]})"}) {
        const auto answer = put(bad);
        EXPECT_EQ(answer.status, 400) << bad;
        EXPECT_THAT(answer.body, HasSubstr("\"field\":\"failures")) << bad;
    }
}

/// Answers every mail with the same.
class FixedTransport final : public Transport {
  public:
    explicit FixedTransport(Delivery::Kind kind) : kind_(kind) {}
    Task<Delivery> send(Message, SendParams params) override {
        Delivery delivery{.kind = kind_};
        if (params.concluded) {
            params.concluded(delivery);
        }
        co_return delivery;
    }
    Task<Probe> probe(Message) override { co_return Probe(); }
    std::string describe() const override { return "smtp://relay"; }

  private:
    Delivery::Kind kind_;
};

TEST_P(DevInboxTest, KeepsCopiesOfWhatARelayTook) {
    FixedTransport relay(Delivery::Kind::delivered);
    FixedTransport refusing(Delivery::Kind::fail_message);
    for (auto* next : {&relay, &refusing}) {
        inbox_.emplace(db(), clock_, random_, DevInboxOptions{.next = next});
        send("ada@example.org", "copy");
        EXPECT_EQ(get("/dev/api/mails").at("total").as_int64(), 1);
        EXPECT_THAT(inbox_->describe(), HasSubstr("smtp://relay"));
    }
}

TEST_P(DevInboxTest, IsForThisMachineOnlyWhereItIsToldSo) {
    DevInboxApi api(*inbox_, DevInboxAudience::this_machine, "http://localhost:8000");
    http::Router router;
    api.add_routes(router);
    for (const bool local : {true, false}) {
        http::Request request;
        request.method = Method::get;
        request.path = "/dev/api/mails";
        request.headers.emplace_back("host", "127.0.0.1:8000");
        request.is_local = local;
        EXPECT_EQ(run(router.dispatch(request)).status, local ? 200 : 404);
    }
}

TEST_P(DevInboxTest, IsReadUnderNamesOfThisServerOnly) {
    for (const auto* ours : {"localhost", "LOCALHOST:8000", "tripos.localhost:8000", "[::1]:8000",
                             "192.0.2.7", "exams.example.org:8443", "Exams.Example.org"}) {
        EXPECT_EQ(ask(Method::get, "/dev/api/mails", {}, ours).status, 200) << ours;
    }
    for (const auto* foreign :
         {"rebound.example:8000", "exams.example.org.evil.example", "", "["}) {
        EXPECT_EQ(ask(Method::get, "/dev/api/mails", {}, foreign).status, 403) << foreign;
    }
}

INSTANTIATE_TEST_SUITE_P(Engines, DevInboxTest, test::both_engines(), test::engine_name);

}  // namespace
}  // namespace tripos::mail
