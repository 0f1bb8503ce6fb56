// SPDX-License-Identifier: MIT
// The HTML page of a report: no script, no link; the plots are SVG in it.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <iterator>

#include "loadtest/report.hpp"

namespace tripos::loadtest {

namespace {

constexpr double kWidth = 900;
constexpr double kHeight = 220;
constexpr double kLeft = 70;
constexpr double kBottom = 24;
constexpr double kTop = 10;
constexpr const char* kColours[] = {"#0b5cad", "#b3261e", "#2e7d32", "#6a4fa3"};

std::string escaped(const std::string& text) {
    std::string safe;
    for (const char c : text) {
        safe += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
    }
    return safe;
}

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

struct Point {
    double x = 0;
    double y = 0;
};

struct Line {
    std::string name;
    std::vector<Point> points;
};

/// A plot of lines over one axis; both begin at zero.
class Plot {
  public:
    Plot(std::string title, std::string unit) : title_(std::move(title)), unit_(std::move(unit)) {}

    void add(Line line) {
        for (const auto& point : line.points) {
            most_.x = std::max(most_.x, point.x);
            most_.y = std::max(most_.y, point.y);
        }
        lines_.push_back(std::move(line));
    }

    /// Where the axis below has words of its own.
    void mark(double x, std::string word) { marks_.emplace_back(x, std::move(word)); }

    std::string draw() const {
        std::string svg = "<h2>" + title_ + "</h2><p>";
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            svg += std::string("<b style=\"color:") + kColours[i % std::size(kColours)] + "\">" +
                   lines_[i].name + "</b> ";
        }
        svg += "</p><svg viewBox=\"0 0 900 220\" role=\"img\" aria-label=\"" + title_ + "\">";
        for (const double share : {0.0, 0.5, 1.0}) {
            const auto y = number(at({0, most_.y * share}).y);
            svg += "<path d=\"M70 " + y + "H900\" stroke=\"#ccc\"/><text x=\"64\" y=\"" + y +
                   "\" text-anchor=\"end\">" + number(most_.y * share) + unit_ + "</text>";
        }
        for (const auto& [x, word] : marks()) {
            svg += "<text x=\"" + number(at({x, 0}).x) + "\" y=\"218\" text-anchor=\"middle\">" +
                   word + "</text>";
        }
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            svg += "<polyline fill=\"none\" stroke-width=\"1.5\" stroke=\"" +
                   std::string(kColours[i % std::size(kColours)]) + "\" points=\"";
            for (const auto& point : lines_[i].points) {
                const auto place = at(point);
                svg += number(place.x) + ',' + number(place.y) + ' ';
            }
            svg += "\"/>";
        }
        return svg + "</svg>";
    }

  private:
    std::vector<std::pair<double, std::string>> marks() const {
        if (!marks_.empty()) {
            return marks_;
        }
        std::vector<std::pair<double, std::string>> found;
        for (const double share : {0.0, 0.25, 0.5, 0.75, 0.97}) {
            found.emplace_back(most_.x * share, number(std::round(most_.x * share)) + " s");
        }
        return found;
    }

    Point at(Point point) const {
        const auto share_x = most_.x > 0 ? point.x / most_.x : 0;
        const auto share_y = most_.y > 0 ? point.y / most_.y : 0;
        return {.x = kLeft + share_x * (kWidth - kLeft),
                .y = kHeight - kBottom - share_y * (kHeight - kBottom - kTop)};
    }

    std::string title_;
    std::string unit_;
    Point most_;
    std::vector<Line> lines_;
    std::vector<std::pair<double, std::string>> marks_;
};

Line by_second(std::string name, const Tally& tally,
               const std::function<double(const SecondTally&)>& value) {
    Line line{.name = std::move(name), .points = {}};
    for (std::size_t i = 0; i < tally.seconds.size(); ++i) {
        line.points.push_back({.x = static_cast<double>(i), .y = value(tally.seconds[i])});
    }
    return line;
}

Line by_sample(std::string name, const ServerFigures& figures,
               const std::function<double(const Figures&)>& value) {
    Line line{.name = std::move(name), .points = {}};
    for (const auto& sample : figures.samples()) {
        line.points.push_back({.x = sample.at, .y = value(sample.figures)});
    }
    return line;
}

/// From look to look.
Line cpu_of(const ServerFigures& figures) {
    Line line{.name = "server", .points = {}};
    const auto& samples = figures.samples();
    for (std::size_t i = 1; i < samples.size(); ++i) {
        const auto seconds = samples[i].at - samples[i - 1].at;
        const auto used = samples[i].figures.cpu - samples[i - 1].figures.cpu;
        line.points.push_back({.x = samples[i].at, .y = seconds > 0 ? 100 * used / seconds : 0});
    }
    return line;
}

/// Of the other run, by second.
Line of_earlier(std::string name, const std::vector<double>& values) {
    Line line{.name = std::move(name), .points = {}};
    for (std::size_t i = 0; i < values.size(); ++i) {
        line.points.push_back({.x = static_cast<double>(i), .y = values[i]});
    }
    return line;
}

/// Up to 99.99 %, each nine as wide as the one before.
Plot percentiles(const Tally& tally, const Earlier* earlier) {
    Plot plot("Response time by percentile", " ms");
    for (const auto ask : {Ask::save, Ask::paper, Ask::start}) {
        Line line{.name = to_text(ask), .points = {}};
        for (double nines = 0; nines <= 4.001; nines += 0.05) {
            const auto share = 1 - std::pow(10, -nines);
            const auto micros = tally.of(ask).response.at(share);
            line.points.push_back({.x = nines, .y = static_cast<double>(micros) / 1e3});
        }
        plot.add(std::move(line));
    }
    if (earlier != nullptr) {
        Line line{.name = "save, the other run", .points = {}};
        constexpr double kNines[] = {0.30103, 1, 2, 3, 4};  // of what parse_earlier() reads
        for (std::size_t i = 0; i < std::min(std::size(kNines), earlier->save.size()); ++i) {
            line.points.push_back({.x = kNines[i], .y = earlier->save[i]});
        }
        plot.add(std::move(line));
    }
    plot.mark(0, "0");
    plot.mark(1, "90 %");
    plot.mark(2, "99 %");
    plot.mark(3, "99.9 %");
    plot.mark(3.9, "99.99 %");
    return plot;
}

std::string row_of(const Row& row) {
    return "<tr><td>" + escaped(row.what) + "</td><td>" + escaped(row.goal) + "</td><td>" +
           escaped(row.measured) + "</td><td>" +
           (row.goal.empty() ? ""
            : row.is_met     ? "met"
                             : "<b>missed</b>") +
           "</td></tr>";
}

}  // namespace

std::string to_html(const Report& report, const Earlier* earlier) {
    std::string page =
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Load test</title><style>"
        "body{font:15px system-ui,sans-serif;max-width:920px;margin:2em auto;padding:0 1em}"
        "td,th{text-align:left;padding:2px 14px 2px 0}svg{width:100%}svg text{font-size:11px}"
        "pre{overflow:auto}</style><h1>Exam day of " +
        std::to_string(report.params.candidates) + " candidates: " + to_text(report.verdict) +
        "</h1><table><tr><th>what</th><th>goal</th><th>measured</th><th></th></tr>";
    for (const auto& row : report.rows) {
        page += row_of(row);
    }
    page += "</table>";
    const auto millis = [](const SecondTally& second, double share) {
        return static_cast<double>(second.response.at(share)) / 1e3;
    };
    Plot latency("Response time by second, from the planned instant", " ms");
    latency.add(by_second("p50", report.exam, [&](const auto& s) { return millis(s, 0.5); }));
    latency.add(by_second("p99", report.exam, [&](const auto& s) { return millis(s, 0.99); }));
    if (earlier != nullptr) {
        latency.add(of_earlier("p99, the other run", earlier->p99));
    }
    Plot rate("Requests by second", "");
    rate.add(by_second("planned", report.exam,
                       [](const auto& s) { return static_cast<double>(s.planned); }));
    rate.add(
        by_second("sent", report.exam, [](const auto& s) { return static_cast<double>(s.sent); }));
    if (earlier != nullptr) {
        rate.add(of_earlier("sent, the other run", earlier->sent));
    }
    Plot depth("Jobs that wait", "");
    depth.add(by_sample("waiting", report.figures, [](const auto& f) { return f.waiting; }));
    Plot hits("Hits of the cache", " %");
    hits.add(by_sample("hits", report.figures,
                       [](const auto& f) { return f.lookups > 0 ? 100 * f.hits / f.lookups : 0; }));
    Plot cpu("CPU of the server, of a core", " %");
    cpu.add(cpu_of(report.figures));
    page += latency.draw() + percentiles(report.exam, earlier).draw() + rate.draw() + depth.draw() +
            hits.draw() + cpu.draw();
    return page + "<h2>All of it</h2><pre>" + escaped(to_lines(report)) + "</pre></html>\n";
}

}  // namespace tripos::loadtest
