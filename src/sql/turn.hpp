// SPDX-License-Identifier: MIT
#pragma once
// Turn: who goes first among those who wait for the database.

namespace tripos::sql {

/// When a write gets the lane, and which readers do a read.
enum class Turn {
    urgent,  ///< in the order of arrival: somebody waits for it
    /// A write: when nothing urgent waits, or after DatabaseOptions::bulk_patience. A read: one at
    /// a time, on a connection of its own and a patient thread, so that what looks at every row of
    /// a table takes neither a reader nor a core from those who wait.
    bulk,
};

}  // namespace tripos::sql
