// SPDX-License-Identifier: MIT
#pragma once
// Body of Database::submit: carries a typed function over to a database thread and its result back.

namespace tripos::sql {

template <class Work, class T>
class Database::JobOf final : public Database::Job {
  public:
    using Slot = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

    JobOf(Work work, Completion<Slot> completion)
        : work_(std::move(work)), completion_(std::move(completion)) {}

    void run(Session& session) override {
        if constexpr (std::is_void_v<T>) {
            work_(session);
            result_.emplace();
        } else {
            result_.emplace(work_(session));
        }
    }
    void succeed() override { completion_.complete(std::move(*result_)); }
    void fail(std::exception_ptr problem) override { completion_.fail(std::move(problem)); }

  private:
    Work work_;
    Completion<Slot> completion_;
    std::optional<Slot> result_;
};

template <class Work>
Task<std::invoke_result_t<Work&, Session&>> Database::submit(Lane lane, Work work) {
    using T = std::invoke_result_t<Work&, Session&>;
    using Slot = std::conditional_t<std::is_void_v<T>, std::monostate, T>;
    // From the line to the answer, durable then: its statements are within.
    const bool reads = lane == Lane::reader || lane == Lane::bulk_reader;
    const trace::Span span(reads ? "database read" : "database write", trace::Kind::internal);
    auto start = [this, lane, position = span.position(),
                  w = std::move(work)](Completion<Slot> completion) mutable {
        auto job = std::make_unique<JobOf<Work, T>>(std::move(w), std::move(completion));
        job->position = position;
        enqueue(lane, std::move(job));
    };
    if constexpr (std::is_void_v<T>) {
        co_await suspend<Slot>(std::move(start));
    } else {
        co_return co_await suspend<Slot>(std::move(start));
    }
}

}  // namespace tripos::sql
