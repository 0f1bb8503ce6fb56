// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <map>

#include "doctor/check.hpp"
#include "doctor/spf.hpp"

namespace tripos::doctor {
namespace {

using Kind = TxtAnswer::Kind;
using Zone = std::map<std::string, std::vector<std::string>>;

constexpr const char* kDomain = "exams.example.org";
constexpr const char* kKeyName = "t1._domainkey.exams.example.org";
constexpr const char* kKey = "v=DKIM1; k=ed25519; p=1PYF";

Zone good_zone() {
    return {{kDomain, {"v=spf1 include:relay.example.net ip4:192.0.2.7 -all", "verification=1"}},
            {"relay.example.net", {"v=spf1 ip4:198.51.100.0/24 a:out.example.net ~all"}},
            {"_dmarc.exams.example.org", {"v=DMARC1; p=quarantine"}},
            {kKeyName, {"v=DKIM1;k=ed25519;p=1PYF"}}};
}

/// A zone that answers `failed` for what is in it as "SERVFAIL".
TxtLookup resolver(Zone zone) {
    return [zone = std::move(zone)](const std::string& name) -> TxtAnswer {
        const auto found = zone.find(name);
        if (found == zone.end()) {
            return {Kind::none, {}};
        }
        const bool fails = found->second == std::vector<std::string>{"SERVFAIL"};
        return fails ? TxtAnswer{Kind::failed, {}} : TxtAnswer{Kind::found, found->second};
    };
}

std::vector<Finding> diagnosis(const Zone& zone) {
    Evidence evidence;
    const SenderLook::Key key{.name = kKeyName, .wanted = kKey, .found = {}};
    evidence.sender = looked_at(look_at_sender(kDomain, {key}, resolver(zone)));
    return complaints(examine(evidence, "mail"));
}

TEST(Sender, HasNothingToSayAboutAGoodZone) {
    EXPECT_EQ(diagnosis(good_zone()), std::vector<Finding>());
}

TEST(Sender, NamesWhatIsWrongWithEachZoneAndNothingElse) {
    std::string eleven = "v=spf1";
    for (char c = 'a'; c < 'l'; ++c) {
        eleven += std::string(" a:") + c + ".example.org";
    }
    struct Row {
        const char* id;
        std::string word;  ///< of text, evidence or cure
        Zone change;       ///< an empty list takes a name out of the zone
    };
    const std::vector<Row> rows = {
        {"mail-spf", "has no SPF record", {{kDomain, {"verification=1"}}}},
        {"mail-spf", "2 SPF records", {{kDomain, {"v=spf1 -all", "v=spf1 a -all"}}}},
        {"mail-spf", "lets everybody", {{kDomain, {"v=spf1 a +all"}}}},
        {"mail-spf", "11 lookups", {{kDomain, {eleven + " -all"}}}},
        {"mail-spf", "relay.example.net has no SPF record", {{"relay.example.net", {}}}},
        {"mail-dkim", "is not in DNS", {{kKeyName, {}}}},
        {"mail-dkim",
         std::string("TXT record ") + kKeyName + ": " + kKey,
         {{kKeyName, {"v=DKIM1; k=ed25519; p=other"}}}},
        {"mail-dmarc", "has no DMARC record", {{"_dmarc.exams.example.org", {}}}},
        {"mail-dmarc",
         "several DMARC records",
         {{"_dmarc.exams.example.org", {"v=DMARC1; p=none", "v=DMARC1; p=reject"}}}},
        {"mail-dmarc", "names no policy", {{"_dmarc.exams.example.org", {"v=DMARC1; rua=x"}}}},
        {"mail-dns", "no answer", {{kDomain, {"SERVFAIL"}}}},
        {"mail-dns", "DMARC", {{"_dmarc.exams.example.org", {"SERVFAIL"}}}},
        {"mail-dns", kKeyName, {{kKeyName, {"SERVFAIL"}}}},
        {"mail-dns", "relay.example.net, which the SPF", {{"relay.example.net", {"SERVFAIL"}}}},
        {"mail-spf", "includes one that lets", {{"relay.example.net", {"v=spf1 +all"}}}},
        {"mail-spf", "`ip4=192.0.2.7`", {{kDomain, {"v=spf1 ip4=192.0.2.7 -all"}}}},
        {"mail-spf", "`incldue:foo`", {{kDomain, {"v=spf1 a incldue:foo -all"}}}},
        {"mail-spf", "`ip4:192.0.2.700`", {{kDomain, {"v=spf1 ip4:192.0.2.700 -all"}}}},
        {"mail-spf", "`include:`", {{"relay.example.net", {"v=spf1 include: -all"}}}},
        {"mail-spf",
         "lookups",
         {{kDomain, {"v=spf1 include:loop.example.org -all"}},
          {"loop.example.org", {eleven + " include:loop.example.org"}}}},
    };
    for (const auto& row : rows) {
        auto zone = good_zone();
        for (const auto& [name, texts] : row.change) {
            if (texts.empty()) {
                zone.erase(name);
            } else {
                zone[name] = texts;
            }
        }
        const auto found = diagnosis(zone);
        ASSERT_EQ(found.size(), 1U) << row.word;
        EXPECT_EQ(found[0].id, row.id) << row.word;
        const auto all = found[0].text + found[0].evidence + found[0].cure;
        EXPECT_NE(all.find(row.word), std::string::npos) << all;
    }
}

TEST(Sender, TakesThePolicyOfTheDomainAbove) {
    auto zone = good_zone();
    zone.erase("_dmarc.exams.example.org");
    zone["_dmarc.example.org"] = {"v=DMARC1; p=reject"};
    EXPECT_EQ(diagnosis(zone), std::vector<Finding>());
}

TEST(Sender, TakesEveryTermThatReceiversKnow) {
    auto zone = good_zone();
    zone[kDomain] = {
        "v=spf1 +a/24 mx:mail.example.org/24//64 ?ptr ip6:2001:db8::/32 exists:%{i}.example.org "
        "exp=why.example.org x-own=1 ~include:relay.example.net "
        "include:%{i}._spf.example.net -all"};
    EXPECT_EQ(diagnosis(zone), std::vector<Finding>());
}

TEST(Sender, ReadsSpfAsItIsWritten) {
    EXPECT_TRUE(allows_everybody("v=spf1 ALL"));
    EXPECT_FALSE(allows_everybody("v=spf1 include:all.example.org ~all"));
    EXPECT_EQ(spf_records({"v=spf10 a", "V=SPF1 a", "v=spf1"}).size(), 2U);
}

}  // namespace
}  // namespace tripos::doctor
