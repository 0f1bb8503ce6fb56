// SPDX-License-Identifier: MIT
#include "agent_processor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

#include "agent_json.hpp"
#include "core/error.hpp"

namespace tripos::queue::agent {
namespace {

Task<Outcome> obey(const Job& job, JobContext& context, const Clock& clock) {
    const json::value data = json::parse(job.data);
    const json::object request = data.is_object() ? data.get_object() : json::object();
    const std::string action = text_or(request, "do");
    const std::chrono::milliseconds time = millis_or(request, "ms", 100);
    const bool is_first_start = job.attempts_started == 1;
    if (action == "nothing") {
        co_return Completed();
    }
    if (action == "fail" && job.attempts_made < number_or(request, "times", 1'000'000)) {
        throw std::runtime_error(text_or(request, "reason", "failed as told"));
    }
    if (action == "fatal") {
        co_return FailPermanently{text_or(request, "reason", "fatal as told")};
    }
    if (action == "crash") {
        std::abort();
    }
    if (action == "delay" && is_first_start) {
        co_return MoveToDelayed{clock.now() + time};
    }
    if (action == "slowDown" && is_first_start) {
        co_return SlowDown{time};
    }
    if (action == "waitForChildren") {
        if (is_first_start) {
            co_await sleep_for(time);
            co_return WaitForChildren{};
        }
        const Children children = co_await context.children();
        json::object values;
        for (const auto& [key, value] : children.values) {
            values[key] = json::parse(value);
        }
        co_return Completed{json::serialize(values)};
    }
    if (action == "slow") {
        co_await sleep_for(time);
    }
    if (action == "report") {
        for (const json::value& line : request.at("lines").as_array()) {
            co_await context.log(std::string(line.as_string()));
        }
        co_await context.update_progress(json::serialize(request.at("progress")));
    }
    json::object answer;
    answer["by"] = "tripos";
    answer["data"] = data;
    co_return Completed{json::serialize(answer)};
}

Task<Outcome> record(const Job& job, JobContext& context, Ledger& ledger, const Clock& clock) {
    ledger.started(job.id);
    Outcome outcome = co_await obey(job, context, clock);
    ledger.ended(job.id);
    co_return outcome;
}

}  // namespace

Ledger::Ledger(const std::string& path) {
    if (path.empty()) {
        return;
    }
    file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file_ < 0) {
        throw SystemError("agent", "cannot write " + path);
    }
}

Ledger::~Ledger() {
    if (file_ >= 0) {
        ::close(file_);
    }
}

void Ledger::write(const std::string& line) {
    if (file_ >= 0 && ::write(file_, line.data(), line.size()) < 0) {
        throw SystemError("agent", "the ledger cannot be written");
    }
}

Processor obedient(Ledger& ledger, const Clock& clock) {
    return [&ledger, &clock](const Job& job, JobContext& context) {
        return record(job, context, ledger, clock);
    };
}

}  // namespace tripos::queue::agent
