// SPDX-License-Identifier: MIT
#pragma once
// Payloads that are structs: TypedQueue<T> adds them, typed_processor<T>() gets them. T is
// converted by Boost.JSON: describe it, or give it tag_invoke overloads of value_from and value_to
// (boost.org/libs/json, "Value Conversion").

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>
#include <memory>
#include <type_traits>

#include "queue/queue.hpp"
#include "queue/worker.hpp"

namespace tripos::queue {

/// The payload as JSON text.
template <class T>
std::string encode_payload(const T& payload) {
    return boost::json::serialize(boost::json::value_from(payload));
}

/// An Error: the text is not JSON, or not such a payload.
template <class T>
Result<T> decode_payload(const std::string& text) {
    // The library reports a wrong shape by exceptions of several types, and so may T's own code.
    try {
        return boost::json::value_to<T>(boost::json::parse(text));
    } catch (const std::exception& failure) {
        return invalid("malformed_payload", std::string("malformed payload: ") + failure.what());
    }
}

/// A Queue whose jobs carry a T. As thread-safe as the Queue, which outlives it.
template <class T>
class TypedQueue {
  public:
    explicit TypedQueue(Queue& queue) : queue_(queue) {}  ///< which outlives it

    // No default arguments for options: inside a co_await operand GCC 12 would destroy them twice.

    /// As Queue's.
    Task<Result<std::string>> add(std::string name, T payload) {
        return add(std::move(name), std::move(payload), JobOptions());
    }
    /// The payload as JSON.
    Task<Result<std::string>> add(std::string name, T payload, JobOptions options) {
        NewJob job;
        job.name = std::move(name);
        job.data = encode_payload(payload);
        job.options = std::move(options);
        return queue_.add(std::move(job));
    }

    /// As Queue's; one name and one set of options for all.
    Task<Result<std::vector<std::string>>> add_bulk(std::string name, std::vector<T> payloads) {
        return add_bulk(std::move(name), std::move(payloads), JobOptions());
    }
    /// The same with these options.
    Task<Result<std::vector<std::string>>> add_bulk(std::string name, std::vector<T> payloads,
                                                    JobOptions options) {
        std::vector<NewJob> jobs(payloads.size());
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            jobs[i].name = name;
            jobs[i].data = encode_payload(payloads[i]);
            jobs[i].options = options;
        }
        return queue_.add_bulk(std::move(jobs));
    }

    /// The payload of a stored job. An Error: there is no such job, or it carries something else.
    Task<Result<T>> get_payload(std::string id) {
        const std::optional<Job> job = co_await queue_.get_job(id);
        if (!job) {
            co_return not_found("Job " + id + ": the job is gone.");
        }
        co_return decode_payload<T>(job->data);
    }

    Queue& untyped() { return queue_; }  ///< the queue beneath

  private:
    Queue& queue_;
};

namespace detail {

/// What a typed processor's function answers, as an Outcome.
template <class Answer>
Outcome to_outcome(Answer answer) {
    if constexpr (std::is_convertible_v<Answer, Outcome>) {
        return answer;
    } else {
        return Completed{encode_payload(answer)};
    }
}

template <class T, class Function>
Task<Outcome> run_typed(std::shared_ptr<const Function> function, const Job& job,
                        JobContext& context) {
    using Answer = typename std::invoke_result_t<const Function&, const T&, const Job&,
                                                 JobContext&>::value_type;
    const Result<T> payload = decode_payload<T>(job.data);
    if (!payload) {
        co_return FailPermanently{payload.error().message};
    }
    if constexpr (std::is_void_v<Answer>) {
        co_await (*function)(*payload, job, context);
        co_return Completed{};
    } else {
        Answer answer = co_await (*function)(*payload, job, context);
        co_return to_outcome(std::move(answer));
    }
}

}  // namespace detail

/// A processor that gets its payload as a T. `function` takes (const T&, const Job&, JobContext&)
/// and returns Task<Outcome>, Task<> or Task<R> with R the return value, converted like a payload.
/// All arguments live until it returns. A payload that is no T fails the job for good.
template <class T, class Function>
Processor typed_processor(Function function) {
    const auto shared = std::make_shared<const Function>(std::move(function));
    return [shared](const Job& job, JobContext& context) {
        return detail::run_typed<T, Function>(shared, job, context);
    };
}

}  // namespace tripos::queue
