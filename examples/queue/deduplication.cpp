// SPDX-License-Identifier: MIT
// One of many: requests for the same thing that come close together become one job.

#include "example.hpp"
#include "queue/queue.hpp"

using namespace tripos;
using namespace tripos::queue;
using namespace tripos::queue::example;

Task<std::string> ask(Queue& queue, const std::string& text, std::chrono::milliseconds delay,
                      Deduplication rule) {
    NewJob job{.name = "index", .data = '"' + text + '"'};
    job.options.delay = delay;
    job.options.deduplication = std::move(rule);
    const Result<std::string> id = co_await queue.add(std::move(job));
    co_return id.value();
}

Task<> story(Example& example) {
    Queue queue(example.client, {.name = "index"}, example.clock);

    // At most one per minute, from the first request on, whether it has ended or not.
    const Deduplication throttle{.id = "page-7", .ttl = 1min};
    std::cout << "throttled: job " << co_await ask(queue, "first", 0ms, throttle);
    std::cout << ", again job " << co_await ask(queue, "second", 0ms, throttle) << '\n';

    // Once it has been quiet for a minute, with the last request's data.
    const Deduplication debounce{.id = "page-8", .ttl = 1min, .extend = true, .replace = true};
    std::cout << "debounced: job " << co_await ask(queue, "first", 1min, debounce);
    const std::string last = co_await ask(queue, "last", 1min, debounce);
    const std::optional<Job> kept = co_await queue.get_job(last);
    std::cout << ", then job " << last << " with " << kept->data << '\n';

    // Until somebody says otherwise.
    const bool was_held = co_await queue.remove_deduplication_key("page-7");
    std::cout << "released: " << was_held << ", job " << co_await ask(queue, "third", 0ms, throttle)
              << '\n';
}

int main(int argc, char** argv) {
    return run(argc, argv, story);
}
