// SPDX-License-Identifier: MIT
#include "loadtest/exam_day.hpp"

#include <chrono>
#include <thread>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "loadtest/criteria.hpp"
#include "loadtest/sender.hpp"
#include "loadtest/shown.hpp"

namespace tripos::loadtest {

namespace {

constexpr auto kLook = std::chrono::milliseconds(100);
constexpr auto kOutage = std::chrono::seconds(5);
constexpr std::int64_t kReleased = 60'000;  // milliseconds after the deadline, at most
constexpr std::int64_t kMailed = 60'000;
constexpr std::int64_t kSettled = 1'500;  // for the mail that comes twice
constexpr const char* kCodeSubject = "Your code to reset the password";
constexpr const char* kResultsSubject = "Results of Load exam";

class Day {
  public:
    Day(const Address& address, const Subject& subject, const DayOptions& options, OwnSite* own,
        const Progress& progress)
        : dial_(address),
          subject_(subject),
          options_(options),
          own_(own),
          progress_(progress),
          sender_(dial_, subject, {.tries = options.tries}, [this](const Step&, auto body) {
              figures_.add(static_cast<double>(to_millis(clock_.now()) - begin_) / 1e3, body);
          }) {}

    DayOutcome hold() {
        begin_ = subject_.opens_at - static_cast<std::int64_t>(options_.plan.lobby * 1e3);
        const auto plan = plan_exam(options_.plan);
        progress_("The exam of " + std::to_string(options_.plan.candidates) +
                  " candidates: " + std::to_string(plan.size()) + " requests.");
        std::thread sending([this, &plan] { sender_.run(plan, begin_); });
        disturb_until(subject_.ends_at);
        sending.join();
        DayOutcome outcome;
        auto& report = outcome.report;
        report.params = options_.plan;
        report.exam = sender_.tally();
        outcome.journal = sender_.take_journal();
        const auto announced_at = ask_for_results(report);
        progress_("The oracle looks at every answer, score and mail.");
        report.violations = look(outcome.journal);
        const MailDelays delays = delays_of(announced_at);
        report.figures = figures_;
        conclude(report, delays, own_ != nullptr, is_disturbed());
        return outcome;
    }

  private:
    bool is_disturbed() const { return options_.kill_every > 0 || options_.redis_outage; }
    std::int64_t now() const { return to_millis(clock_.now()); }

    /// On this thread, with which the server it starts would end.
    void disturb_until(std::int64_t end) {
        auto next_kill = subject_.opens_at + static_cast<std::int64_t>(options_.kill_every * 1e3);
        bool is_redis_due = options_.redis_outage;
        std::int64_t told_at = now();
        std::int64_t told = 0;
        while (now() < end) {
            std::this_thread::sleep_for(kLook);
            if (options_.kill_every > 0 && now() >= next_kill && next_kill < end - 2'000) {
                progress_("The server is killed.");
                own_->kill_and_restart();
                next_kill += static_cast<std::int64_t>(options_.kill_every * 1e3);
            }
            if (is_redis_due && now() >= (subject_.opens_at + end) / 2) {
                is_redis_due = false;
                progress_("Redis goes away.");
                own_->stop_redis();
                std::this_thread::sleep_for(kOutage);
                own_->start_redis();
            }
            if (now() - told_at >= 5'000) {
                const auto sent = sender_.sent();
                progress_(std::to_string((sent - told) * 1000 / (now() - told_at)) +
                          " requests/s, " + std::to_string(sent) + " in all; " +
                          std::to_string((end - now()) / 1000) + " s to the deadline.");
                told_at = now();
                told = sent;
            }
        }
    }

    /// When the mails of the results were asked for.
    std::int64_t ask_for_results(Report& report) {
        const auto path = "/api/result/" + subject_.exam_id + "/score";
        while (ask(dial_, "GET", path, subject_.tokens.front()).status != 200) {
            if (now() > subject_.ends_at + kReleased) {
                throw SystemError("load test", "the results did not come");
            }
            std::this_thread::sleep_for(kLook);
        }
        progress_("The results, and a mail to each.");
        const auto announced_at = now();
        const auto announced =
            ask(dial_, "POST", "/api/exam/" + subject_.exam_id + "/results/announce",
                subject_.staff_token);
        if (announced.status != 202) {
            throw SystemError("load test", "announcing the results: " + announced.body);
        }
        Sender sender(dial_, subject_, {.tries = options_.tries}, [this](const Step&, auto body) {
            figures_.add(static_cast<double>(now() - begin_) / 1e3, body);
        });
        sender.run(plan_results(options_.plan), now());
        report.results = sender.tally();
        return announced_at;
    }

    std::vector<Violation> look(const std::vector<JournalLine>& journal) {
        OracleInput input{.journal = journal, .shown = {}, .right = {}, .causes = {}, .mails = {}};
        const auto& paper = sender_.paper();
        if (!paper) {
            throw SystemError("load test", "nobody was given a paper");
        }
        for (const auto& question : paper->questions) {
            input.right.push_back(question.right);
        }
        input.shown = look_at_all(dial_, subject_, *paper);
        if (own_ != nullptr) {
            causes(input);
        }
        return judge(input);
    }

    void causes(OracleInput& input) const {
        for (const auto& email : subject_.emails) {
            input.causes[email + ' ' + kResultsSubject] = 1;
        }
        for (const auto& [candidate, at] : sender_.mails_asked()) {
            input.causes[subject_.emails[candidate] + ' ' + kCodeSubject] = 1;
        }
        const auto until = now() + kMailed;
        while (own_->mails().count() < input.causes.size() && now() < until) {
            std::this_thread::sleep_for(kLook);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(kSettled));
        for (const auto& mail : own_->mails().arrived()) {
            ++input.mails[mail.to + ' ' + mail.subject];
        }
    }

    MailDelays delays_of(std::int64_t announced_at) const {
        MailDelays delays;
        if (own_ == nullptr) {
            return delays;
        }
        std::map<std::string, std::int64_t> asked;
        for (const auto& [candidate, at] : sender_.mails_asked()) {
            asked[subject_.emails[candidate]] = at;
        }
        for (const auto& mail : own_->mails().arrived()) {
            if (mail.subject == kResultsSubject) {
                delays.announced.add((mail.at - announced_at) * 1000);
            } else if (const auto found = asked.find(mail.to); found != asked.end()) {
                delays.waited_for.add((mail.at - found->second) * 1000);
            }
        }
        delays.due = subject_.emails.size() + asked.size();
        return delays;
    }

    const Dial dial_;
    const Subject& subject_;
    const DayOptions& options_;
    OwnSite* const own_;
    const Progress& progress_;
    const SystemClock clock_;
    std::int64_t begin_ = 0;
    ServerFigures figures_;
    Sender sender_;
};

}  // namespace

DayOutcome hold_exam_day(const Address& address, const Subject& subject, const DayOptions& options,
                         OwnSite* own, const Progress& progress) {
    return Day(address, subject, options, own, progress).hold();
}

}  // namespace tripos::loadtest
