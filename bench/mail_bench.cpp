// SPDX-License-Identifier: MIT
// mail_bench <mode> ...: our side of `./dev bench mail`, driven by mail_load.py beside it. Prints
// one JSON object.
//
//   fsync <folder>                                        the disk's time for one small durable
//                                                         write, in microseconds
//   send <socket> <folder> <smtp url> <mails> <connections> <concurrency> [dkim key]
//        mails of 2 KB from the queue to the relay, SQLite in `folder`; the jobs are there when the
//        clock starts. Each tenth of them is timed for itself. They are as urgent as codes, so that
//        every connection carries them, also the one kept for those.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <iostream>
#include <thread>

#include "async/io_threads.hpp"
#include "mail/dkim.hpp"
#include "mail/smtp_transport.hpp"
#include "notices/mail_pipeline.hpp"
#include "notices/outbox.hpp"
#include "process_usage.hpp"
#include "redis/client.hpp"
#include "redis/url.hpp"
#include "sql/migrations.hpp"

namespace tripos::notices {
namespace {

namespace json = boost::json;
using bench::cpu_seconds;
using bench::resident_kib;
using Steady = std::chrono::steady_clock;

/// SQLite overwrites its log once it has its size, so that is what is timed.
int measure_fsync(const std::string& folder) {
    constexpr int kSamples = 200;
    constexpr std::size_t kBlock = 16'384;
    const std::string path = folder + "/fsync";
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT, 0600);
    const std::string block(kBlock, 'x');
    std::vector<double> times;
    for (int round = 0; round < 2; ++round) {
        times.clear();
        for (int i = 0; i < kSamples; ++i) {
            const auto offset = static_cast<off_t>(i) * static_cast<off_t>(kBlock);
            if (::pwrite(file, block.data(), kBlock, offset) < 0) {
                return 1;
            }
            const auto begin = Steady::now();
            ::fdatasync(file);
            times.push_back(
                std::chrono::duration<double, std::micro>(Steady::now() - begin).count());
        }
    }
    ::close(file);
    ::unlink(path.c_str());
    std::sort(times.begin(), times.end());
    json::object result;
    result["fsync"] = times[times.size() / 2];
    std::cout << json::serialize(result) << '\n';
    return 0;
}

/// About 2 KB as they go over the wire, both parts and headers together.
std::string body_of_mail() {
    std::string html = "<h1>Results</h1>";
    while (html.size() < 800) {
        html += "<p>Your result is there.</p>";
    }
    return html;
}

class Site {
  public:
    Site(const std::string& socket, const std::string& folder, mail::SmtpOptions smtp,
         std::size_t concurrency)
        : database_(sql::Database::open({.url = "sqlite:" + folder + "/bench.db"})),
          client_({&threads_.background()},
                  redis::ConnectionOptions{.endpoint = *redis::parse_url("unix://" + socket)}),
          transport_(std::move(*mail::SmtpTransport::create(std::move(smtp), metrics_))),
          pipeline_(threads_.background(), *database_, client_, outbox_, *transport_,
                    {.link_secret = Secret("a secret"), .concurrency = concurrency}, clock_, clock_,
                    random_, metrics_) {
        threads_.start();
        auto migrations = Outbox::migrations();
        run_blocking(threads_.background(),
                     sql::migrate(*database_, std::move(migrations), "bench"));
        client_.start();
    }

    void fill(int count) {
        run_blocking(threads_.background(), pipeline_.email_queue().pause());
        for (int done = 0; done < count; done += 500) {
            run_blocking(threads_.background(), put(std::min(500, count - done)));
        }
        run_blocking(threads_.background(), start());
        pipeline_.nudge();
        while (queued() < count) {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    }

    json::object send(int count) {
        const double cpu = cpu_seconds();
        const auto begin = Steady::now();
        json::array tenths;
        json::array memory;
        run_blocking(threads_.background(), pipeline_.email_queue().resume());
        for (int tenth = 1; tenth <= 10; ++tenth) {
            while (delivered() < count / 10 * tenth) {
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            }
            tenths.emplace_back(std::chrono::duration<double>(Steady::now() - begin).count());
            memory.emplace_back(resident_kib());
        }
        json::object result;
        result["mails"] = count;
        result["seconds"] = tenths.back();
        result["cpu"] = cpu_seconds() - cpu;
        result["tenths"] = std::move(tenths);
        result["memory"] = std::move(memory);
        return result;
    }

    void stop() {
        run_blocking(threads_.background(), pipeline_.stop(std::chrono::seconds(5)));
        run_blocking(threads_.background(), client_.stop());
        threads_.stop();
    }

  private:
    Task<> put(int count) {
        auto insert = [this, count](sql::Session& session) {
            const OutgoingMail mail{.kind = "notification",
                                    .to = "somebody@example.com",
                                    .subject = "Results",
                                    .html = body_of_mail(),
                                    .priority = Priority::urgent()};
            for (int i = 0; i < count; ++i) {
                outbox_.put(session, mail);
            }
        };
        co_await database_->write(std::move(insert));
    }

    Task<> start() {
        pipeline_.start_relay();
        pipeline_.start_workers();
        co_return;
    }

    std::int64_t queued() {
        const auto counts = run_blocking(threads_.background(), pipeline_.email_queue().counts());
        return counts.at(queue::JobState::prioritized);
    }

    std::int64_t delivered() { return run_blocking(threads_.background(), count_delivered()); }
    Task<std::int64_t> count_delivered() {
        const auto outcomes = pipeline_.report().front().figures.outcomes;
        const auto found = outcomes.find("delivered");
        co_return found == outcomes.end() ? 0 : found->second;
    }

    SystemClock clock_;
    SecureRandom random_;
    Metrics metrics_;
    IoThreads threads_{1};
    std::unique_ptr<sql::Database> database_;
    redis::Client client_;
    Outbox outbox_{Secret("a secret"), true, clock_, random_};
    std::unique_ptr<mail::SmtpTransport> transport_;
    MailPipeline pipeline_;
};

int send(const std::vector<std::string>& arguments) {
    const int count = std::stoi(arguments.at(4));
    std::unique_ptr<mail::DkimSigner> signer;
    if (arguments.size() > 7) {
        std::ifstream file(arguments[7], std::ios::binary);
        std::string pem{std::istreambuf_iterator<char>(file), {}};
        const std::vector<mail::DkimKey> keys{{.selector = "bench", .pem = Secret(pem)}};
        signer = std::move(*mail::DkimSigner::create("example.org", keys));
    }
    mail::SmtpOptions smtp{.url = Secret(arguments.at(3)),
                           .connections = std::stoul(arguments.at(5)),
                           .signer = signer.get()};
    Site site(arguments.at(1), arguments.at(2), std::move(smtp), std::stoul(arguments.at(6)));
    site.fill(count);
    std::cout << json::serialize(site.send(count)) << std::endl;
    site.stop();
    return 0;
}

}  // namespace
}  // namespace tripos::notices

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() == 2 && arguments[0] == "fsync") {
        return tripos::notices::measure_fsync(arguments[1]);
    }
    return tripos::notices::send(arguments);
}
