// SPDX-License-Identifier: MIT
#include "app/doctor_command.hpp"

#include <algorithm>
#include <iostream>

#include "app/doctor_bundle.hpp"
#include "app/doctor_probes.hpp"
#include "app/text_table.hpp"
#include "core/text.hpp"
#include "doctor/check.hpp"
#include "http/json_text.hpp"
#include "operations/finding_json.hpp"
#include "telemetry/log.hpp"

namespace tripos::app {

namespace {

constexpr std::chrono::milliseconds kLimit{5'000};  ///< of each look, and so of all
/// Where one reads a whole database, or sends a mail.
constexpr std::chrono::milliseconds kLongLimit{25'000};
constexpr std::size_t kFindingWidth = 500;

int code_of(Verdict verdict) {
    return verdict == Verdict::fail ? 2 : verdict == Verdict::warn ? 1 : 0;
}

void print_complaint(const Finding& finding) {
    std::cout << "  " << to_text(finding.verdict) << ": "
              << terminal_text(
                     finding.text + (finding.evidence.empty() ? "" : " (" + finding.evidence + ")"),
                     kFindingWidth)
              << "\n    cure: " << terminal_text(finding.cure, kFindingWidth) << "\n    "
              << finding.doc() << '\n';
}

/// An area on one line, what is wrong there below it.
void print_area(const std::string& area, const std::vector<Finding>& findings) {
    std::vector<Finding> here;
    std::copy_if(findings.begin(), findings.end(), std::back_inserter(here),
                 [&area](const Finding& finding) { return finding.area() == area; });
    if (here.empty()) {
        return;
    }
    const auto skipped = std::count_if(here.begin(), here.end(), [](const Finding& finding) {
        return finding.verdict == Verdict::skipped;
    });
    const bool is_dark = skipped == static_cast<std::ptrdiff_t>(here.size());
    std::cout << area << ": " << to_text(is_dark ? Verdict::skipped : doctor::worst(here));
    if (is_dark) {
        std::cout << ", " << terminal_text(here.front().text);
    } else if (skipped > 0) {
        std::cout << ", " << skipped << " of " << here.size() << " checks skipped";
    } else if (here.size() == 1 && here.front().verdict == Verdict::ok) {
        std::cout << ": " << here.front().text;
    }
    std::cout << '\n';
    for (const auto& finding : doctor::complaints(here)) {
        print_complaint(finding);
    }
}

boost::json::object json_of(const std::vector<Finding>& findings) {
    return {{"verdict", to_text(doctor::worst(findings))},
            {"findings", operations::to_json(findings)}};
}

}  // namespace

int run_doctor_command(const DoctorArguments& arguments, bool as_json, LoadedConfig& loaded) {
    if (arguments.reference) {
        std::cout << doctor::reference();
        return 0;
    }
    log::configure(log::Level::off, log::Format::text);  // the findings say it
    const bool takes_long = arguments.deep || !arguments.send_to.empty();
    const auto evidence =
        doctor::look(doctor_probes(loaded, arguments), takes_long ? kLongLimit : kLimit);
    auto findings = doctor::examine(evidence, arguments.area);
    if (!arguments.area.empty()) {
        std::erase_if(findings, [&arguments](const Finding& finding) {
            return finding.area() != arguments.area && finding.id != "mail-send" &&
                   !finding.is_complaint();
        });
    }
    if (as_json) {
        std::cout << http::json_text(json_of(findings)) << '\n';
    } else {
        for (const auto& area : doctor::areas()) {
            print_area(area, findings);
        }
    }
    if (!arguments.bundle.empty()) {
        write_bundle(arguments.bundle, json_of(findings), loaded);
    }
    return code_of(doctor::worst(findings));
}

}  // namespace tripos::app
