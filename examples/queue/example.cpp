// SPDX-License-Identifier: MIT
#include "example.hpp"

#include "redis/url.hpp"

namespace tripos::queue::example {

Example::Example(const redis::Endpoint& endpoint)
    : client({&threads.background()}, redis::ConnectionOptions{.endpoint = endpoint}) {
    threads.start();
    client.start();
}

Example::~Example() {
    run_blocking(context(), client.stop());
}

int run(int argc, char** argv, Task<> (*story)(Example& example)) {
    const auto endpoint = redis::parse_url(argc == 2 ? argv[1] : "");
    if (!endpoint) {
        std::cerr << "usage: " << argv[0] << " redis://host:port | unix:///path\n";
        return 2;
    }
    try {
        Example example(*endpoint);
        run_blocking(example.context(), story(example));
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
    return 0;
}

std::string describe(const Result<JobResult>& result) {
    if (!result) {
        return "unknown: " + result.error().message;
    }
    if (const auto* completed = std::get_if<Completed>(&*result)) {
        return "completed " + completed->return_value;
    }
    return "failed because " + std::get<Failed>(*result).reason;
}

}  // namespace tripos::queue::example
