// SPDX-License-Identifier: MIT
// Payloads and return values that are structs, not JSON text.

#include "example.hpp"
#include "queue/queue_events.hpp"
#include "queue/typed_queue.hpp"

using namespace tripos;
using namespace tripos::queue;
using namespace tripos::queue::example;

struct Rectangle {
    double width = 0;
    double height = 0;
};

void tag_invoke(boost::json::value_from_tag, boost::json::value& json, const Rectangle& shape) {
    json = {{"width", shape.width}, {"height", shape.height}};
}

Rectangle tag_invoke(boost::json::value_to_tag<Rectangle>, const boost::json::value& json) {
    return {.width = json.at("width").to_number<double>(),
            .height = json.at("height").to_number<double>()};
}

Task<double> measure(const Rectangle& shape, const Job&, JobContext&) {
    co_return shape.width* shape.height;
}

Task<> story(Example& example) {
    Queue queue(example.client, {.name = "shapes"}, example.clock);
    TypedQueue<Rectangle> shapes(queue);
    QueueEvents events(example.context(), example.client, {.queue = "shapes"}, example.random);
    events.start();
    Worker worker(example.context(), example.client, {.queue = "shapes"},
                  typed_processor<Rectangle>(measure), example.clock, example.random,
                  example.metrics);
    worker.start();

    const Rectangle shape{.width = 3, .height = 1.5};
    const Result<std::string> id = co_await shapes.add("area", shape);
    const Result<JobResult> area = co_await wait_until_finished(queue, events, id.value(), 10s);
    std::cout << "area: " << describe(area) << '\n';

    NewJob foreign{.name = "area", .data = R"({"radius":2})", .options = {.attempts = 5}};
    const Result<std::string> circle = co_await queue.add(std::move(foreign));
    const Result<JobResult> none = co_await wait_until_finished(queue, events, circle.value(), 10s);
    std::cout << "circle: " << describe(none) << '\n';
    co_await worker.close(1s);
    co_await events.close();
}

int main(int argc, char** argv) {
    return run(argc, argv, story);
}
