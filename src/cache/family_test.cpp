// SPDX-License-Identifier: MIT
#include "cache/family.hpp"

#include <gtest/gtest.h>

namespace tripos::cache {
namespace {

std::shared_ptr<const void> bytes_alone(Bytes bytes) {
    return bytes;
}

Family family(std::string pattern, std::vector<std::string> tags = {}, std::string schema = "1") {
    return Family({.name = "f",
                   .pattern = std::move(pattern),
                   .tags = std::move(tags),
                   .schema = std::move(schema)},
                  &bytes_alone, [](const void*) { return std::size_t{0}; });
}

template <class... Parts>
Key key(const Family& family, const Parts&... parts) {
    const std::array<std::string_view, sizeof...(Parts)> views{std::string_view(parts)...};
    return family.key(views);
}

TEST(Key, TakesItsNameAndTagsFromTheFamily) {
    const auto attempts = family("attempt:{0}:{1}", {"exam:{0}", "user:{1}"});
    const auto one = key(attempts, "42", "7");
    EXPECT_EQ(one.name(), "attempt:42:7");
    EXPECT_EQ(one.tags(), (std::vector<std::string>{"exam:42", "user:7"}));
    EXPECT_EQ(one.hash(), hash_of("attempt:42:7"));
}

TEST(Key, MayHavePartsForItsTagsOnly) {
    const auto results = family("result:{0}", {"exam:{1}", "user:{2}"});
    const auto one = key(results, "a", "42", "7");
    EXPECT_EQ(one.name(), "result:a");
    EXPECT_EQ(one.tags(), (std::vector<std::string>{"exam:42", "user:7"}));
}

TEST(Key, OfStrangePartsIsNotCacheable) {
    const auto exams = family("exam:{0}");
    EXPECT_FALSE(key(exams, std::string(300, 'x')).is_cacheable());
    EXPECT_FALSE(key(exams, std::string(120, 'x')).is_cacheable()) << "once as part, once as name";
    EXPECT_FALSE(key(exams, "a}b").is_cacheable());
    EXPECT_FALSE(key(exams, "{a").is_cacheable());
    EXPECT_FALSE(key(exams, "a\r\nb").is_cacheable());
    EXPECT_FALSE(key(exams, "42:questions").is_cacheable()) << "another family's name";
    EXPECT_FALSE(key(exams, "").is_cacheable());
    EXPECT_TRUE(key(exams, std::string(100, 'x')).is_cacheable());
    EXPECT_TRUE(key(family("exams:all")).is_cacheable());
}

TEST(Family, ReadsAKeyFromItsName) {
    const auto papers = family("exam:{0}:questions", {"exam:{0}"});
    const auto parsed = papers.parse("exam:42:questions");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->name(), "exam:42:questions");
    EXPECT_EQ(parsed->tags(), std::vector<std::string>{"exam:42"});
    for (const char* other : {"exam:42", "exam::questions", "exam:42:questions:x", "user:42", ""}) {
        EXPECT_FALSE(papers.parse(other)) << other;
    }
}

template <class Keys, class... Parts>
concept MakesKeysOf = requires(const Keys& keys, const Parts&... parts) {
    keys.key(parts...);
};

using Id = std::string;
static_assert(MakesKeysOf<FamilyOf<int, 0>> && !MakesKeysOf<FamilyOf<int, 0>, Id>);
static_assert(MakesKeysOf<FamilyOf<int, 2>, Id, Id> && !MakesKeysOf<FamilyOf<int, 2>, Id>);
static_assert(!MakesKeysOf<FamilyOf<int>, Id, Id>, "one part unless it says otherwise");

TEST(Family, KnowsWhatOtherFamilyCouldHaveOneOfItsNames) {
    const auto exams = family("exam:{0}");
    EXPECT_TRUE(exams.may_meet(family("exam:{0}")));
    EXPECT_TRUE(exams.may_meet(family("exam:all")));
    EXPECT_FALSE(exams.may_meet(family("exam:{0}:questions")));
    EXPECT_FALSE(exams.may_meet(family("user:{0}")));
    EXPECT_FALSE(exams.may_meet(family("exams")));
    EXPECT_TRUE(family("user:{0}:a").may_meet(family("user:b:{0}")));
    EXPECT_FALSE(family("user:{0}:a").may_meet(family("user:{0}:b")));
}

TEST(Family, RefusesPatternsWhoseNamesCouldBeMistaken) {
    EXPECT_DEATH(family("exam-{0}"), "is_part");
    EXPECT_DEATH(family("exam:{0}{1}"), "is_part");
    EXPECT_DEATH(family("exam}"), "is_part");
    EXPECT_DEATH(family("cachetag:{0}"), "cachetag");
    EXPECT_DEATH(family("{0}:tag"), "is_part");
    EXPECT_DEATH(family("exam:{1}"), "uses");
}

TEST(Family, FingerprintTellsSchemasApart) {
    EXPECT_NE(family("a").fingerprint(), family("a", {}, "2").fingerprint());
    EXPECT_EQ(family("a").fingerprint(), family("b").fingerprint()) << "the name and schema decide";
}

TEST(Freshness, CallMayOnlyTighten) {
    using namespace std::chrono_literals;
    EXPECT_TRUE(Freshness::cached().tighter(Freshness::strict()).is_strict());
    EXPECT_TRUE(Freshness::strict().tighter(Freshness::cached()).is_strict());
    EXPECT_EQ(Freshness::at_most(5ms).tighter(Freshness::at_most(9ms)).staleness(), 5ms);
}

TEST(Counters, SumOverThreads) {
    Counters counters;
    counters.add(Count::load);
    counters.add(Count::load, 2);
    EXPECT_EQ(counters.value(Count::load), 3U);
    EXPECT_EQ(counters.value(Count::miss), 0U);
}

}  // namespace
}  // namespace tripos::cache
