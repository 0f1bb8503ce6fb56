// SPDX-License-Identifier: MIT
#pragma once
// How a backup takes the place of a site whose database is PostgreSQL: the schema in one
// transaction, the generated secrets after it. The site is held from before the first to after the
// last step. Blocking; for the command line only.

#include "app/restore.hpp"

namespace tripos::app {

struct PostgresRestoreParams {
    std::string folder;
    bool takes_other_secrets = false;
    bool replaces = false;  ///< a schema that is not empty gets another name
};

/// `before` is the name of the schema that was there. Errors as restore_site().
Result<Restored> restore_postgres_site(const PostgresRestoreParams& params, const Config& config);

}  // namespace tripos::app
