// SPDX-License-Identifier: MIT
#include "loadtest/criteria.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace tripos::loadtest {

namespace {

constexpr std::int64_t kMostLag = 10'000;  // microseconds; behind it the plan is not what was sent
constexpr std::int64_t kMostApart = 250;   // milliseconds; beyond it answers are late by one clock
constexpr double kMostCpu = 0.8;           // of a core; above it the generator is what is measured

std::string formatted(const char* format, double value) {
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

double share(double part, double whole) {
    return whole > 0 ? part / whole : 0;
}

/// Of the server, which does not tell everybody.
bool has_figures(const Report& report) {
    return !report.figures.samples().empty();
}

class Table {
  public:
    Table(Report& report, bool is_disturbed) : report_(report), is_disturbed_(is_disturbed) {}

    void add(std::string what, std::string goal, std::string measured, bool is_met) {
        report_.rows.push_back({.what = std::move(what),
                                .goal = std::move(goal),
                                .measured = std::move(measured),
                                .is_met = is_met});
    }

    void tell(std::string what, std::string measured) {
        add(std::move(what), "", std::move(measured), true);
    }

    void add_p99(std::string what, const Histogram& histogram, std::int64_t most) {
        add(std::move(what), is_disturbed_ ? "" : "< " + duration_text(most),
            "p99 " + duration_text(histogram.at(0.99)), is_disturbed_ || histogram.at(0.99) < most);
    }

  private:
    Report& report_;
    const bool is_disturbed_;
};

void add_server_rows(Table& table, const Report& report, bool is_disturbed) {
    const auto total = report.figures.total();
    if (has_figures(report)) {
        const auto hits = share(total.hits, total.lookups);
        table.add("cache hits", "> 60 %", formatted("%.1f %%", 100 * hits), hits > 0.6);
    }
    Histogram cached;
    cached.add_all(report.exam.of(Ask::list).response);
    cached.add_all(report.exam.of(Ask::paper).response);
    cached.add_all(report.results.of(Ask::score).response);
    cached.add_all(report.results.of(Ask::analysis).response);
    table.add_p99("cached: list, paper, results", cached, 100'000);
    if (report.params.log_ins) {
        table.add_p99("log-in with a password", report.exam.of(Ask::log_in).response, 5'000'000);
    }
    table.add_p99("start of an attempt", report.exam.of(Ask::start).response, 1'000'000);
    table.add_p99("save of an answer", report.exam.of(Ask::save).response, 250'000);
    table.add_p99("submission", report.exam.of(Ask::submit).response, 1'000'000);
    std::int64_t done = 0;
    std::int64_t wrong = 0;
    for (const auto* tally : {&report.exam, &report.results}) {
        for (const auto& ask : tally->asks) {
            done += ask.done;
            wrong += ask.wrong;
        }
    }
    table.add(
        "requests answered as they should", is_disturbed ? "" : "> 99.95 %",
        std::to_string(done - wrong) + " of " + std::to_string(done),
        is_disturbed || share(static_cast<double>(wrong), static_cast<double>(done)) < 0.0005);
    if (has_figures(report)) {
        table.tell("statements per request",
                   formatted("%.2f", share(total.statements, total.requests)));
    }
}

void add_mail_rows(Table& table, const Report& report, const MailDelays& delays,
                   bool is_disturbed) {
    const auto total = report.figures.total();
    const auto in_time = share(total.mails_in_time, total.mails);
    table.add("mails queued within 1 s of their cause", is_disturbed ? "" : "> 99 %",
              formatted("%.2f %%", 100 * in_time), is_disturbed || in_time > 0.99);
    table.add_p99("a code, asked for to accepted", delays.waited_for, 5'000'000);
    table.add_p99("mails of the results", delays.announced, 5'000'000);
    const auto arrived = static_cast<double>(delays.waited_for.count() + delays.announced.count() +
                                             delays.newsletter.count());
    const auto delivered = share(arrived, static_cast<double>(delays.due));
    table.add("mails delivered", "> 99 %", formatted("%.2f %%", 100 * delivered), delivered > 0.99);
    const auto failed = share(total.failed, total.failed + total.completed);
    table.add("jobs failed", "< 1 %", formatted("%.2f %%", 100 * failed), failed < 0.01);
    table.tell("mails of the results per second",
               formatted("%.0f", share(static_cast<double>(delays.announced.count()),
                                       static_cast<double>(delays.announced.max()) / 1e6)));
    table.tell("the newsletter beside them", std::to_string(delays.newsletter.count()) +
                                                 " mails, the last after " +
                                                 duration_text(delays.newsletter.max()));
}

}  // namespace

std::string clock_problem(std::int64_t told, std::int64_t sent_at, std::int64_t told_at) {
    const auto apart = told < sent_at ? told - sent_at : std::max<std::int64_t>(told - told_at, 0);
    if (std::abs(apart) <= kMostApart) {
        return {};
    }
    return "the server's clock is " + std::to_string(std::abs(apart)) + " ms " +
           (apart < 0 ? "behind" : "before") + " that of the generator";
}

void conclude(Report& report, const MailDelays& delays, bool has_mails, bool is_disturbed) {
    Table table(report, is_disturbed);
    table.add("candidates at once", ">= 100", std::to_string(report.params.candidates),
              report.params.candidates >= 100);
    add_server_rows(table, report, is_disturbed);
    if (has_mails) {
        add_mail_rows(table, report, delays, is_disturbed);
    }
    std::int64_t most = 0;
    for (const auto& second : report.exam.seconds) {
        most = std::max(most, second.sent);
    }
    table.tell("requests per second, the most", std::to_string(most));
    if (has_figures(report)) {
        const auto& samples = report.figures.samples();
        table.tell("saves per second, the mean",
                   formatted("%.0f", share(report.figures.total().saves, report.params.window)));
        table.tell("the server's CPU, of a core, the mean",
                   formatted("%.0f %%", 100 * share(report.figures.total().cpu,
                                                    samples.back().at - samples.front().at)));
    }
    // Of the exam and of the results, whichever is worse: rows come from both.
    const auto lag = std::max(report.exam.lag.at(0.99), report.results.lag.at(0.99));
    const auto cpu = std::max(share(report.exam.cpu_seconds, report.exam.wall_seconds),
                              share(report.results.cpu_seconds, report.results.wall_seconds));
    table.tell("generator: lag, CPU",
               "p99 " + duration_text(lag) + ", " + formatted("%.0f %%", 100 * cpu));
    if (lag > kMostLag) {
        report.void_because.push_back("the generator was behind its plan, p99 " +
                                      duration_text(lag));
    }
    if (cpu > kMostCpu) {
        report.void_because.push_back("the generator needed " + formatted("%.0f %%", 100 * cpu) +
                                      " of a core");
    }
    const bool all_met = std::all_of(report.rows.begin(), report.rows.end(),
                                     [](const Row& row) { return row.is_met; });
    // A promise that was broken is broken however busy the generator was.
    report.verdict = !report.violations.empty()     ? Verdict::violated
                     : !report.void_because.empty() ? Verdict::is_void
                     : all_met                      ? Verdict::met
                                                    : Verdict::missed;
}

}  // namespace tripos::loadtest
