// SPDX-License-Identifier: MIT
#include "otlp/otlp_exporter.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

#include "core/error.hpp"
#include "telemetry/log.hpp"

namespace tripos::trace {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kTries = 3;

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using HeaderLines = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

std::size_t on_bytes(char*, std::size_t size, std::size_t count, void*) {
    return size * count;  // what a collector answers is of no use
}

HeaderLines header_lines(const ExporterOptions& options) {
    HeaderLines lines(nullptr, &curl_slist_free_all);
    const auto add = [&lines](const std::string& line) {
        if (auto* longer = curl_slist_append(lines.get(), line.c_str())) {
            static_cast<void>(lines.release());
            lines.reset(longer);
        }
    };
    add("Content-Type: application/json");
    for (const auto& [name, value] : options.headers) {
        add(name + ": " + value.reveal());
    }
    return lines;
}

/// What OTLP calls retryable.
bool may_be_taken_later(long status) {
    return status == 429 || status == 502 || status == 503 || status == 504;
}

/// What somebody who reads the log can do about an answer that is no "taken".
const char* cure_for(long status) {
    switch (status) {
        case 401:
        case 403:
            return "give its key in OTEL_EXPORTER_OTLP_HEADERS";
        case 404:
        case 405:
            return "set OTEL_EXPORTER_OTLP_ENDPOINT to the address where it takes OTLP over HTTP, "
                   "port 4318 as a rule; /v1/traces is added to it";
        case 400:
        case 406:
        case 415:
            return "use a collector that takes OTLP in JSON; its log says what it does not like";
        case 413:
            return "lower OTEL_BSP_MAX_EXPORT_BATCH_SIZE, or let it take larger requests";
        case 429:
        case 502:
        case 503:
        case 504:
            return "it has too much to do, or what is behind it is away: see its log, or lower "
                   "OTEL_TRACES_SAMPLER_ARG";
        default:
            return "its log says why";
    }
}

}  // namespace

OtlpExporter::OtlpExporter(Tracer& tracer, ExporterOptions options, Counter& exported,
                           Counter& dropped)
    : tracer_(tracer), options_(std::move(options)), exported_(exported), dropped_(dropped) {}

OtlpExporter::~OtlpExporter() {
    stop();
}

void OtlpExporter::start() {
    if (!thread_.joinable() && !is_over()) {
        thread_ = std::thread([this] { run(); });
    }
}

void OtlpExporter::stop() {
    {
        const std::lock_guard lock(mutex_);
        deadline_ = std::min(deadline_.load(), steady_clock::now() + options_.last_words);
    }
    stopping_.notify_all();
    tracer_.close();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void OtlpExporter::run() {
    for (;;) {
        const auto spans = tracer_.take();
        if (spans.empty() && deadline_.load() != Instant::max()) {
            return;
        }
        if (!spans.empty()) {
            const bool taken = !is_over() && deliver(otlp_json(options_.resource, spans));
            (taken ? exported_ : dropped_).add(static_cast<double>(spans.size()));
        }
    }
}

bool OtlpExporter::deliver(const std::string& body) {
    auto wait = options_.first_pause;
    for (int tries = 1;; ++tries, wait *= 2) {
        const auto answer = post(body);
        note(answer);
        if (answer != Answer::again || tries == kTries || !pause(wait)) {
            return answer == Answer::taken;
        }
    }
}

OtlpExporter::Answer OtlpExporter::post(const std::string& body) {
    const Handle owner(curl_easy_init(), &curl_easy_cleanup);
    if (!owner) {
        problem_ = "libcurl gives no handle";
        cure_ = "this process has no memory left";
        return Answer::again;
    }
    CURL* const handle = owner.get();
    const auto lines = header_lines(options_);
    const auto limit =
        std::max<milliseconds>(milliseconds(1), std::min(options_.timeout, time_left()));
    curl_xferinfo_callback watch = [](void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
        return static_cast<OtlpExporter*>(self)->is_over() ? 1 : 0;
    };
    curl_easy_setopt(handle, CURLOPT_URL, options_.url.reveal().c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    // A look-up of the name that nobody answers would hold up the end.
    curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(limit.count()));
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, watch);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, this);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, lines.get());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &on_bytes);
    const CURLcode result = curl_easy_perform(handle);
    if (result != CURLE_OK) {
        problem_ = curl_easy_strerror(result);
        cure_ = "start it, or correct OTEL_EXPORTER_OTLP_ENDPOINT";
        return Answer::again;
    }
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    problem_ = "it answered with status " + std::to_string(status);
    cure_ = cure_for(status);
    return status >= 200 && status < 300 ? Answer::taken
           : may_be_taken_later(status)  ? Answer::again
                                         : Answer::refused;
}

bool OtlpExporter::pause(milliseconds time) {
    std::unique_lock lock(mutex_);
    // A stop ends it: then there is no time for pauses.
    return !stopping_.wait_for(lock, time, [this] { return deadline_.load() != Instant::max(); });
}

milliseconds OtlpExporter::time_left() const {
    const auto deadline = deadline_.load();
    return deadline == Instant::max()
               ? milliseconds::max()
               : std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
}

void OtlpExporter::note(Answer answer) {
    const bool is_lost = answer != Answer::taken;
    if (is_lost && !is_lost_) {
        log::warn("telemetry", "the collector does not take traces",
                  {{"what", problem_}, {"cure", cure_}});
    } else if (!is_lost && is_lost_) {
        log::info("telemetry", "the collector takes traces again");
    }
    is_lost_ = is_lost;
}

}  // namespace tripos::trace
