// SPDX-License-Identifier: MIT
#include "operations/history_api.hpp"

#include <boost/json/array.hpp>

#include "http/json_body.hpp"

namespace tripos::operations {

namespace json = boost::json;

namespace {

namespace schema = http::schema;
using http::Operation;

constexpr std::size_t kSamplesPerMinute = std::chrono::minutes(1) / kSampleInterval;

json::object sample_json(const Sample& sample) {
    json::object members;
    members["at"] = to_iso8601(sample.at);
    for (std::size_t i = 0; i < kFigureCount; ++i) {
        const auto& value = sample.figures.at(i);
        members[kFigures.at(i).name] = value ? json::value(*value) : json::value(nullptr);
    }
    return members;
}

http::Schema sample_shape() {
    http::Members members{{"at", schema::instant()}};
    for (const auto& figure : kFigures) {
        members.push_back({figure.name, schema::number().nullable().says(figure.says)});
    }
    return schema::object(members).named("HistorySample");
}

}  // namespace

HistoryApi::HistoryApi(const OperationsParts& parts)
    : parts_(parts), since_(parts.wall.now()), tasks_(parts.background.get_executor()) {}

void HistoryApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    router.get(
        "/api/admin/history", guard.staff(accounts::Capability::operate, this, &HistoryApi::show),
        Operation("Operation", "The key figures of the last hour, of this server")
            .details("A sample every 10 s, 360 of them, each of the minute before it. Kept in the "
                     "process: a restart forgets them.")
            .asks("after", schema::text(), "Only samples later than this instant")
            .answers(200, "The samples, oldest first",
                     {{"data", schema::object(
                                   {{"since", schema::instant().says("When the process started")},
                                    {"intervalSeconds", schema::integer()},
                                    {"samples", schema::list_of(sample_shape())}})}}));
}

void HistoryApi::start() {
    tasks_.spawn("history", run());
}

Task<> HistoryApi::stop() {
    co_await tasks_.stop();
}

Task<http::Reply> HistoryApi::show(http::Request& request) {
    const auto after = http::read_instant(request, "after");
    if (!after) {
        co_return after.error();
    }
    json::array samples;
    for (const auto& sample : history_.after(after->value_or(Timestamp{}))) {
        samples.push_back(sample_json(sample));
    }
    co_return http::success(200, "The last hour",
                            {{"data",
                              {{"since", to_iso8601(since_)},
                               {"intervalSeconds", kSampleInterval.count()},
                               {"samples", std::move(samples)}}}});
}

Task<> HistoryApi::run() {
    for (;;) {
        take();
        co_await sleep_for(kSampleInterval);
    }
}

void HistoryApi::take() {
    auto now = read_totals(parts_.metrics.read(history_metrics()), parts_.cache.stats(),
                           parts_.database.stats());
    now.taken = std::chrono::steady_clock::now();
    if (!minute_.empty()) {
        auto sample = sample_between(minute_.front(), now);
        sample.at = parts_.wall.now();
        history_.add(std::move(sample));
    }
    minute_.push_back(std::move(now));
    if (minute_.size() > kSamplesPerMinute) {
        minute_.pop_front();
    }
}

}  // namespace tripos::operations
