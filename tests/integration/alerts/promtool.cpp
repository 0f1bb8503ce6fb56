// SPDX-License-Identifier: MIT
#include "promtool.hpp"

#include <charconv>

#include "core/stable_hash.hpp"

namespace tripos::alerts::test {

namespace {

enum class Kind { gauge, counter, restarts };

/// A figure, and what happens to it: of a gauge its values, of a counter what it grows by in 15 s.
/// Restarts: none for long, then many.
struct Figure {
    std::string name;
    Labels labels;
    Kind kind;
    std::vector<double> phases;
};

void add_histogram(std::vector<Figure>& figures, const std::string& name, const Labels& labels) {
    for (const char* le : {"0.5", "2", "10", "+Inf"}) {
        auto with_bound = labels;
        with_bound["le"] = le;
        figures.push_back({name + "_bucket", with_bound, Kind::counter, {0, 10, 40}});
    }
    figures.push_back({name + "_count", labels, Kind::counter, {0, 3, 40}});
}

std::vector<Figure> all_figures() {
    std::vector<Figure> all = {
        {"up", {{"job", "tripos"}}, Kind::gauge, {1, 1, 0}},
        {"tripos_process_start_time_seconds", {}, Kind::restarts, {0, 1}},
        {"tripos_exams_running_attempts", {}, Kind::gauge, {0, 12, 300}},
        {"tripos_exams_overdue_seconds", {}, Kind::gauge, {0, 0, 5, 5.5, 20}},
        {"tripos_sql_up", {}, Kind::gauge, {1, 1, 0}},
        {"tripos_sql_oldest_write_seconds", {}, Kind::gauge, {0, 0.2, 20, 21, 300}},
        {"tripos_sql_log_bytes", {}, Kind::gauge, {1e6, 268435456, 3e8}},
        {"tripos_sql_writes_total", {}, Kind::counter, {10, 100, 400}},
        {"tripos_sql_long_writes_total", {}, Kind::counter, {0, 0, 1, 9}},
        {"tripos_mail_outbox_oldest_seconds", {}, Kind::gauge, {0, 60, 61, 300}},
        {"tripos_mail_queued_seconds", {}, Kind::gauge, {0, 60, 61, 300}},
        {"tripos_cache_tracking", {}, Kind::gauge, {1, 0}},
        {"tripos_disk_free_ratio", {}, Kind::gauge, {0.9, 0.6, 0.3, 0.1, 0.09, 0.01}},
        {"tripos_backup_success_timestamp_seconds", {}, Kind::gauge, {0, -90000, -93000, -95000}},
        {"tripos_restore_held_count", {}, Kind::gauge, {0, 1}},
        {"tripos_clock_held_back_seconds", {}, Kind::gauge, {0, 0, 1, 1.5, -1, -40}},
        {"tripos_certificate_expiry_timestamp_seconds",
         {},
         Kind::gauge,
         {0, 1'209'600, 1'214'000, 1'300'000}},
        {"tripos_clock_offset_seconds",
         {{"server", "redis"}},
         Kind::gauge,
         {0, 0, 1, 1.5, -1, -40}},
    };
    const auto saves = "tripos_http_requests_total";
    for (const char* route :
         {"/api/exam-attempt/:examId/save", "/api/exam-attempt/:examId/saves"}) {
        all.push_back({saves, {{"route", route}, {"status", "2xx"}}, Kind::counter, {1, 60, 400}});
        all.push_back(
            {saves, {{"route", route}, {"status", "5xx"}}, Kind::counter, {0, 0, 0, 1, 9}});
    }
    all.push_back({saves, {{"route", "/healthz"}, {"status", "5xx"}}, Kind::counter, {0, 500}});
    for (const char* use : {"queue", "cache"}) {
        const Labels labels{{"use", use}};
        all.push_back({"tripos_redis_up", labels, Kind::gauge, {1, 1, 0}});
        all.push_back({"tripos_redis_dangers_count", labels, Kind::gauge, {0, 2}});
        all.push_back({"tripos_redis_clients", labels, Kind::gauge, {3, 80, 81, 100}});
        all.push_back({"tripos_redis_client_limit", labels, Kind::gauge, {100, 0}});
        all.push_back({"tripos_redis_clients_planned", labels, Kind::gauge, {50, 40, 0}});
        all.push_back({"tripos_redis_memory_used_bytes", labels, Kind::gauge, {1e6, 8e7, 9e7}});
        all.push_back({"tripos_redis_memory_limit_bytes", labels, Kind::gauge, {1e8, 0}});
        all.push_back({"tripos_redis_evicted_keys_total", labels, Kind::counter, {0, 0, 0, 3}});
    }
    for (const char* queue : {"email", "bulk"}) {
        all.push_back(
            {"tripos_queue_oldest_seconds", {{"queue", queue}}, Kind::gauge, {0, 60, 99}});
        all.push_back(
            {"tripos_queue_idle_seconds", {{"queue", queue}}, Kind::gauge, {4, 300, 301, 1.7e9}});
        all.push_back({"tripos_queue_paused", {{"queue", queue}}, Kind::gauge, {0, 1}});
        all.push_back({"tripos_queue_workers", {{"queue", queue}}, Kind::gauge, {1, 0, -1}});
        for (const char* result : {"completed", "failed", "retried"}) {
            all.push_back({"tripos_queue_jobs_total",
                           {{"queue", queue}, {"result", result}},
                           Kind::counter,
                           *result == 'c' ? std::vector<double>{0, 0, 1, 90}
                                          : std::vector<double>{0, 0, 0, 1}});
        }
    }
    for (const char* outcome : {"delivered", "fail_configuration"}) {
        all.push_back(
            {"tripos_mail_deliveries_total", {{"outcome", outcome}}, Kind::counter, {0, 0, 2}});
    }
    for (const char* result : {"process", "redis", "miss"}) {
        all.push_back({"tripos_cache_lookups_total",
                       {{"family", "exam"}, {"result", result}},
                       Kind::counter,
                       {0, 20, 200}});
    }
    add_histogram(all, "tripos_http_request_seconds", {{"class", "saves"}});
    add_histogram(all, "tripos_http_request_seconds", {{"class", "login"}});
    add_histogram(all, "tripos_sql_commit_seconds", {});
    add_histogram(all, "tripos_mail_delivery_seconds", {{"class", "security"}});
    add_histogram(all, "tripos_mail_delivery_seconds", {{"class", "bulk"}});
    return all;
}

/// Chance decides how long a phase lasts and which is next.
class Course {
  public:
    Course(const Figure& figure, std::mt19937& random) : figure_(figure), random_(random) {}

    std::optional<double> next() {
        if (left_ == 0) {
            left_ = 1 + below(90);
            phase_ = figure_.phases[below(figure_.phases.size())];
            is_gap_ = below(14) == 0;
        }
        --left_;
        if (figure_.kind == Kind::counter) {
            value_ =
                below(300) == 0 ? 0 : value_ + std::floor(phase_ * static_cast<double>(below(3)));
        } else if (figure_.kind == Kind::restarts) {
            value_ += step_++ % 160 < 40 && below(6) == 0 ? 1 : 0;
        } else {
            value_ = phase_;
        }
        return is_gap_ || below(60) == 0 ? std::nullopt : std::optional(value_);
    }

  private:
    std::size_t below(std::size_t limit) { return random_() % limit; }

    const Figure& figure_;
    std::mt19937& random_;
    std::size_t left_ = 0;
    std::size_t step_ = 0;
    double phase_ = 0;
    double value_ = 0;
    bool is_gap_ = false;
};

std::string fixed(double value) {
    std::array<char, 64> text{};
    return {
        text.data(),
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed).ptr};
}

std::string series_name(const Line& line) {
    std::string text = line.name + '{';
    for (const auto& [name, value] : line.labels) {
        text += (text.back() == '{' ? "" : ",") + name + "=\"" + value + '"';
    }
    return text + '}';
}

std::string expected(const Rule& rule, const std::vector<AlertKey>& firing) {
    std::string text;
    for (const auto& key : firing) {
        if (key.rule != rule.name) {
            continue;
        }
        text += "          - exp_labels: {severity: " + std::string(to_text(rule.severity));
        for (const auto& [name, value] : key.labels) {
            text += ", " + name + ": \"" + value + '"';
        }
        text += "}\n            exp_annotations: {summary: \"" + std::string(rule.summary) +
                "\", runbook_url: \"" + rule.runbook() + "\"}\n";
    }
    return text.empty() ? " []\n" : '\n' + text;
}

}  // namespace

std::vector<Line> make_history(std::uint32_t seed, std::size_t steps) {
    std::vector<Line> lines;
    for (const auto& figure : all_figures()) {
        Line line{.name = figure.name, .labels = figure.labels, .values = {}};
        // Of its own: another figure changes nothing for those that are there.
        std::mt19937 random(stable_hash(series_name(line)) + seed);
        Course course(figure, random);
        for (std::size_t step = 0; step < steps; ++step) {
            line.values.push_back(course.next());
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

std::vector<std::vector<AlertKey>> verdicts(const std::vector<Line>& lines, std::size_t steps) {
    History history(wanted_figures());
    Evaluator evaluator(rules());
    std::vector<std::vector<AlertKey>> all;
    for (std::size_t step = 0; step < steps; ++step) {
        const Timestamp now(kEvaluationInterval * step);
        for (const auto& line : lines) {
            if (line.values[step]) {
                history.add(now, line.name, line.labels, *line.values[step]);
            }
        }
        history.forget_before(now);
        evaluator.look(history, now, Watcher::prometheus);
        auto& firing = all.emplace_back();
        for (const auto& [key, alert] : evaluator.active()) {
            if (alert.is_firing) {
                firing.push_back(key);
            }
        }
    }
    return all;
}

std::string promtool_test(const std::vector<Line>& lines,
                          const std::vector<std::vector<AlertKey>>& verdicts, std::size_t stride) {
    std::string text = "  - interval: 15s\n    input_series:\n";
    for (const auto& line : lines) {
        text += "      - series: '" + series_name(line) + "'\n        values: '";
        for (const auto& value : line.values) {
            text += (value ? fixed(*value) : "_") + ' ';
        }
        text.back() = '\'';
        text += '\n';
    }
    text += "    alert_rule_test:\n";
    for (std::size_t step = 0; step < verdicts.size(); step += stride) {
        for (const auto& rule : rules()) {
            text += "      - eval_time: " + std::to_string(15 * step) +
                    "s\n        alertname: " + std::string(rule.name) +
                    "\n        exp_alerts:" + expected(rule, verdicts[step]);
        }
    }
    return text;
}

}  // namespace tripos::alerts::test
