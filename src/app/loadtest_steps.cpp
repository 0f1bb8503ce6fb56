// SPDX-License-Identifier: MIT
#include "app/loadtest_steps.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <iterator>

#include "app/complaint.hpp"
#include "app/control_session.hpp"
#include "app/start_failure.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "http/json_text.hpp"
#include "loadtest/exam_day.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

constexpr double kLogInsPerSecond = 40;    // of two cores, with room
constexpr std::int64_t kTimeToBegin = 20;  // seconds from prepare to run
constexpr std::size_t kErasedAtOnce = 1'000;

/// A file for tokens and a password, for the owner alone. There before anything is made that it is
/// to tell of; gone again unless that was written into it.
class SubjectFile {
  public:
    explicit SubjectFile(const std::string& path)
        : path_(path), file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
        if (!file_) {
            throw SystemError("load test",
                              path + (errno == EEXIST ? " is there already: clean it, and remove "
                                                        "it or name another"
                                                      : " cannot be made"));
        }
    }
    ~SubjectFile() {
        if (!is_written_) {
            ::unlink(path_.c_str());
        }
    }
    SubjectFile(const SubjectFile&) = delete;
    SubjectFile& operator=(const SubjectFile&) = delete;

    void write(std::string_view text) {
        while (!text.empty()) {
            const auto count = ::write(file_.get(), text.data(), text.size());
            if (count <= 0) {
                throw SystemError("load test", path_ + " cannot be written");
            }
            text.remove_prefix(static_cast<std::size_t>(count));
        }
        is_written_ = true;
    }

  private:
    const std::string path_;
    const loadtest::Descriptor file_;
    bool is_written_ = false;
};

/// As those who sat it are shown it with their results.
loadtest::Paper paper_of(const loadtest::Dial& dial, const loadtest::Subject& subject) {
    const auto path = "/api/result/" + subject.exam_id + "/analysis";
    std::string refusal;
    for (const auto& token : subject.tokens) {
        auto result = loadtest::ask(dial, "GET", path, token);
        if (result.status == 200) {
            return loadtest::parse_result_paper(result.body, subject.right);
        }
        refusal = std::move(result.body);
        if (result.status == 0) {
            break;  // nobody answers
        }
    }
    throw SystemError("load test", "nobody is shown a result: " + refusal);
}

}  // namespace

loadtest::PlanParams plan_of(const LoadtestArguments& arguments) {
    const bool quick = arguments.quick;
    const auto candidates = quick ? 100 : arguments.huge ? 10'000 : arguments.candidates;
    const auto compress = quick ? 20 : arguments.compress;
    const bool has_log_ins = arguments.logins == "real";
    const auto door = has_log_ins ? candidates / kLogInsPerSecond + loadtest::kLogIn : 0;
    // Only thinking is compressed: who comes late, and who wants the result, comes at the pace of
    // life.
    loadtest::PlanParams plan{.candidates = candidates,
                              .questions = quick ? 10 : arguments.questions,
                              .log_ins = has_log_ins,
                              .lobby = arguments.lobby.value_or(std::max(quick ? 3 : 10.0, door)),
                              .window = (quick ? 8 : arguments.minutes) * 60 / compress,
                              .herd = arguments.herd,
                              .tail = quick ? 3.0 : 60.0,
                              .results = quick ? 3.0 : 60.0,
                              .burst_pause = std::max(0.05, 6 / compress),
                              .seed = arguments.seed};
    // Whole seconds, as exams have them.
    plan.window = std::ceil(std::max(plan.window, plan.herd + plan.tail + 10));
    return plan;
}

json::object seed_of(const loadtest::PlanParams& plan, std::int64_t opens_in) {
    return {{"candidates", plan.candidates},
            {"questions", plan.questions},
            {"answers", 0},
            {"opensIn", opens_in},
            {"lasts", static_cast<std::int64_t>(plan.window)},
            {"password", plan.log_ins}};
}

std::string target_refusal(const LoadtestArguments& arguments) {
    const auto address = loadtest::parse_address(arguments.target);
    if (!address) {
        return "--target must be http://HOST:PORT";
    }
    if (!loadtest::is_loopback(address->host) && arguments.confirmed_host != address->host) {
        return "this sends the load of an exam day to " + address->host +
               ", which is not this machine: if that is meant, name it once more, --i-mean " +
               address->host;
    }
    return {};
}

std::string text_of(const std::string& path) {
    std::ifstream file(path);
    if (!file) {
        throw SystemError("load test", path + " cannot be read");
    }
    return {std::istreambuf_iterator<char>(file), {}};
}

int prepare_load(const LoadtestArguments& arguments, bool as_json, const Config& config) {
    const auto plan = plan_of(arguments);
    const auto lobby = static_cast<std::int64_t>(std::ceil(plan.lobby));
    const auto opens_in = arguments.opens_in.value_or(lobby + kTimeToBegin);
    if (opens_in < lobby) {
        complain("--opens-in must leave time for the lobby, " + std::to_string(lobby) + " seconds");
        return code(ExitCode::usage);
    }
    SubjectFile file(arguments.subject_file);
    auto members = ControlSession(config).succeed("/control/seed", seed_of(plan, opens_in));
    if (!members) {
        return code(ExitCode::failure);
    }
    members->insert_or_assign("plan", loadtest::to_json(plan));
    if (!config.metrics_token.empty()) {
        members->insert_or_assign("metricsToken", config.metrics_token.reveal());
    }
    file.write(http::json_text(*members) + '\n');
    const json::object told{{"examId", members->at("examId")},
                            {"candidates", plan.candidates},
                            {"beginsInSeconds", opens_in - lobby}};
    return print_answer(told, as_json, [&] {
        return "Exam " + std::string(told.at("examId").as_string()) + " with " +
               counted(static_cast<std::int64_t>(plan.candidates), "candidate") +
               "; its day begins in " + std::to_string(opens_in - lobby) +
               " s. Hold it from where they would be: tripos loadtest run " +
               arguments.subject_file + " --target http://HOST:PORT\n";
    });
}

int verify_load(const LoadtestArguments& arguments, bool as_json) {
    const auto subject = loadtest::parse_subject(text_of(arguments.subject_file));
    auto journal = loadtest::parse_journal(text_of(arguments.journal_file));
    const loadtest::Dial dial(*loadtest::parse_address(arguments.target));
    const auto paper = paper_of(dial, subject);
    const bool is_of_it = std::all_of(journal.begin(), journal.end(), [&](const auto& line) {
        return line.candidate < subject.tokens.size() && line.question < paper.questions.size() &&
               line.sent_at >= subject.opens_at;
    });
    if (!is_of_it || paper.questions.size() != subject.right.size()) {
        throw SystemError("load test",
                          "the journal is of another exam than " + arguments.subject_file);
    }
    const auto answers = static_cast<std::int64_t>(journal.size());
    const auto violations =
        loadtest::judge(loadtest::look_again(dial, subject, paper, std::move(journal)));
    json::array broken;
    std::string lines;
    for (const auto& violation : violations) {
        broken.push_back({{"promise", violation.promise}, {"what", violation.what}});
        lines += violation.promise + ": " + violation.what + '\n';
    }
    print_answer(
        json::object{{"answers", answers}, {"violations", std::move(broken)}}, as_json, [&] {
            return lines + counted(answers, "answer") + " of " +
                   counted(static_cast<std::int64_t>(subject.tokens.size()), "candidate") + ": " +
                   (violations.empty() ? "every promise was kept.\n" : "promises were broken.\n");
        });
    return static_cast<int>(violations.empty() ? loadtest::Verdict::met
                                               : loadtest::Verdict::violated);
}

int clean_load(const LoadtestArguments& arguments, bool as_json, const Config& config) {
    const auto ids = loadtest::parse_subject(text_of(arguments.subject_file)).user_ids;
    ControlSession session(config);
    std::int64_t erased = 0;
    for (std::size_t from = 0; from < ids.size(); from += kErasedAtOnce) {
        json::array some;
        for (auto at = from; at < std::min(from + kErasedAtOnce, ids.size()); ++at) {
            some.emplace_back(ids[at]);
        }
        json::object wanted;
        wanted["userIds"] = std::move(some);
        const auto answer = session.succeed("/control/seed/erase", wanted);
        if (!answer) {
            return code(ExitCode::failure);
        }
        erased += answer->at("erased").as_int64();
    }
    return print_answer(json::object{{"erased", erased}}, as_json, [&] {
        return counted(erased, "account") + " erased; the exam stays, with attempts of nobody.\n";
    });
}

}  // namespace tripos::app
