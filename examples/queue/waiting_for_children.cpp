// SPDX-License-Identifier: MIT
// A job that splits itself while it runs: it adds its parts, waits for them without taking up a
// worker, and goes on when they have ended.

#include "example.hpp"
#include "queue/queue_events.hpp"
#include "queue/worker.hpp"

using namespace tripos;
using namespace tripos::queue;
using namespace tripos::queue::example;

Task<Outcome> read_page(const Job& job, JobContext&) {
    co_return Completed{job.data};
}

/// Runs twice: what is stored, here the children, tells how far it came.
Task<Outcome> read_book(Queue& pages, const Queue& books, const Job& job, JobContext& context) {
    const Children children = co_await context.children();
    if (!children.values.empty()) {
        co_return Completed{std::to_string(children.values.size())};
    }
    std::vector<NewJob> parts;
    for (int page = 1; page <= 3; ++page) {
        NewJob part{.name = "page", .data = std::to_string(page)};
        part.options.parent = {.id = job.id, .queue = books.qualified_name()};
        parts.push_back(std::move(part));
    }
    co_await pages.add_bulk(std::move(parts));
    co_return WaitForChildren{};
}

Task<> story(Example& example) {
    Queue books(example.client, {.name = "books"}, example.clock);
    Queue pages(example.client, {.name = "pages"}, example.clock);
    QueueEvents events(example.context(), example.client, {.queue = "books"}, example.random);
    events.start();
    Worker readers(example.context(), example.client, {.queue = "pages"}, read_page, example.clock,
                   example.random, example.metrics);
    readers.start();
    const Processor process = [&pages, &books](const Job& job, JobContext& context) {
        return read_book(pages, books, job, context);
    };
    Worker worker(example.context(), example.client, {.queue = "books"}, process, example.clock,
                  example.random, example.metrics);
    worker.start();

    NewJob book{.name = "book"};
    const Result<std::string> id = co_await books.add(std::move(book));
    std::cout << describe(co_await wait_until_finished(books, events, id.value(), 10s)) << '\n';
    const std::optional<Job> done = co_await books.get_job(*id);
    std::cout << "started " << done->attempts_started << " times, made " << done->attempts_made
              << " attempt\n";
    co_await worker.close(1s);
    co_await readers.close(1s);
    co_await events.close();
}

int main(int argc, char** argv) {
    return run(argc, argv, story);
}
