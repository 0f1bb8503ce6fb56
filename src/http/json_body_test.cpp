// SPDX-License-Identifier: MIT
#include "http/json_body.hpp"

#include <gtest/gtest.h>

namespace tripos::http {
namespace {

Request with_body(std::string body) {
    Request request;
    request.body = std::move(body);
    return request;
}

/// "field: message; field: message" of what one reading of `body` complains about.
template <class Read>
std::string complaints(std::string body, Read read) {
    const auto request = with_body(std::move(body));
    BodyReader reader(request);
    read(reader);
    const auto error = reader.error();
    std::string text;
    for (const auto& field : error ? error->fields : std::vector<FieldError>()) {
        text += (text.empty() ? "" : "; ") + field.field + ": " + field.message;
    }
    return text;
}

TEST(BodyReader, ReadsEveryKind) {
    const auto request = with_body(R"({"t":"  é x ","n":2.5,"i":3.0,"b":true,"c":"single",
        "id":"0190B0A0-0000-7000-8000-000000000001","ids":["0190b0a0-0000-7000-8000-000000000002"],
        "z":null,"p":" pw "})");
    BodyReader body(request);
    EXPECT_EQ(body.text("t"), "\xC3\xA9 x");
    EXPECT_EQ(body.text("p", {.trimmed = false}), " pw ");
    EXPECT_EQ(body.number("n"), 2.5);
    EXPECT_EQ(body.integer("i", 1, 5), 3);
    EXPECT_TRUE(body.flag_or("b", false));
    EXPECT_TRUE(body.flag_or("absent", true));
    EXPECT_EQ(body.choice("c", {"SINGLE", "MULTIPLE"}), "SINGLE");
    EXPECT_EQ(body.id("id"), "0190b0a0-0000-7000-8000-000000000001");
    EXPECT_EQ(body.ids("ids", 3).size(), 1U);
    EXPECT_TRUE(body.is_null("z"));
    EXPECT_FALSE(body.has("z"));
    EXPECT_FALSE(body.maybe_text("z"));
    EXPECT_FALSE(body.maybe_number("absent"));
    EXPECT_TRUE(body.ids("absent", 3).empty());
    EXPECT_EQ(body.array("absent", 3), nullptr);
    EXPECT_FALSE(body.error());
}

TEST(BodyReader, MayTakeNoBodyForAnObject) {
    const auto nothing = with_body("");
    BodyReader lenient(nothing, EmptyBody::allowed);
    EXPECT_FALSE(lenient.has("confirm"));
    EXPECT_FALSE(lenient.error());
    EXPECT_TRUE(BodyReader(nothing).error());
    const auto broken = with_body("{");
    EXPECT_TRUE(BodyReader(broken, EmptyBody::allowed).error());
}

TEST(BodyReader, TakesTheTextOfAnInputForItsNumber) {
    const auto request =
        with_body(R"({"a":" -2.5 ","b":"+5","c":"1e2","d":"","e":"  ","f":"42.0"})");
    BodyReader body(request);
    EXPECT_EQ(body.number("a"), -2.5);
    EXPECT_EQ(body.maybe_number("b"), 5);
    EXPECT_EQ(body.integer("c", 1, 100), 100);
    EXPECT_EQ(body.maybe_number("d"), std::nullopt);
    EXPECT_EQ(body.maybe_integer("e", 1, 5), std::nullopt);
    EXPECT_EQ(body.integer("f", 1, 100), 42);
    EXPECT_FALSE(body.error());
}

TEST(BodyReader, RefusesATextThatIsNoNumberAsItRefusesANumber) {
    const std::pair<const char*, const char*> cases[] = {
        {R"({"n":"abc"})", "n: n must be a number between 0 and 10"},
        {R"({"n":"1,5"})", "n: n must be a number between 0 and 10"},
        {R"({"n":"11"})", "n: n must be a number between 0 and 10"},
        {R"({"n":" "})", "n: n is required"},
        {R"({"n":true})", "n: n must be a number between 0 and 10"},
    };
    for (const auto& [body, expected] : cases) {
        EXPECT_EQ(
            complaints(body, [](BodyReader& reader) { reader.number("n", {.min = 0, .max = 10}); }),
            expected);
    }
    EXPECT_EQ(complaints(R"({"i":"2.5"})", [](BodyReader& reader) { reader.integer("i", 1, 5); }),
              "i: i must be a whole number between 1 and 5");
}

TEST(BodyReader, NamesEveryProblemWithItsCure) {
    EXPECT_EQ(complaints(R"({"email":5,"marks":-1})",
                         [](BodyReader& body) {
                             body.text("fullName");
                             body.text("email");
                             body.number("marks", {.min = 0});
                         }),
              "fullName: fullName is required; email: email must be text; "
              "marks: marks must be a number of at least 0");
}

TEST(BodyReader, RefusesBadText) {
    const std::pair<const char*, const char*> cases[] = {
        {R"({"t":null})", "t: t is required"},
        {R"({"t":"   "})", "t: t is required"},
        {R"({"t":["x"]})", "t: t must be text"},
        {R"({"t":"a"})", "t: t must have at least 2 characters"},
        {R"({"t":"abcdef"})", "t: t must have at most 5 characters"},
        {R"({"t":"a\nb"})", "t: t must not contain control characters"},
        {R"({"t":"a\u0000b"})", "t: t must not contain the character NUL"},
        {R"({"x":[{"y":"\u0000"}],"t":"abc"})", "x: x must not contain the character NUL"},
        {R"({"t":"\u00e9\u00e9\u00e9\u00e9\u00e9"})", ""},
    };
    for (const auto& [body, expected] : cases) {
        const auto read = [](BodyReader& reader) {
            reader.text("t", {.min_length = 2, .max_length = 5});
        };
        EXPECT_EQ(complaints(body, read), expected) << body;
    }
}

TEST(BodyReader, EndsAtTheFirstThingThatNoReaderMayLetThrough) {
    std::string nuls = "{", huge = "{", lists = R"({"x":[)";
    for (int i = 0; i < 70'000; ++i) {
        nuls += (i == 0 ? "" : ",") + std::string(R"("m)") + std::to_string(i) + R"(":"\u0000")";
        huge += (i == 0 ? "" : ",") + std::string(R"("m)") + std::to_string(i) + R"(":1e999)";
        lists += i == 0 ? R"({"y":"\u0000"})" : R"(,{"y":"\u0000"})";
    }
    const auto nothing = [](BodyReader&) {};
    EXPECT_EQ(complaints(nuls + "}", nothing), "m0: m0 must not contain the character NUL");
    EXPECT_EQ(complaints(huge + "}", nothing),
              "m0: m0 is too large or too small a number: 1e-300 to 1e300 can be read");
    EXPECT_EQ(complaints(lists + "]}", nothing), "x: x must not contain the character NUL");
    EXPECT_EQ(complaints(R"({"a\u0000b":1})", nothing), "a: a must not contain the character NUL");
}

TEST(BodyReader, NamesAtMostTwentyProblems) {
    const auto request = with_body("{}");
    BodyReader body(request);
    for (int i = 0; i < 100'000; ++i) {
        body.text("field" + std::to_string(i));
    }
    EXPECT_EQ(body.error()->fields.size(), 20U);
}

TEST(BodyReader, RefusesAMemberThatIsNamedTwice) {
    for (const auto* body :
         {R"({"a":1,"a":2})", R"({"x":[{"b":1,"c":2,"b":1}]})", R"({"\u0061":1,"a":1})"}) {
        const auto request = with_body(body);
        const auto error = BodyReader(request).error();
        ASSERT_TRUE(error) << body;
        EXPECT_EQ(error->code, "malformed_json");
    }
    const auto request = with_body(R"({"a":{"a":1},"b":[{"a":1},{"a":2}],"A":1})");
    EXPECT_FALSE(BodyReader(request).error());
}

TEST(BodyReader, RefusesMoreValuesThanAnyRouteTakes) {
    const auto repeated = [](const std::string& part, int times) {
        std::string text = part;
        for (int i = 1; i < times; ++i) {
            text += ',' + part;
        }
        return text;
    };
    for (const std::string value : {"1", "-1", "1.5", "\"a\"", "null", "true", "{}", "[]"}) {
        const auto message_of = [&](int times) {
            const auto request = with_body("{\"a\":[" + repeated(value, times) + "]}");
            const auto error = BodyReader(request).error();
            return error ? error->message : "";
        };
        EXPECT_EQ(message_of(19'990), "") << value;
        EXPECT_NE(message_of(20'001).find("20,000 values"), std::string::npos) << value;
    }
    const auto members = with_body("{" + repeated("\"a\":1", 150'000) + "}");
    EXPECT_NE(BodyReader(members).error()->message.find("20,000 values"), std::string::npos);
}

TEST(BodyReader, RefusesBadNumbers) {
    const std::pair<const char*, const char*> cases[] = {
        {R"({"n":"3"})", ""},
        {R"({"n":"three"})", "n: n must be a whole number between 1 and 100"},
        {R"({"n":3.5})", "n: n must be a whole number between 1 and 100"},
        {R"({"n":0})", "n: n must be a whole number between 1 and 100"},
        {R"({"n":18446744073709551615})", "n: n must be a whole number between 1 and 100"},
        {R"({"n":true})", "n: n must be a whole number between 1 and 100"},
        {R"({"n":3.0})", ""},
    };
    for (const auto& [body, expected] : cases) {
        EXPECT_EQ(complaints(body, [](BodyReader& reader) { reader.integer("n", 1, 100); }),
                  expected)
            << body;
    }
    const auto request = with_body(R"({"n":1e999})");
    BodyReader body(request);
    body.number("n");
    EXPECT_TRUE(body.error());
}

TEST(BodyReader, RefusesBadChoicesIdsAndLists) {
    const auto read = [](BodyReader& body) {
        body.choice("c", {"A", "B"});
        body.id("id");
        body.ids("ids", 1);
        body.array("list", 1);
        body.maybe_flag("flag");
    };
    EXPECT_EQ(complaints(R"({"c":"x","id":"7","ids":["no"],"list":[1,2],"flag":1})", read),
              "c: c must be one of A, B; id: id must be an id (a UUID); "
              "ids: ids must be a list of ids (UUIDs); list: list must have at most 1 entries; "
              "flag: flag must be true or false");
}

TEST(BodyReader, RefusesWhatIsNoJsonObject) {
    const std::string deep = R"({"a":)" + std::string(40, '[') + std::string(40, ']') + "}";
    const std::string bodies[] = {"{",           "{\"a\":}",
                                  "[]",          "3",
                                  "\"x\"",       "{} x",
                                  "{'a':1}",     "nul",
                                  "{\"a\":NaN}", "{\"a\":\"\xff\"}",
                                  deep,          "{\"a\":\"\\ud800\"}"};
    for (const auto& text : bodies) {
        const auto request = with_body(text);
        BodyReader body(request);
        body.text("a");
        const auto error = body.error();
        ASSERT_TRUE(error) << text;
        EXPECT_EQ(error->code, "malformed_json") << text;
        EXPECT_TRUE(error->fields.empty());
    }
}

TEST(BodyReader, SaysWhereTheJsonBreaks) {
    const auto request = with_body("{\n  \"a\": tru\n}");
    const BodyReader body(request);
    EXPECT_NE(body.error()->message.find("line 2"), std::string::npos) << body.error()->message;
}

TEST(BodyReader, RefusesAMissingBody) {
    for (const auto* text : {"", "  \n"}) {
        const auto request = with_body(text);
        EXPECT_EQ(BodyReader(request).error()->code, "body_missing");
    }
}

TEST(BodyReader, PrefixesFieldsOfNestedObjects) {
    const boost::json::object option{{"text", 3}};
    BodyReader body(option, "options[0]");
    body.text("text");
    EXPECT_EQ(body.take_problems().front().field, "options[0].text");
    EXPECT_FALSE(body.error());
}

TEST(ReadPage, ClampsAndRefuses) {
    Request request;
    request.query = "page=0&limit=5000";
    EXPECT_EQ(read_page(request)->page, 1);
    EXPECT_EQ(read_page(request)->limit, 100);
    request.query = "page=3";
    EXPECT_EQ(read_page(request, 20)->offset(), 40);
    request.query = "page=x&limit=1.5";
    EXPECT_EQ(read_page(request).error().fields.size(), 2U);
}

TEST(ReadSearch, TakesAShortText) {
    Request request;
    EXPECT_EQ(*read_search(request), "");
    request.query = "search=asha%20r";
    EXPECT_EQ(*read_search(request), "asha r");
    for (const auto& bad : {std::string("search=%00"), std::string("search=%ff"),
                            "search=" + std::string(201, 'a')}) {
        request.query = bad;
        EXPECT_EQ(read_search(request).error().fields.at(0).field, "search") << bad;
    }
}

TEST(Success, PutsSuccessAndMessageFirst) {
    EXPECT_EQ(success(201, "Made", {{"id", 7}}).body,
              R"({"success":true,"message":"Made","id":7})");
}

}  // namespace
}  // namespace tripos::http
