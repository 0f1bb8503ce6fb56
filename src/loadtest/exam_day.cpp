// SPDX-License-Identifier: MIT
#include "loadtest/exam_day.hpp"

#include <boost/json.hpp>
#include <chrono>
#include <cmath>
#include <exception>
#include <future>
#include <mutex>
#include <stop_token>
#include <thread>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "loadtest/criteria.hpp"
#include "loadtest/sender.hpp"
#include "loadtest/shown.hpp"

namespace tripos::loadtest {

namespace {

namespace json = boost::json;

constexpr auto kLook = std::chrono::milliseconds(100);
constexpr auto kKept = std::chrono::milliseconds(250);
constexpr auto kOutage = std::chrono::seconds(5);
constexpr std::int64_t kTold = 5'000;       // milliseconds between lines of progress
constexpr std::int64_t kLastRush = 5'000;   // milliseconds, in which most hand in
constexpr std::int64_t kReleased = 60'000;  // milliseconds after the deadline, at most
constexpr std::int64_t kMailed = 60'000;
constexpr std::int64_t kSettled = 1'500;  // for the mail that comes twice
/// To the relay, of the site's own: what is on one of them when it is killed may come twice.
constexpr int kConnections = 5;
constexpr const char* kCodeSubject = "Your code to reset the password";
constexpr const char* kResultsSubject = "Results of Load exam";
constexpr const char* kNewsSubject = "News of the load test";

class Day {
  public:
    Day(const Address& address, const Subject& subject, const DayOptions& options, OwnSite* own,
        const Progress& progress)
        : dial_(address),
          subject_(subject),
          options_(options),
          own_(own),
          progress_(progress),
          sender_(dial_, subject,
                  sender_options(options.plan.log_ins, options.keep_journal != nullptr),
                  [this](const Step&, auto body) { look(body); }) {}

    Report hold() {
        if (const auto problem = compare_clocks(); !problem.empty()) {
            progress_("Nothing is sent: " + problem + '.');
            return Report{.params = options_.plan,
                          .verdict = Verdict::is_void,
                          .rows = {},
                          .violations = {},
                          .void_because = {problem},
                          .exam = {},
                          .results = {},
                          .figures = {}};
        }
        begin_ = subject_.opens_at - static_cast<std::int64_t>(options_.plan.lobby * 1e3);
        const auto plan = plan_exam(options_.plan);
        progress_("The exam of " + std::to_string(options_.plan.candidates) +
                  " candidates: " + std::to_string(plan.size()) + " requests.");
        std::jthread keeping([this](const std::stop_token& stop) { keep_journal_until(stop); });
        auto sending = std::async(std::launch::async, [this, &plan] { sender_.run(plan, begin_); });
        disturb_until(subject_.ends_at);
        sending.get();
        keeping.request_stop();
        keeping.join();
        if (journal_problem_) {
            std::rethrow_exception(journal_problem_);
        }
        Report report;
        report.params = options_.plan;
        report.exam = sender_.tally();
        const auto journal = sender_.take_journal();
        MailDelays delays;
        try {
            const auto announced_at = ask_for_results(report);
            progress_("The oracle looks at every answer, score and mail.");
            report.violations = judge_all(journal);
            delays = delays_of(announced_at);
        } catch (const SystemError& failure) {  // what was measured until then is told
            report.void_because.emplace_back(failure.what());
        }
        report.figures = figures_;
        conclude(report, delays, own_ != nullptr, is_disturbed());
        return report;
    }

  private:
    bool is_disturbed() const { return options_.kill_every > 0 || options_.redis_outage; }
    std::int64_t now() const { return to_millis(clock_.now()); }
    SenderOptions sender_options(bool logs_in = false, bool tells_entries = false) const {
        return {.tries = options_.tries,
                .logs_in = logs_in,
                .network = options_.network,
                .tells_entries = tells_entries};
    }

    /// What is wrong with them, for whom an answer is late; empty: nothing.
    std::string compare_clocks() const {
        const auto sent_at = now();
        const auto answer = ask(dial_, "GET", "/healthz", "");
        if (answer.status == 0) {
            throw SystemError("load test", "nobody answers there");
        }
        return clock_problem(parse_time(answer.body), sent_at, now());
    }

    /// At what the server says of itself; on the thread that sends.
    void look(std::string_view metrics) {
        const std::lock_guard lock(looking_);
        figures_.add(static_cast<double>(now() - begin_) / 1e3, metrics);
    }

    const char* phase() const {
        const auto since = static_cast<double>(now() - subject_.opens_at) / 1e3;
        return since < 0                              ? "Lobby"
               : since < options_.plan.herd           ? "Start"
               : subject_.ends_at - now() > kLastRush ? "Writing"
                                                      : "Handing in";
    }

    /// What happened in the last `seconds`.
    std::string pulse(double seconds) {
        const auto pulse = sender_.take_pulse();
        const auto per_second = [seconds](std::int64_t count) {
            return std::to_string(std::llround(static_cast<double>(count) / seconds));
        };
        const std::lock_guard lock(looking_);
        const auto told = figures_.total();
        return std::string(phase()) + ": " + per_second(pulse.sent) + " requests/s of " +
               per_second(pulse.planned) + " planned, p50 " +
               duration_text(pulse.response.at(0.5)) + ", p99 " +
               duration_text(pulse.response.at(0.99)) + ", " + std::to_string(pulse.wrong) +
               " wrong; jobs waiting " + std::to_string(std::llround(told.waiting)) + ", hits " +
               std::to_string(told.lookups > 0 ? std::llround(100 * told.hits / told.lookups) : 0) +
               " %; " + std::to_string((subject_.ends_at - now()) / 1000) + " s to the deadline.";
    }

    /// A crash of this process loses what became of answers in the newest quarter of a second.
    void keep_journal_until(const std::stop_token& stop) {
        if (!options_.keep_journal) {
            return;
        }
        try {
            for (bool is_over = false; !is_over;) {
                is_over = stop.stop_requested();  // what is told after this look is kept by it
                options_.keep_journal(sender_.take_entries());
                std::this_thread::sleep_for(is_over ? std::chrono::milliseconds(0) : kKept);
            }
        } catch (const SystemError&) {
            journal_problem_ = std::current_exception();
        }
    }

    /// On this thread, with which the server it starts would end.
    void disturb_until(std::int64_t end) {
        auto next_kill = subject_.opens_at + static_cast<std::int64_t>(options_.kill_every * 1e3);
        bool is_redis_due = options_.redis_outage;
        std::int64_t told_at = now();
        while (now() < end) {
            std::this_thread::sleep_for(kLook);
            if (options_.kill_every > 0 && now() >= next_kill && next_kill < end - 2'000) {
                progress_("The server is killed.");
                own_->kill_and_restart();
                ++kills_;
                next_kill += static_cast<std::int64_t>(options_.kill_every * 1e3);
            }
            if (is_redis_due && now() >= (subject_.opens_at + end) / 2) {
                is_redis_due = false;
                progress_("Redis goes away.");
                own_->stop_redis();
                std::this_thread::sleep_for(kOutage);
                own_->start_redis();
            }
            if (now() - told_at >= kTold) {
                progress_(pulse(static_cast<double>(now() - told_at) / 1e3));
                told_at = now();
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
        if (own_ != nullptr) {  // the relay of others has enough of addresses that do not exist
            send_newsletter();
        }
        const auto announced_at = now();
        act("/api/exam/" + subject_.exam_id + "/results/announce", {});
        Sender sender(dial_, subject_, sender_options(),
                      [this](const Step&, auto body) { look(body); });
        sender.run(plan_results(options_.plan), now());
        report.results = sender.tally();
        return announced_at;
    }

    /// As staff. Returns the body of the answer.
    std::string act(const std::string& path, const json::object& body) const {
        const auto text = body.empty() ? std::string() : json::serialize(body);
        auto answer = ask(dial_, "POST", path, subject_.staff_token, text);
        if (answer.status < 200 || answer.status >= 300) {
            throw SystemError("load test", path + ": " + answer.body);
        }
        return std::move(answer.body);
    }

    /// To all who sat the exam: bulk, behind which nobody may wait.
    void send_newsletter() {
        const std::string path = "/api/admin/newsletters";
        json::object letter;
        letter["audience"] = {{"examId", subject_.exam_id}};
        letter["subject"] = kNewsSubject;
        letter["text"] = "Thank you for sitting an exam that existed to be loaded.";
        const auto written = json::parse(act(path, letter));
        const auto id = json::value_to<std::string>(written.at("newsletter").at("id"));
        newsletter_at_ = now();
        json::object confirmed;
        confirmed["confirm"] = kNewsSubject;
        act(path + '/' + id + "/resume", confirmed);
    }

    std::vector<Violation> judge_all(const std::vector<JournalLine>& journal) {
        const auto& paper = sender_.paper();
        if (!paper) {
            throw SystemError("load test", "nobody was given a paper");
        }
        auto input = look_again(dial_, subject_, *paper, journal);
        input.let_in = sender_.let_in();
        if (own_ != nullptr) {
            causes(input);
        }
        return judge(input);
    }

    void causes(OracleInput& input) const {
        for (std::size_t candidate = 0; candidate < subject_.emails.size(); ++candidate) {
            if (input.let_in[candidate] || input.shown[candidate].attempts > 0) {
                input.causes[subject_.emails[candidate] + ' ' + kResultsSubject] = 1;
                input.causes[subject_.emails[candidate] + ' ' + kNewsSubject] = 1;
            }
        }
        input.copies_allowed = kills_ * kConnections;
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
            } else if (mail.subject == kNewsSubject) {
                delays.newsletter.add((mail.at - newsletter_at_) * 1000);
            } else if (const auto found = asked.find(mail.to); found != asked.end()) {
                delays.waited_for.add((mail.at - found->second) * 1000);
            }
        }
        delays.due = 2 * subject_.emails.size() + asked.size();
        return delays;
    }

    const Dial dial_;
    const Subject& subject_;
    const DayOptions& options_;
    OwnSite* const own_;
    const Progress& progress_;
    const SystemClock clock_;
    std::int64_t begin_ = 0;
    std::int64_t newsletter_at_ = 0;
    int kills_ = 0;
    std::exception_ptr journal_problem_;
    std::mutex looking_;  // while both threads do
    ServerFigures figures_;
    Sender sender_;
};

}  // namespace

OracleInput look_again(const Dial& dial, const Subject& subject, const Paper& paper,
                       std::vector<JournalLine> journal) {
    OracleInput input{
        .journal = std::move(journal), .shown = {}, .right = {}, .causes = {}, .mails = {}};
    for (const auto& question : paper.questions) {
        input.right.push_back(question.right);
    }
    input.shown = look_at_all(dial, subject, paper);
    return input;
}

Report hold_exam_day(const Address& address, const Subject& subject, const DayOptions& options,
                     OwnSite* own, const Progress& progress) {
    return Day(address, subject, options, own, progress).hold();
}

}  // namespace tripos::loadtest
