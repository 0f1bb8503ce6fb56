// SPDX-License-Identifier: MIT
// Random acts of candidates and staff on two processes, while the clock runs on, beside a model of
// what is to become of them.
#include <cstdlib>
#include <random>

#include "integration/attempts/attempt_model.hpp"
#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using Expected = AttemptModel::Expected;

constexpr int kExams = 12;
constexpr int kActs = 80;

/// Another one in every run; of a run that failed, TRIPOS_TEST_SEED repeats it.
unsigned seed_of_run() {
    const auto* const given = std::getenv("TRIPOS_TEST_SEED");
    return given == nullptr ? std::random_device()() : static_cast<unsigned>(std::atoll(given));
}

class AttemptModels : public ExamSite {
  protected:
    void SetUp() override {
        ExamSite::SetUp();
        redis::ConnectionOptions options;
        options.endpoint = *redis::parse_url(redis->url());
        std::vector<asio::io_context*> contexts{&tripos::test::context()};
        second_client_ = std::make_unique<redis::Client>(contexts, options);
        second_client_->start();
        second_cache_ =
            std::make_unique<cache::Cache>(*second_client_, cache::CacheOptions(), metrics);
        const Parts second{.database = db(),
                           .cache = *second_cache_,
                           .clock = clock,
                           .wall = clock,
                           .random = random,
                           .metrics = metrics,
                           .background = context()};
        second_modules_ = std::make_unique<ExamModules>(
            second, *guard, *signup, departed, outbox, limits, second_client_.get(),
            exams::ExamsOptions(), attempts::AttemptsOptions());
        second_router_ = std::make_unique<http::Router>();
        second_modules_->add_routes(*second_router_);
        people_ = {asha, ravi, person("Third"), person("Fourth")};
    }

    void TearDown() override {
        if (second_modules_) {
            run(second_modules_->stop());
            run(second_cache_->stop());
            second_router_.reset();
            second_modules_.reset();
            second_cache_.reset();
            run(second_client_->stop());
        }
        ExamSite::TearDown();
    }

    std::int64_t below(std::int64_t limit) {
        return std::uniform_int_distribution<std::int64_t>(0, limit - 1)(dice_);
    }

    /// The next request goes to one process or the other.
    void pass_on() {
        if (below(2) == 0) {
            std::swap(router, second_router_);
            std::swap(exams, second_modules_);
        }
    }

    Expected outcome(const Reply& reply) {
        last_body_ = reply.body;
        return {reply.status, reply.status < 300 ? "" : reply.code()};
    }

    void expect(const std::string& act, const Expected& expected, const Expected& got) {
        acts_ += '\n' + std::to_string(to_millis(clock.now()) % 100'000'000) + ' ' + act + " -> " +
                 std::to_string(got.status) + ' ' + got.code;
        ASSERT_EQ(got.status, expected.status) << last_body_ << acts_;
        ASSERT_EQ(got.code, expected.code) << acts_;
    }

    std::string own(const std::string& action) const {
        return "/api/exam-attempt/" + exam_.exam + "/" + action;
    }

    void save(const Person& who) {
        const bool is_single = below(2) == 0;
        AttemptModel::Save one;
        one.question = is_single ? exam_.single : exam_.numerical;
        one.value = std::vector<std::string>{is_single ? "right" : "9.8", is_single ? "wrong" : "5",
                                             ""}[static_cast<std::size_t>(below(3))];
        one.client = std::vector<std::string>{"", "a", "b"}[static_cast<std::size_t>(below(3))];
        one.arrived_at = clock.now() - milliseconds(below(2) * below(4000));
        if (below(2) == 0) {
            const auto seen = model_->revision(who.id, one.question) - (below(4) == 0 ? 1 : 0);
            one.revision = std::max<std::int64_t>(seen, 0);
        }
        std::string value = R"(,"numericalAnswer":)" + (one.value.empty() ? "null" : one.value);
        if (is_single) {
            const auto& option = one.value == "right" ? exam_.right : exam_.wrong;
            value = R"(,"selectedOptionIds":)" + (one.value.empty() ? "[]" : json_list({option}));
        }
        const auto body = R"({"questionId":)" + json_string(one.question) + value +
                          (one.client.empty() ? "" : R"(,"clientId":)" + json_string(one.client)) +
                          (one.revision ? R"(,"revision":)" + std::to_string(*one.revision) : "") +
                          "}";
        const auto reply = send_arrived(who, own("save"), body, one.arrived_at);
        const auto expected = model_->save(who.id, one, clock.now());
        expect("save " + who.id + body + " arrived " +
                   std::to_string(to_millis(one.arrived_at) % 100'000'000),
               expected, outcome(reply));
        if (reply.status == 200) {
            ASSERT_EQ(reply.at("/revision"), std::to_string(model_->revision(who.id, one.question)))
                << acts_;
        }
    }

    void act_on(const std::string& name, const Person& who, const std::string& members,
                const Expected& expected) {
        const auto target = "/api/exam-attempt/" + attempt_ids_.at(who.id) + "/" + name;
        expect(name + ' ' + who.id + members, expected,
               outcome(post(staff, target, R"({"reason":"x")" + members + "}")));
    }

    void extend(const std::string& members, const Expected& expected) {
        expect("extend " + members, expected,
               outcome(post(staff, "/api/exam/" + exam_.exam + "/extend", "{" + members + "}")));
    }

    void start(const Person& who) {
        const auto reply = post(who, own("start"));
        expect("start " + who.id, model_->start(who.id, clock.now()), outcome(reply));
        if (reply.status == 201) {
            attempt_ids_[who.id] = reply.at("/attemptId");
        }
    }

    /// More time, or a window that is open, will be, or was.
    void grant(const Person& who) {
        const bool at_every_exam = below(3) == 0;
        AttemptModel::Grant given;
        std::string members = R"("userId":)" + json_string(who.id) + R"(,"reason":"x")";
        if (!at_every_exam) {
            members += R"(,"examId":)" + json_string(exam_.exam);
        }
        if (at_every_exam || below(2) == 0) {
            const auto minutes_given = below(20);
            given.more = minutes(minutes_given);
            given.percent = 100 + 5 * below(5);
            members += R"(,"minutes":)" + std::to_string(minutes_given) + R"(,"multiplier":)" +
                       std::to_string(given.percent / 100) + '.' +
                       std::to_string(given.percent % 100 + 100).substr(1);
        }
        if (!given.more || (!at_every_exam && below(3) == 0)) {
            const auto start = clock.now() + minutes(below(40) - 30);
            given.window = {start, start + minutes(5 + below(90))};
            members += R"(,"startTime":)" + json_string(to_iso8601(given.window->first)) +
                       R"(,"endTime":)" + json_string(to_iso8601(given.window->second));
        }
        const auto reply = put(staff, "/api/admin/accommodations", "{" + members + "}");
        expect("grant " + members, {}, outcome(reply));
        grant_ids_[{who.id, at_every_exam}] = reply.at("/accommodation/id");
        model_->grant(who.id, at_every_exam, given, clock.now());
    }

    void take_back(const Person& who) {
        const bool at_every_exam = below(2) == 0;
        const auto id = grant_ids_.find({who.id, at_every_exam});
        if (id != grant_ids_.end()) {
            expect("take back " + who.id, {},
                   outcome(remove(staff, "/api/admin/accommodations/" + id->second)));
            grant_ids_.erase(id);
            model_->take_back(who.id, at_every_exam);
        }
    }

    void act_once(const Person& who) {
        const bool sits = model_->find(who.id) != nullptr;
        const auto more = minutes(1 + below(20));
        const auto given = R"("minutes":)" + std::to_string(more.count());
        const auto now = clock.now();
        switch (below(24)) {
            case 0:
            case 1:
            case 2:
                return start(who);
            case 3:
                return expect("submit " + who.id, model_->submit(who.id, now),
                              outcome(post(who, own("submit"))));
            case 4:
                return extend(given + R"(,"confirm":"Physics")", model_->extend_all(more, now));
            case 5:
                return extend(given + R"(,"userId":)" + json_string(who.id),
                              model_->extend_one(who.id, more, now));
            case 6:
                return sits ? act_on("reopen", who, ',' + given, model_->reopen(who.id, more, now))
                            : void();
            case 7:
                return sits && below(2) == 0 ? act_on("void", who, "", model_->make_void(who.id))
                                             : void();
            case 8:
                return sits ? act_on("late/accept", who, "", model_->accept_late(who.id)) : void();
            case 9:
            case 10:
                run(exams->finisher().finish_due());
                return model_->finish_due(now);
            case 11:
                return below(12) == 0
                           ? expect("close", model_->close(now), outcome(close(exam_.exam)))
                           : void();
            case 12:
            case 13:
                return grant(who);
            case 14:
                return take_back(who);
            default:
                return save(who);
        }
    }

    void look_at(const Person& who) {
        const auto reply = get(who, own("status"));
        const auto* attempt = model_->find(who.id);
        ASSERT_EQ(reply.status, attempt == nullptr ? 403 : 200) << reply.body << acts_;
        if (attempt == nullptr) {
            return;
        }
        const std::map<AttemptModel::State, std::string> words{
            {AttemptModel::State::running, "IN_PROGRESS"},
            {AttemptModel::State::submitted, "SUBMITTED"},
            {AttemptModel::State::ended, "AUTO_SUBMITTED"}};
        ASSERT_EQ(reply.at("/status"), words.at(attempt->state)) << who.id << acts_;
        ASSERT_EQ(reply.at("/deadline"), to_iso8601(attempt->deadline_at)) << who.id << acts_;
        ASSERT_EQ(reply.at("/deadlineReason"), attempt->reason) << who.id << acts_;
    }

    void begin() {
        exam_ = publish_exam(minutes(90));
        model_.emplace(clock.now() + minutes(90), minutes(60));
        attempt_ids_.clear();
        acts_.clear();
        for (const auto& [key, id] : std::exchange(grant_ids_, {})) {
            remove(staff, "/api/admin/accommodations/" + id);
        }
    }

    /// For a moment, for minutes, or until about this deadline and the end of its grace.
    void wait_for(const Person& who) {
        const auto* attempt = model_->find(who.id);
        const auto soon = clock.now() + milliseconds(1);
        if (attempt != nullptr && below(4) == 0) {
            const auto about = attempt->deadline_at + milliseconds(below(8000) - 1500);
            clock.set(std::max<Timestamp>(soon, about));
        } else {
            clock.set(soon + milliseconds(below(2) * below(400'000)));
        }
    }

    /// What is left when everything is over.
    void settle() {
        clock.advance(std::chrono::hours(12));
        pass_on();
        run(exams->finisher().finish_due());
        model_->finish_due(clock.now());
        for (const auto& who : people_) {
            pass_on();
            look_at(who);
            const auto* attempt = model_->find(who.id);
            if (attempt == nullptr) {
                continue;
            }
            const auto mine = " FROM attempts WHERE void_at IS NULL AND exam_id = '" + exam_.exam +
                              "' AND user_id = '" + who.id + "'";
            EXPECT_EQ(scalar("SELECT score" + mine), std::to_string(model_->score(who.id)))
                << who.id << acts_;
            EXPECT_EQ(scalar("SELECT submitted_at" + mine),
                      std::to_string(to_millis(attempt->ended_at)))
                << who.id << acts_;
        }
    }

    std::mt19937 dice_;
    std::optional<AttemptModel> model_;
    ExamIds exam_;
    std::vector<Person> people_;
    std::string acts_;

  private:
    std::unique_ptr<redis::Client> second_client_;
    std::unique_ptr<cache::Cache> second_cache_;
    std::unique_ptr<ExamModules> second_modules_;
    std::unique_ptr<http::Router> second_router_;
    std::map<std::string, std::string> attempt_ids_;  ///< of those that count
    std::map<std::pair<std::string, bool>, std::string> grant_ids_;
    std::string last_body_;
};
INSTANTIATE_TEST_SUITE_P(Engines, AttemptModels, both_engines(), engine_name);

TEST_P(AttemptModels, AgreeWithTwoProcessesWhateverIsDone) {
    const auto seed = seed_of_run();
    SCOPED_TRACE("TRIPOS_TEST_SEED=" + std::to_string(seed));
    dice_.seed(seed);
    for (int exam = 0; exam < kExams; ++exam) {
        begin();
        for (int act = 0; act < kActs && !HasFailure(); ++act) {
            const auto& who = people_[static_cast<std::size_t>(below(4))];
            wait_for(who);
            pass_on();
            act_once(who);
            for (const auto& each : people_) {
                pass_on();
                if (!HasFailure()) {
                    look_at(each);
                }
            }
        }
        if (HasFailure()) {
            return;
        }
        settle();
    }
}

}  // namespace
}  // namespace tripos::test
