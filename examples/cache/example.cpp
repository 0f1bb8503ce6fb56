// SPDX-License-Identifier: MIT
#include "example.hpp"

#include "redis/url.hpp"

namespace tripos::cache::example {

Process::Process(const redis::Endpoint& endpoint)
    : client({&threads.background()}, redis::ConnectionOptions{.endpoint = endpoint}),
      cache(client, CacheOptions{.prefix = "example:"}, metrics) {
    threads.start();
    client.start();
}

Process::~Process() {
    run_blocking(context(), cache.stop());
    run_blocking(context(), client.stop());
}

Bytes bytes(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
}

int run(int argc, char** argv, Task<> (*story)(Process& here, Process& there)) {
    const auto endpoint = redis::parse_url(argc == 2 ? argv[1] : "");
    if (!endpoint) {
        std::cerr << "usage: " << argv[0] << " redis://host:port | unix:///path\n";
        return 2;
    }
    try {
        Process here(*endpoint);
        Process there(*endpoint);
        run_blocking(here.context(), story(here, there));
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
    return 0;
}

}  // namespace tripos::cache::example
