// SPDX-License-Identifier: MIT
#pragma once
// SiteApi: the pages for people, built from web/ into the program (docs/site.md). They talk to the
// same API as everyone else; here is only how they are served.
//
//   GET /, /login, /signup, /forgot, /exams, /exams/:examId, /results/:examId, /leaderboard,
//   /profile, /status  one page, which looks at its address
//   GET /verify-email, /accept-invitation, /confirm-email, /revert-email, /reset-password,
//   /unsubscribe/:token   behind the links of mails; what a link is for is done by a button there
//   GET /docs, /dev/inbox   one page for developers
//   GET /staff, /staff/...   one page for staff
//   GET /admin, /admin/...   one page for those who run the site
//   GET /sit/:examId   the page of a running exam
//   GET /sit/worker.js the service worker of that page
//   GET /docs/components  every part of the pages in its states; in development
//   GET /licenses      the licences of what is in the scripts
//   GET /site/logo     SITE_LOGO, when it is set
//   GET /site/:name    scripts, styles and pictures, under names that change with their content

#include <map>
#include <string>

#include "http/cached_body.hpp"
#include "http/router.hpp"

namespace tripos::operations {

/// Whose site it is.
struct SiteOptions {
    std::string name = "Tripos";
    std::string logo;             ///< the bytes of a picture; empty: the pages draw Tripos' own
    bool developer_pages = true;  ///< whether /docs is there
    bool has_components = false;  ///< whether /docs/components is there
    bool has_dev_inbox = true;    ///< whether mails stay here, to be looked at
};

/// The media type of a logo: an SVG or PNG of at most 64 KiB. Empty: it is none. Pure.
std::string_view picture_type(std::string_view bytes);

/// Immutable; thread-safe. Outlives the router.
class SiteApi {
  public:
    explicit SiteApi(const SiteOptions& options);

    void add_routes(http::Router& router);

  private:
    /// `path` shows the page `file` of the site.
    void add_page(http::Router& router, std::string path, std::string_view file,
                  std::string summary);
    /// `path` sends `file`, whose name lives as long as the program.
    void add_file(http::Router& router, std::string path, std::string_view file,
                  http::Operation operation);
    void add_pages_of_mails(http::Router& router);
    void add_staff_pages(http::Router& router);
    void add_admin_pages(http::Router& router);
    void add_developer_pages(http::Router& router);
    Task<http::Reply> asset(http::Request& request, std::string name);

    const bool developer_pages_;
    const bool has_components_;
    const bool has_dev_inbox_;
    std::map<std::string, http::CachedBody, std::less<>> files_;
};

}  // namespace tripos::operations
