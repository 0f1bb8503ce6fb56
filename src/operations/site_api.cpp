// SPDX-License-Identifier: MIT
#include "operations/site_api.hpp"

#include "core/assert.hpp"
#include "core/text.hpp"
#include "operations/site_pack.hpp"

namespace tripos::operations {

namespace {

using http::Operation;

/// Nothing is inline and nothing comes from elsewhere; no script may make HTML from text. The page
/// of a running exam alone vouches for one address, that of its service worker; the panel and the
/// pages for developers alone have frames, for the HTML of a mail.
std::string policy_of(std::string_view name) {
    constexpr std::string_view kCommon =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
        "trusted-types ";
    return std::string(kCommon) + (name == "sit.html" ? "tripos" : "'none'") +
           (name == "dev.html" || name == "admin.html" ? "; frame-src 'self'" : "");
}

constexpr std::string_view kWorker = "worker.js";

/// Of pages it is asked each time whether they are the newest; all else has a new name when it
/// changes.
std::string caching_of(std::string_view name) {
    const bool is_plain = name.ends_with(".html") || name.ends_with(".txt") || name == kWorker;
    return is_plain ? "no-cache" : "public, max-age=31536000, immutable";
}

/// In place of each mark of a page.
void put(std::string& page, std::string_view mark, std::string_view value) {
    for (auto at = page.find(mark); at != page.npos; at = page.find(mark, at + value.size())) {
        page.replace(at, mark.size(), value);
    }
}

Task<http::Reply> answer(std::string_view name, const http::CachedBody& body,
                         const http::Request& request) {
    auto response = body.answer(request);
    response.with_header("Content-Security-Policy", policy_of(name))
        .with_header("Cross-Origin-Opener-Policy", "same-origin")
        .with_header("Cross-Origin-Resource-Policy", "same-origin")
        .with_header("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()");
    co_return response;
}

}  // namespace

std::string_view picture_type(std::string_view bytes) {
    constexpr std::size_t kLargest = 64 * 1024;
    if (bytes.size() > kLargest) {
        return "";
    }
    if (bytes.starts_with("\x89PNG\r\n")) {
        return "image/png";
    }
    return bytes.find("<svg") != bytes.npos ? "image/svg+xml" : "";
}

SiteApi::SiteApi(const SiteOptions& options)
    : developer_pages_(options.developer_pages),
      has_components_(options.has_components),
      has_dev_inbox_(options.has_dev_inbox) {
    const std::string logo = options.logo.empty() ? "" : "/site/logo";
    for (const auto& file : read_site_pack(site_pack())) {
        std::string content(file.content);
        if (file.name.ends_with(".html")) {
            put(content, "%SITE_NAME%", escape_html(options.name));
            put(content, "%SITE_LOGO%", logo);
        }
        files_.try_emplace(std::string(file.name), std::string(file.type), std::move(content),
                           caching_of(file.name));
    }
    if (!options.logo.empty()) {
        files_.try_emplace("logo", std::string(picture_type(options.logo)), options.logo,
                           "no-cache");
    }
}

void SiteApi::add_routes(http::Router& router) {
    add_page(router, "/", "site.html", "The front door");
    add_page(router, "/login", "site.html", "Log in");
    add_page(router, "/signup", "site.html", "Sign up");
    add_page(router, "/forgot", "site.html", "Ask for a new password");
    add_page(router, "/exams", "site.html", "The exams of whoever is logged in");
    add_page(router, "/exams/:examId", "site.html",
             "Before an exam: when, how long, and the start");
    add_page(router, "/sit/:examId", "sit.html", "A running exam");
    add_file(router, "/sit/worker.js", kWorker,
             Operation("Pages", "The service worker of a running exam")
                 .sends(200, "text/javascript", "The script"));
    add_page(router, "/results/:examId", "site.html", "The result of an exam");
    add_page(router, "/leaderboard", "site.html", "The best of the last exam");
    add_page(router, "/profile", "site.html", "One's own account");
    add_page(router, "/status", "site.html", "What runs, and where things are");
    add_page(router, "/help", "site.html", "How one sits an exam here");
    add_page(router, "/accessibility", "site.html", "How accessible the pages are");
    add_pages_of_mails(router);
    add_staff_pages(router);
    add_admin_pages(router);
    add_developer_pages(router);
    add_file(router, "/licenses", "licenses.txt",
             Operation("Pages", "The licences of what the pages are built with")
                 .sends(200, "text/plain", "The texts"));
    router.get("/site/:name", http::open(this, http::PathText{"name"}, &SiteApi::asset),
               Operation("Pages", "Scripts, styles and pictures of the site")
                   .sends(200, "text/javascript", "The file, in its own media type")
                   .refuses(404, {"not_found"}));
}

/// Following a link changes nothing, since scanners of mails follow links too.
void SiteApi::add_pages_of_mails(http::Router& router) {
    add_page(router, "/verify-email", "site.html", "Behind the link of a verification mail");
    add_page(router, "/accept-invitation", "site.html", "Behind the link of an invitation");
    add_page(router, "/confirm-email", "site.html", "Behind the link to a new address");
    add_page(router, "/revert-email", "site.html", "Behind the link back to the old address");
    add_page(router, "/reset-password", "site.html", "Behind the link to a new password");
    add_page(router, "/unsubscribe/:token", "leave.html",
             "Behind a newsletter's link: a button, which works without scripts as well");
}

void SiteApi::add_developer_pages(http::Router& router) {
    if (developer_pages_) {
        add_page(router, "/docs", "dev.html", "This description, for people");
    }
    if (has_components_) {
        add_page(router, "/docs/components", "components.html",
                 "What pages are made of, in all states");
    }
    if (has_dev_inbox_) {
        add_page(router, "/dev/inbox", "dev.html", "The mails of a server without a relay");
    }
}

void SiteApi::add_staff_pages(http::Router& router) {
    add_page(router, "/staff", "staff.html", "Staff: the exams");
    add_page(router, "/staff/exams/:examId", "staff.html", "Staff: an exam and what it asks");
    add_page(router, "/staff/exams/:examId/:part", "staff.html",
             "Staff: the board of an exam, its results, corrections, people and access");
    add_page(router, "/staff/attempts/:attemptId", "staff.html",
             "Staff: the course of an attempt, and what came too late");
    add_page(router, "/staff/questions", "staff.html", "Staff: the questions");
    add_page(router, "/staff/questions/:questionId", "staff.html", "Staff: a question");
    add_page(router, "/staff/users", "staff.html", "Staff: the accounts and their roles");
    add_page(router, "/staff/cohorts", "staff.html", "Staff: the rosters");
    add_page(router, "/staff/cohorts/:cohortId", "staff.html", "Staff: one roster");
}

void SiteApi::add_admin_pages(http::Router& router) {
    add_page(router, "/admin", "admin.html", "Operations: is anything wrong, and the key figures");
    add_page(router, "/admin/queues", "admin.html", "Operations: the queues");
    add_page(router, "/admin/queues/:queue", "admin.html", "Operations: one queue and its jobs");
    add_page(router, "/admin/queues/:queue/:job", "admin.html", "Operations: one job");
    add_page(router, "/admin/cache", "admin.html", "Operations: the cache, with advice");
    add_page(router, "/admin/mail", "admin.html", "Operations: why a mail did not arrive");
    add_page(router, "/admin/newsletters", "admin.html", "Operations: the newsletters");
    add_page(router, "/admin/audit", "admin.html", "Operations: who did what");
    add_page(router, "/admin/engines", "admin.html", "Operations: Redis, database, requests");
    add_page(router, "/admin/guide", "admin.html", "Operations: what each finding means");
}

void SiteApi::add_page(http::Router& router, std::string path, std::string_view file,
                       std::string summary) {
    add_file(router, std::move(path), file,
             Operation("Pages", std::move(summary)).sends(200, "text/html", "The page"));
}

void SiteApi::add_file(http::Router& router, std::string path, std::string_view file,
                       Operation operation) {
    const auto found = files_.find(file);
    TRIPOS_ASSERT(found != files_.end());
    const auto send = [file, &body = found->second](http::Request& request) {
        return answer(file, body, request);
    };
    router.get(std::move(path), http::open(send), std::move(operation));
}

Task<http::Reply> SiteApi::asset(http::Request& request, std::string name) {
    const auto found = files_.find(name);
    co_return found != files_.end() ? http::Reply(found->second.answer(request))
                                    : not_found("There is no such file");
}

}  // namespace tripos::operations
